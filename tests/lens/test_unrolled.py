from __future__ import annotations

import torch
from torch import nn

from trainlab import seeds
from trainlab.lens.graph import Graph, graph_of
from trainlab.lens.unrolled import stretches
from trainlab.losses import LOSSES
from trainlab.nn.networks import NETWORKS


def graphed(module: nn.Module, *shape: int) -> Graph:
    x = seeds.normal(seeds.keys([0], "noise"), shape)
    return graph_of(module, x, torch.tensor([1]), LOSSES["cross_entropy"].mean)


def test_the_steps_of_a_recurrence_are_a_loop() -> None:
    found = stretches(graphed(NETWORKS["lstm"].build((7, 2), 3, hidden=4), 7, 2).operations)
    loops = [each for each in found if each.times > 1]
    assert [each.times for each in loops] == [7, 7], "the inputs of the steps, then the steps"
    first, *rest = loops[1].steps
    assert first[0].name == "linear" and first[-1].name in ("mul", "add")
    assert all([o.name for o in step] == [o.name for o in first] for step in rest)


def test_nothing_is_lost_and_the_order_stays() -> None:
    operations = graphed(NETWORKS["gru"].build((9, 2), 3, hidden=4, layers=2), 9, 2).operations
    found = stretches(operations)
    assert [o.number for each in found for step in each.steps for o in step] == [
        operation.number for operation in operations
    ]
    assert [each.times for each in found if each.times > 1] == [9, 9, 9, 9]


def test_layers_of_their_own_weights_are_no_loop() -> None:
    network = NETWORKS["mlp"].build((6,), 3, widths=[5] * 8, activation="tanh")
    (only,) = stretches(graphed(network, 6).operations)
    assert only.times == 1
