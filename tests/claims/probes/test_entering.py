from __future__ import annotations

import torch

from trainlab.claims.claim import Ask
from trainlab.claims.probes.entering import entering
from trainlab.claims.probes.populations import begun
from trainlab.engine.experiment import Experiment
from trainlab.recipe import Recipe

RECIPE = Recipe.of(
    {
        "data": {"source": "wine", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [8, 6], "norm": "batch"},
        "seeds": 3,
    }
)


def test_it_is_what_each_network_computes_by_itself() -> None:
    training, experiment = begun(Ask(recipe=RECIPE)), Experiment(RECIPE)
    x = training.task.part("train")[0][0, :32]
    seen = entering(training, x, "linear", train=True)
    assert list(seen) == ["linear1", "linear2"]
    for row in range(3):
        network = experiment.network(row).train()
        parts = dict(network.named_children())
        after = parts["activation1"](parts["norm1"](parts["linear1"](x)))
        torch.testing.assert_close(seen["linear1"][row], x)
        torch.testing.assert_close(seen["linear2"][row], after)


def test_looking_in_training_mode_moves_no_running_statistics() -> None:
    training = begun(Ask(recipe=RECIPE))
    before = {name: each.clone() for name, each in training.population.buffers.items()}
    entering(training, training.task.part("train")[0][0], "activation", train=True)
    assert all(torch.equal(each, before[n]) for n, each in training.population.buffers.items())
