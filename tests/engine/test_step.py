from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from tests.laws.trainings import finish, ready, recipe_of, task_of, trained, widest_gap
from trainlab.engine.forward import Rows
from trainlab.engine.population import Population, populate
from trainlab.engine.step import Update
from trainlab.engine.training import Training
from trainlab.losses import LOSSES
from trainlab.recipe import Recipe, expand
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


@pytest.mark.parametrize(("rule", "inner"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam)])
def test_lookahead_is_the_papers(rule: str, inner: type[torch.optim.Optimizer]) -> None:
    population, forward = one(rule)
    population.kept = {"slow": population.theta.clone()}
    step, alone = update(rule, population, "lookahead"), network()
    optimizer = inner(alone.parameters(), lr=0.01)  # type: ignore[call-arg]
    slow = [p.detach().clone() for p in alone.parameters()]
    h = {"lr": 0.01, "lookahead": 0.8, "lookahead_every": 3.0, "label_smoothing": 0.0}
    for t in range(1, 8):
        step(population, forward, [(X, Y)], h | {"t": float(t)})
        optimizer.zero_grad()
        squared.mean(alone(X[0]), Y[0]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if t % 3 == 0:
            slow = [
                s + 0.8 * (p.detach() - s) for s, p in zip(slow, alone.parameters(), strict=True)
            ]
            for p, s in zip(alone.parameters(), slow, strict=True):
                p.data.copy_(s)
        named = population.layout.unpack(population.theta[0])
        for name, weight in alone.named_parameters():
            torch.testing.assert_close(named[name], weight.detach(), rtol=1e-12, atol=1e-14)


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


TASK = task_of((6,))
NORMED = {"name": "mlp", "widths": [8], "norm": "batch"}
WAYS = ["rows", "vmap"]


def twin(recipe: Recipe) -> tuple[Training, Callable[[Tensor], Tensor]]:
    """Give a training of one member, and its gradient at any theta [N], by plain autograd."""
    training, plain = ready([recipe], TASK), ready([recipe], TASK)
    x, y = plain.feed.at(0)
    plain.population.set_keys(plain.feed.layer_keys(0, plain.population.draws))
    layout, buffers = plain.population.layout, plain.population.buffers
    module = plain.population.module.train()

    def gradient(theta: Tensor) -> Tensor:
        theta = theta.detach().requires_grad_()
        state = {name: buffer[0].clone() for name, buffer in buffers.items()}
        output = torch.func.functional_call(module, (layout.unpack(theta), state), (x[0],))
        (g,) = torch.autograd.grad(nn.functional.cross_entropy(output, y[0]), theta)
        return g

    return training, gradient


@pytest.mark.parametrize("way", WAYS)
def test_sharpness_aware_steps_are_the_papers(way: str) -> None:
    recipe = recipe_of(
        network=NORMED,
        optimizer={"rule": "sgd", "lr": 0.1, "sam": 0.3, "weight_decay": 0.1},
        regularize={"dropout": 0.4},
        schedule="constant",
        train={"precision": "fp64", "batching": way},
    )
    training, gradient = twin(recipe)
    theta = training.population.theta[0].clone()
    g = gradient(theta)
    second = gradient(theta + 0.3 * g / g.norm())
    layout = training.population.layout
    decayed = layout.mask(layout.decayed)[0].double()
    told = training.advance()
    expected = theta * (1 - 0.1 * 0.1 * decayed) - 0.1 * second
    torch.testing.assert_close(training.population.theta[0], expected, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(told.gradient[0], second, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("accumulate", [1, 2])
def test_running_statistics_move_once_a_batch(way: str, accumulate: int) -> None:
    base = recipe_of(
        network=NORMED,
        optimizer={"lr": 0.0},
        train={"batching": way, "batch_size": 6, "accumulate": accumulate},
        seeds=2,
    )
    plain, twice = (ready(expand(r), TASK) for r in (base, base.replace("optimizer.sam", 0.5)))
    for training in (plain, twice):
        for _ in range(3):
            training.advance()
    buffers = plain.population.buffers
    assert any(name.endswith("num_batches_tracked") for name in buffers)
    assert all(torch.equal(twice.population.buffers[name], buffers[name]) for name in buffers)
    count = next(b for name, b in buffers.items() if name.endswith("num_batches_tracked"))
    assert count.tolist() == [3 * accumulate] * 2


@pytest.mark.parametrize("way", WAYS)
def test_who_does_without_is_not_touched_by_who_does(way: str) -> None:
    plain = recipe_of(network=NORMED, train={"batching": way, "precision": "fp64"})
    said = [{}, {"sam": 0.2, "weight_noise": 0.1, "lookahead": 0.5}]
    members = [plain, Recipe.of({**plain.given(), "optimizer": said[1]}).replace("seed", 1)]
    together, _ = finish(ready(members, TASK))
    alone = trained(plain, TASK)
    row = {name: tensor[:1] for name, tensor in together.weights.items()}
    assert widest_gap(row, alone.weights) < 1e-12


@pytest.mark.parametrize("way", WAYS)
def test_noise_on_weights_leaves_no_trace_in_them(way: str) -> None:
    recipe = recipe_of(
        optimizer={"rule": "sgd", "lr": 0.0, "weight_noise": 0.5}, train={"batching": way}, seeds=2
    )
    training = ready(expand(recipe), TASK)
    theta = training.population.theta.clone()
    told = [training.advance() for _ in range(3)]
    assert torch.equal(training.population.theta, theta)
    quiet = ready(expand(recipe.replace("optimizer.weight_noise", 0.0)), TASK)
    assert not torch.allclose(told[0].gradient, quiet.advance().gradient)


def test_the_gradient_is_that_at_the_noisy_weights() -> None:
    recipe = recipe_of(optimizer={"rule": "sgd", "weight_noise": 0.2}, train={"precision": "fp64"})
    training, gradient = twin(recipe)
    seen: list[Tensor] = []
    law = training.update.to_place[0]  # type: ignore[union-attr]
    training.update.to_place = [lambda x, s: seen.append(law(x, s)) or seen[-1]]  # type: ignore
    told = training.advance()
    torch.testing.assert_close(told.gradient[0], gradient(seen[0][0]), rtol=1e-10, atol=1e-12)
