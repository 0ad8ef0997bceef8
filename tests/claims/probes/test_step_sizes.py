from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.step_sizes import FirstSteps

ARMS = {
    "corrected": ["optimizer.rule={direction: averaged, preconditioner: rms_debiased}"],
    "uncorrected": ["optimizer.rule={direction: smoothed, preconditioner: rms}"],
}
ASK = (
    "optimizer={rule: adam, lr: 0.001, beta2: 0.999}",
    "train.length=5steps",
    "train.evaluate_every=1steps",
    "train.precision=fp64",
)


def test_first_steps_have_the_size_that_the_averages_say() -> None:
    """The first is (1 - 0.9) / sqrt(1 - 0.999) of the rate, uncorrected."""
    found = FirstSteps(arms=ARMS)(ask_of(*ASK))
    assert found.values["corrected, first"] == pytest.approx(1, abs=1e-3)
    assert found.values["uncorrected, first"] == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-3)
    assert (found.curves["corrected"].y <= 1.01).all()


def test_the_first_few_are_averaged_by_their_ratio() -> None:
    found = FirstSteps(arms=ARMS, few=3)(ask_of(*ASK))
    curve = found.curves["uncorrected"]
    assert curve.x.tolist() == [1, 2, 3, 4, 5]
    assert found.values["uncorrected"] == pytest.approx(curve.y[:, :3].prod(axis=1) ** (1 / 3))
