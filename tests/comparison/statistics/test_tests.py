from __future__ import annotations

import numpy as np
import pytest

from trainlab.comparison.statistics.tests import TESTS, for_folds


@pytest.mark.parametrize("name", TESTS)
def test_every_row_turns_with_its_data(name: str) -> None:
    rows = np.random.default_rng(0).normal(0.5, 1, (4, 9))
    test = TESTS[name]
    np.testing.assert_allclose(test.p(rows, "greater"), test.p(-rows, "less"))
    there, turned = test.interval(rows, 0.9), test.interval(-rows, 0.9)
    np.testing.assert_allclose(there.low, -turned.high)
    np.testing.assert_allclose(there.estimate, -turned.estimate)


@pytest.mark.parametrize("name", TESTS)
def test_every_row_is_free_of_units(name: str) -> None:
    rows = np.random.default_rng(1).normal(0.5, 1, (4, 9))
    test = TESTS[name]
    np.testing.assert_allclose(test.p(rows, "two-sided"), test.p(1e-7 * rows, "two-sided"))
    np.testing.assert_allclose(
        1e6 * np.array(test.interval(rows, 0.9)), test.interval(1e6 * rows, 0.9)
    )


@pytest.mark.parametrize("name", sorted({*TESTS} - {"bootstrap"}))
@pytest.mark.parametrize("n", [4, 6, 12])
def test_every_row_holds_alpha_and_covers(name: str, n: int) -> None:
    rows, test = np.random.default_rng(n).standard_normal((1500, n)), TESTS[name]
    noise = 3.3 * np.sqrt(0.05 * 0.95 / 1500)
    assert (test.p(rows, "two-sided") <= 0.05).mean() <= 0.05 + noise
    _, low, high = test.interval(rows, 0.95)
    assert ((low <= 0) & (high >= 0)).mean() >= 0.95 - noise


def test_the_bootstrap_covers_as_little_as_it_says() -> None:
    for n, said in ((8, 0.88), (16, 0.92)):
        rows = np.random.default_rng(n).standard_normal((1500, n))
        _, low, high = TESTS["bootstrap"].interval(rows, 0.95)
        assert ((low <= 0) & (high >= 0)).mean() == pytest.approx(said, abs=0.03)
        assert f"{100 * said:.0f}" in TESTS["bootstrap"].card.hurts


@pytest.mark.parametrize("name", TESTS)
def test_every_row_says_who_defined_it(name: str) -> None:
    card = TESTS[name].card
    assert card.does and card.formula and card.helps and card.hurts and card.paper


def test_folds_that_share_examples_are_less_sure() -> None:
    rows = np.random.default_rng(2).normal(1, 1, (3, 10))
    folds = for_folds(1 / 4)
    assert (folds.p(rows, "two-sided") > TESTS["t"].p(rows, "two-sided")).all()
    assert (folds.interval(rows, 0.95).low < TESTS["t"].interval(rows, 0.95).low).all()
