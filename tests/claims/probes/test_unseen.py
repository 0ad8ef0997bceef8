from __future__ import annotations

import pytest
import torch

from tests.claims.made import ask_of
from trainlab.claims.probes.populations import trained
from trainlab.claims.probes.unseen import Overfitting, SeenAndUnseen
from trainlab.data.task import Part
from trainlab.engine.training import Training

ARMS = {"all": [], "few": ["data.split.val=0.1", "data.split.test=0.85"]}


def _accuracies(training: Training, part: Part) -> list[float]:
    """Count by hand, network by network."""
    task, population = training.task, training.population
    x, y = (each[0] for each in task.part(part))
    weights = population.layout.unpack(population.theta)
    found = []
    for row in range(population.p):
        own = {name: each[row] for name, each in weights.items()}
        out = torch.func.functional_call(population.module.eval(), own, (x,))
        found.append(100 * float((out.argmax(dim=1) == y).double().mean()))
    return found


def test_accuracies_are_of_the_last_weights_on_either_part() -> None:
    found = SeenAndUnseen(arms=ARMS)(ask_of())
    for arm, said in ARMS.items():
        training = trained(ask_of(*said))
        assert found.values[f"{arm}, train"] == pytest.approx(_accuracies(training, "train"))
        assert found.values[f"{arm}, test"] == pytest.approx(_accuracies(training, "test"))
    assert list(found.curves) == ["all, train", "all, test", "few, train", "few, test"]
    assert (100 * found.curves["few, train"].y[:, -1]).tolist() == found.values[
        "few, train"
    ].tolist()


def test_the_gap_is_what_training_examples_are_ahead() -> None:
    both, found = SeenAndUnseen(arms=ARMS)(ask_of()).values, Overfitting(arms=ARMS)(ask_of()).values
    for arm in ARMS:
        assert found[arm].tolist() == both[f"{arm}, test"].tolist()
        gap = both[f"{arm}, train"] - both[f"{arm}, test"]
        assert found[f"{arm}, gap"] == pytest.approx(gap)
