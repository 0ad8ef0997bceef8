from __future__ import annotations

import numpy as np
import pytest

from trainlab.claims.course.c22_second_order import CLAIM, drawn, until, way


def test_evaluations_are_counted_until_the_level() -> None:
    cost = np.array([[0.0, 2, 5, 9], [0.0, 1, 2, 3]])
    loss = np.array([[1.0, 0.5, 0.005, 0.5], [1.0, 0.9, 0.8, 0.7]])
    assert until(cost, loss).tolist() == [5, 6]
    assert drawn(cost, loss).y[1, -1] == pytest.approx(0.7)


def test_who_searches_pays_for_every_evaluation() -> None:
    ask = CLAIM.ask(quick=True)
    plain, _ = way(ask, "optimizer.rule=adam")
    searching, loss = way(ask, "optimizer.rule=lbfgs")
    steps = 3 * np.arange(plain.shape[1])  # a look is every third
    assert (plain == steps).all() and (searching[:, 1:] >= 2 * steps[1:]).all()
    assert (np.diff(loss, axis=1) < 0).all()
