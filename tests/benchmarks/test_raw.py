from __future__ import annotations

import pytest
import torch
from torch import nn

from benchmarks.raw import RECIPES, Loop
from trainlab.engine.build import builder
from trainlab.recipe.source import load

SHAPES = {
    "digits-mlp": ((64,), 10),
    "digits-cnn": ((1, 8, 8), 10),
    "shapes-resnet": ((3, 32, 32), 8),
}


def built_in(name: str) -> nn.Module:
    chosen = load(name).network
    assert chosen is not None
    return builder(chosen, *SHAPES[name], {})(0)


@pytest.mark.parametrize("name", RECIPES)
def test_the_network_is_the_recipe_s(name: str) -> None:
    by_hand, by_recipe = RECIPES[name].network(), built_in(name)
    shapes = [[p.shape for p in network.parameters()] for network in (by_hand, by_recipe)]
    assert sorted(shapes[0]) == sorted(shapes[1])
    by_hand.load_state_dict(
        dict(zip(by_hand.state_dict(), by_recipe.state_dict().values(), strict=True))
    )
    x = torch.randn(3, *SHAPES[name][0])
    torch.testing.assert_close(by_hand.eval()(x), by_recipe.eval()(x))


@pytest.mark.parametrize("name", RECIPES)
def test_the_optimiser_is_the_recipe_s(name: str) -> None:
    said = load(name).optimizer
    optimizer = RECIPES[name].optimizer(RECIPES[name].network().parameters())
    assert optimizer.defaults["lr"] == said.lr
    assert optimizer.defaults["weight_decay"] == said.weight_decay
    rules = {"adam": torch.optim.AdamW, "nesterov": torch.optim.SGD}
    assert type(optimizer) is rules[str(said.rule)]


def test_the_loop_learns() -> None:
    x = torch.randn(128, 64)
    y = (x[:, 0] > 0).long()
    loop = Loop("digits-mlp", x, y, batch=32)
    loop.run(100)
    assert (loop.network(x).argmax(dim=1) == y).double().mean() > 0.95
