from __future__ import annotations

import numpy as np

from trainlab.claims.claim import Curve
from trainlab.claims.course.c09_standardised_inputs import CLAIM, _moments, _reached, _split
from trainlab.claims.probes.populations import begun


def test_the_moments_are_those_of_the_inputs_and_the_bias() -> None:
    ask = CLAIM.ask().changed("data.preprocess=[standardize]")
    x = begun(ask).task.part("train")[0][0].double().numpy()
    x = np.column_stack([x, np.ones(len(x))])
    np.testing.assert_allclose(_moments(ask), np.linalg.eigvalsh(x.T @ x / len(x)), rtol=1e-9)


def test_each_pair_has_a_split_of_its_own() -> None:
    ask = CLAIM.ask().changed()
    first, again, other = (_moments(_split(ask, pair)) for pair in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_who_misses_the_target_is_given_the_whole_run() -> None:
    run = Curve(np.array([0.0, 5.0, 10.0]), np.array([[1, 0.2, 0.1], [1, 0.5, 0.3]]))
    assert _reached(run).tolist() == [5.0, 10.0]
