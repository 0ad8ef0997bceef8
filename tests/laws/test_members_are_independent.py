"""Nothing in training reduces over the members."""

from __future__ import annotations

import pytest
import torch

from tests.laws.trainings import finish, ready, recipe_of, same_bits, task_of
from trainlab.engine.record import Stopped
from trainlab.recipe import expand

TASK = task_of((6,))


def test_permuting_members_permutes_results() -> None:
    around = {"sam": 0.05, "lookahead": 0.5, "weight_noise": 0.01}
    members = expand(recipe_of(seeds=4, regularize={"dropout": 0.2}, optimizer=around))
    order = [2, 0, 3, 1]
    straight, _ = finish(ready(members, TASK))
    permuted, _ = finish(ready([members[place] for place in order], TASK))
    expected = {name: tensor[order] for name, tensor in straight.weights.items()}
    assert same_bits(permuted.weights, expected)


@pytest.mark.parametrize("norm", ["none", "decorrelated"])
def test_a_diverging_member_changes_no_other(norm: str) -> None:
    optimizer = {"rule": "sgd", "lr": 0.05, "sam": 0.05, "lookahead": 0.5, "lookahead_every": 2}
    train = {"batching": "vmap", "batch_size": 4, "accumulate": 2}
    network = {"name": "mlp", "widths": [8, 6], "norm": norm}
    sane = recipe_of(network=network, optimizer=optimizer, train=train)
    wild = sane.replace("optimizer.lr", 1e30)
    members = [sane, wild.replace("seed", 1), sane.replace("seed", 2)]
    mild = [sane, sane.replace("seed", 1).replace("optimizer.lr", 0.06), members[2]]
    beside_wild, events = finish(ready(members, TASK))
    beside_mild, _ = finish(ready(mild, TASK))
    for row in (0, 2):
        for name, tensor in beside_wild.weights.items():
            assert torch.equal(tensor[row], beside_mild.weights[name][row])
    (stopped,) = [e for e in events if isinstance(e, Stopped) and e.why == "diverged"]
    assert stopped.member == 1
    assert stopped.detail


def test_a_diverged_member_keeps_finite_weights() -> None:
    wild = recipe_of(optimizer={"rule": "sgd", "lr": 1e30}, seeds=2)
    done, events = finish(ready(expand(wild), TASK))
    assert all(bool(torch.isfinite(tensor).all()) for tensor in done.last.values())
    assert {e.why for e in events if isinstance(e, Stopped)} == {"diverged"}
