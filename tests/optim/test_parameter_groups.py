from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab import optim
from trainlab.nn.norms import NORMS, norm


def names(module: nn.Module, group: dict[str, object]) -> set[str]:
    chosen = {id(p) for p in group["params"]}
    return {name for name, p in module.named_parameters() if id(p) in chosen}


def test_matrices_and_filters_decay_and_nothing_else() -> None:
    module = nn.Sequential(nn.Conv1d(3, 4, 2), nn.BatchNorm1d(4), nn.Flatten(), nn.Linear(8, 2))
    decayed, exempt = optim.groups(module, weight_decay=0.1)
    assert (decayed["weight_decay"], exempt["weight_decay"]) == (0.1, 0.0)
    assert names(module, decayed) == {"0.weight", "3.weight"}
    assert names(module, exempt) == {"0.bias", "1.weight", "1.bias", "3.bias"}


@pytest.mark.parametrize("name", sorted(set(NORMS) - {"weight", "none"}))
def test_no_norm_decays(name: str) -> None:
    module = nn.Sequential(nn.Conv2d(1, 8, 3), norm(name, 8, 2))
    decayed, exempt = optim.groups(module, weight_decay=0.1)
    assert names(module, decayed) == {"0.weight"}
    assert exempt["weight_decay"] == 0.0


def test_a_norm_of_a_matrix_of_gains_does_not_decay() -> None:
    module = nn.LayerNorm((3, 4))
    (exempt,) = optim.groups(module, weight_decay=0.1)
    assert exempt["weight_decay"] == 0.0
    assert names(module, exempt) == {"weight", "bias"}


def test_a_gain_keeps_its_size_where_a_matrix_shrinks() -> None:
    module = nn.Sequential(nn.Linear(3, 3), nn.LayerNorm(3))
    nn.init.ones_(module[0].weight)
    optimizer = optim.AdamW(optim.groups(module, weight_decay=0.5), lr=0.1)
    for p in module.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()
    torch.testing.assert_close(module[0].weight.detach(), torch.full((3, 3), 0.95))
    assert torch.equal(module[1].weight, torch.ones(3))


def test_tied_and_frozen_weights_are_counted_once_and_not_at_all() -> None:
    module = nn.ModuleDict({"a": nn.Linear(3, 3, bias=False), "b": nn.Linear(3, 3)})
    module["b"].weight = module["a"].weight
    module["b"].bias.requires_grad_(False)
    (only,) = optim.groups(module, weight_decay=0.1)
    assert only["params"] == [module["a"].weight]
