from __future__ import annotations

import numpy as np
import pytest

from trainlab.claims.course.c17_narrow_valley import BOUNCE, CLAIM


def test_sgd_bounces_by_its_closed_form_and_momentum_goes_as_fast_along() -> None:
    """Jumps of c |1 - c|^t sum to c / (2 - c); Nesterov's |root|^2 is 0.9 (1 - 0.1 c)."""
    found = CLAIM.measure(CLAIM.ask())
    for row in found.curves["SGD"].y:
        assert row == pytest.approx(BOUNCE / (2 - BOUNCE), rel=1e-6)
    assert np.log(found.values["momentum, updates"] / found.values["SGD, updates"]).std() < 0.1
    assert (found.curves["Nesterov"].y < found.curves["momentum"].y).all()
