from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab.engine.forward import Rows
from trainlab.engine.population import Population, populate
from trainlab.engine.step import Update
from trainlab.losses import LOSSES
from trainlab.rules import RULES
from trainlab.rules.around import AROUND

X, Y = torch.randn(1, 6, 3, dtype=torch.float64), torch.randn(1, 6, 2, dtype=torch.float64)


squared = LOSSES["mse"]


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 2)).double()


def one(rule: str) -> tuple[Population, Rows]:
    population = populate(network, [0], torch.device("cpu"), torch.float64)
    population.slots = RULES[rule].init(population.theta)
    return population, Rows(population, squared)


def update(rule: str, population: Population, *around: str) -> Update:
    layout = population.layout
    rows = tuple(AROUND[name] for name in around)
    return Update(RULES[rule], layout, layout.mask(layout.decayed).double(), rows)


def groups(module: nn.Module, decay: float) -> list[dict[str, object]]:
    """Give torch's parameter groups with norm gains and biases exempt."""
    matrices = [p for p in module.parameters() if p.dim() > 1]
    rest = [p for p in module.parameters() if p.dim() < 2]
    return [{"params": matrices, "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}]


@pytest.mark.parametrize(
    ("rule", "decoupled", "theirs"),
    [("adam", True, torch.optim.AdamW), ("adam", False, torch.optim.Adam)],
)
def test_decay_clipping_and_rule_are_torchs(
    rule: str, decoupled: bool, theirs: type[torch.optim.Optimizer]
) -> None:
    population, forward = one(rule)
    step = update(rule, population, *(["clip_norm", "decoupled"] if decoupled else ["coupled"]))
    alone = network()
    optimizer = theirs(groups(alone, 0.1), lr=0.01)  # type: ignore[call-arg]
    for t in range(1, 6):
        h = {"lr": 0.01, "t": float(t), "weight_decay": 0.1, "clip_norm": 0.05}
        step(population, forward, [(X, Y)], h | {"label_smoothing": 0.0})
        optimizer.zero_grad()
        squared.mean(alone(X[0]), Y[0]).backward()
        if decoupled:
            nn.utils.clip_grad_norm_(alone.parameters(), 0.05)
        optimizer.step()
    named = population.layout.unpack(population.theta[0])
    for name, weight in alone.named_parameters():
        assert torch.allclose(named[name], weight, rtol=1e-12, atol=1e-14)


def test_rows_that_must_not_move_do_not() -> None:
    population = populate(network, [0, 1, 2], torch.device("cpu"), torch.float64)
    population.slots = RULES["adam"].init(population.theta)
    x, y = X.expand(3, -1, -1).clone(), Y.expand(3, -1, -1)
    x[1, 0, 0] = torch.nan
    before = population.theta.clone()
    h = {"lr": 0.1, "t": 1.0, "weight_decay": 0.1, "max_norm": 0.5, "label_smoothing": 0.0}
    active = torch.tensor([True, True, False])
    told = update("adam", population, "decoupled", "max_norm")(
        population, Rows(population, squared), [(x, y)], h, active
    )
    assert told.finite is not None
    assert told.finite.tolist() == [True, False, True]
    assert not torch.equal(population.theta[0], before[0])
    assert torch.equal(population.theta[1:], before[1:])
    assert all(bool(slot.isfinite().all()) for slot in population.slots.values())


def test_value_clipping_bounds_each_coordinate() -> None:
    population, forward = one("sgd")
    before = population.theta.clone()
    h = {"lr": 1.0, "t": 1.0, "clip_value": 0.01, "label_smoothing": 0.0}
    update("sgd", population, "clip_value")(population, forward, [(X, Y)], h)
    assert float((population.theta - before).abs().max()) <= 0.01 + 1e-12


def test_weights_are_within_their_limits_after_the_step() -> None:
    population, forward = one("sgd")
    h = {"lr": 1.0, "t": 1.0, "max_norm": 0.3, "label_smoothing": 0.0}
    update("sgd", population, "max_norm")(population, forward, [(X, Y)], h)
    named = population.layout.unpack(population.theta[0])
    assert float(named["0.weight"].norm(dim=1).max()) <= 0.3 + 1e-12
    assert float(named["1.weight"].max()) > 0.3
