from __future__ import annotations

import numpy as np

from trainlab.claims.course.c11_batch_norm_forgives import RATES, _largest


def test_the_largest_rate_is_the_last_that_trains() -> None:
    found = np.full((3, len(RATES)), 50.0)
    found[0, [0, 3]] = 95
    found[1] = 90
    assert _largest(found, RATES).tolist() == [RATES[3], RATES[-1], RATES[0] / 2]
