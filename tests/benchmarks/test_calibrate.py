"""It runs, its rates are shares, and the same seeds give the same numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from benchmarks.calibrate import page
from benchmarks.calibrate.bank import Bank, trained
from benchmarks.calibrate.counts import Count, Sizes, lean, scale_of
from benchmarks.calibrate.draws import null, one_apart
from benchmarks.calibrate.questions import QUESTIONS, asked
from benchmarks.calibrate.rates import Rate
from trainlab.comparison.statistics.judgement import judge

SIZES = Sizes(seeds=64, comparisons=4, rows=40, most=16)


def made() -> Bank:
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(64, 1))
    copies = weights + rng.normal(size=(64, 4))
    arms = weights + rng.normal(size=(64, 3)) + [0.0, 0.5, 2.0]
    return Bank("made", "loss", copies, arms)


@pytest.fixture(scope="module")
def counts() -> list[Count]:
    return [count for place in range(len(QUESTIONS)) for count in asked(place, made(), SIZES, 0)]


def test_a_copy_begins_with_the_same_weights_and_goes_another_way() -> None:
    first = trained("moons", "adam", 0, 7, 3)
    assert first.shape == (2, 3)
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, trained("moons", "adam", 0, 7, 3))
    np.testing.assert_allclose(first[:, 1:], trained("moons", "adam", 0, 8, 2), rtol=1e-5)
    assert (first[1] != trained("moons", "adam", 1, 7, 3)[1]).all()


def test_every_question_gives_shares(counts: list[Count]) -> None:
    assert {count.question for count in counts} == set(page.QUESTIONS)
    for count in counts:
        low, high = count.rate.interval
        assert 0 <= low <= count.rate.value <= high <= 1


def test_the_same_seed_asks_the_same(counts: list[Count]) -> None:
    again = asked(0, made(), SIZES, 0)
    assert again == counts[: len(again)]
    assert asked(0, made(), SIZES, 1) != again


def test_the_page_is_written(counts: list[Count], tmp_path: Path) -> None:
    page.write(tmp_path, page.About.of(SIZES, 0, 1.0), [made()], counts)
    found = json.loads((tmp_path / "calibration.json").read_text())
    assert len(found["counts"]) == len(counts)
    text = (tmp_path / "calibration.md").read_text()
    assert all(f"## {q[0].upper()}{q[1:]}" in text for q in page.QUESTIONS)
    assert (tmp_path / "images/calibration-power.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (3, 40), (50, 1000), (10, 10)])
def test_the_interval_is_scipy_s(hits: int, of: int) -> None:
    oracle = binomtest(hits, of).proportion_ci(method="exact")
    assert Rate(hits, of).interval == pytest.approx((oracle.low, oracle.high))


@pytest.mark.parametrize("kind", ["apart", "paired"])
def test_equal_arms_are_exchangeable(kind: str) -> None:
    bank, rng = made(), np.random.default_rng(2)
    drawn = np.array([null(kind, bank.copies, (2, 8), rng).mean(1) for _ in range(2000)])
    difference = drawn[:, 0] - drawn[:, 1]
    assert abs(difference.mean()) < 4 * difference.std() / 2000**0.5


def test_pairs_share_their_weights() -> None:
    copies = np.arange(64.0)[:, None] + [0.0, 0.1, 0.2, 0.3]
    drawn = null("paired", copies, (4, 16), np.random.default_rng(3))
    assert (np.floor(drawn) == np.floor(drawn[0])).all()
    assert len(set(drawn.ravel())) == 64
    last = one_apart(copies, -np.arange(64.0), (3, 16), np.random.default_rng(3))
    np.testing.assert_array_equal(np.floor(last[0]), -last[2])


def test_what_is_left_out_decides_nothing() -> None:
    rng = np.random.default_rng(4)
    for _ in range(5):
        rows = null("paired", made().copies, (3, 8), rng) + np.array([[0.0], [1.0], [0.0]])
        whole = judge(rows, "abc", scale=scale_of(made()), baseline="a")
        with lean():
            less = judge(rows, "abc", scale=scale_of(made()), baseline="a")
        for mine, full in ((less.to_best, whole.to_best), (less.to_baseline, whole.to_baseline)):
            assert [(v.arm, v.answer) for v in mine] == [(v.arm, v.answer) for v in full]
        assert less.candidates == whole.candidates
