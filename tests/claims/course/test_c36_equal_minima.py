from __future__ import annotations

import numpy as np
import pytest

from trainlab.claims.course.c36_equal_minima import _apart


def test_an_end_is_measured_against_the_others_and_the_way_it_came() -> None:
    start, end = np.array([2.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0])
    assert _apart(start, end).tolist() == pytest.approx([50.0, 50.0, 100.0])


def test_equal_ends_are_not_apart() -> None:
    assert _apart(np.array([2.0, 3.0, 4.0]), np.ones(3)).tolist() == [0.0, 0.0, 0.0]
