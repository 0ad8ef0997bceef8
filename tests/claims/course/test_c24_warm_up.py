from __future__ import annotations

import numpy as np
import pytest

from trainlab.claims.course.c24_warm_up import CLAIM, WARM_UPS
from trainlab.claims.probes.populations import begun


def test_the_three_differ_in_the_first_tenth_alone() -> None:
    ask = CLAIM.ask()
    factors = {}
    for name, said in WARM_UPS.items():
        training = begun(ask.changed(*said, "seeds=1"))
        lr = [float(training.dials.lr.at(t)) for t in range(200)]
        factors[name] = np.asarray(lr) / ask.recipe.optimizer.hypers["lr"]
    assert factors["none"][0] == pytest.approx(1)
    np.testing.assert_allclose(factors["constant"][:20], 0.1, rtol=1e-6)
    assert np.ptp(np.diff(factors["gradual"][:20])) == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(factors["constant"][20:], factors["gradual"][20:])
