from __future__ import annotations

import numpy as np
import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.conditioning import Conditioning
from trainlab.claims.probes.entering import entering
from trainlab.claims.probes.populations import begun

PROBE = Conditioning(arms={"batch norm": ["network.norm=batch"]}, layer="linear2", examples=512)


def test_the_stretch_is_the_condition_number_of_the_covariance() -> None:
    training = begun(ask_of("network.norm=batch"))
    x = training.task.part("train")[0][0, :512]
    seen = entering(training, x, "linear2", train=True)["linear2"].double().numpy()
    conditions = [np.linalg.cond(np.cov(row.T)) for row in seen]
    np.testing.assert_allclose(PROBE.stretch(training), conditions, rtol=1e-6)


def test_a_group_that_is_whitened_before_a_linear_activation_is_round() -> None:
    norm = "network.norm={name: decorrelated, group_width: 32}"
    training = begun(ask_of(norm, "network.widths=[32,32]", "network.activation=identity"))
    assert PROBE.stretch(training) == pytest.approx([1, 1], abs=0.05)


def test_it_is_looked_at_before_the_first_step_and_after_the_last() -> None:
    found = PROBE(ask_of("train.length=40steps"))
    curve = found.curves["batch norm"]
    assert curve.x.tolist() == [0, 20, 40]
    assert curve.y[:, 0].tolist() == found.values["batch norm, start"].tolist()
    assert curve.y[:, -1].tolist() == found.values["batch norm, end"].tolist()
