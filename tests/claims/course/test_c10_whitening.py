from __future__ import annotations

import numpy as np
import pytest
import torch

from trainlab.claims.course.c10_whitening import CLAIM, EXAMPLES, stretch
from trainlab.claims.probes.entering import entering
from trainlab.claims.probes.populations import begun


def test_the_stretch_is_the_condition_number_of_the_covariance() -> None:
    training = begun(CLAIM.ask(quick=True).changed("network.norm=batch"))
    x = training.task.part("train")[0][0, :EXAMPLES]
    seen = entering(training, x, "linear2", train=True)["linear2"].double().numpy()
    conditions = [np.linalg.cond(np.cov(row.T)) for row in seen]
    np.testing.assert_allclose(stretch("linear2")(training), conditions, rtol=1e-6)


def test_a_group_that_is_whitened_before_a_linear_activation_is_round() -> None:
    norm = "network.norm={name: decorrelated, group_width: 32}"
    training = begun(CLAIM.ask(quick=True).changed(norm, "network.activation=identity"))
    assert stretch("linear2")(training) == pytest.approx([1, 1], abs=0.05)
    assert torch.isfinite(training.population.theta).all()
