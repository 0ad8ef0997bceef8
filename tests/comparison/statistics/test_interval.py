from __future__ import annotations

import numpy as np

from trainlab.comparison.statistics.interval import Interval, two_sided


def test_the_hull_holds_both_and_keeps_the_estimate() -> None:
    first = Interval(np.array([1.0]), np.array([0.0]), np.array([2.0]))
    second = Interval(np.array([9.0]), np.array([0.5]), np.array([np.inf]))
    assert first.hull(second) == (1.0, 0.0, np.inf)


def test_two_sided_doubles_the_smaller_and_stops_at_one() -> None:
    assert two_sided(np.array([0.01, 0.7]), np.array([0.99, 0.6])).tolist() == [0.02, 1.0]
