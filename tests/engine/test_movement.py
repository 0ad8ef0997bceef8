"""Numbers that move: in the update, in random layers, in the data; straight or resumed."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import SGD

from tests.laws.test_resume_equals_straight import check
from tests.laws.trainings import ready, recipe_of, task_of, trained, widest_gap
from trainlab.engine.dials import Dial
from trainlab.engine.movement import Movement, Rates
from trainlab.nn.dropout import Dropout
from trainlab.recipe import Recipe, expand
from trainlab.schedules import Clock, one_cycle, step

CYCLE = {"name": "one_cycle", "start": 1.0, "top": 0.9, "end": 1.0}
DROPPING = {"network": {"name": "mlp", "widths": [8]}, "regularize": {"dropout": 0.4}}


def numbers(recipe: Recipe, name: str) -> list[float]:
    """Give what the update of a single member reads at each of its 15 steps."""
    training = ready(expand(recipe), task_of((6,)))
    return [float(training.dials.at(t)[name]) for t in range(training.cadence.steps)]


def test_a_momentum_cycles_against_the_rate() -> None:
    recipe = recipe_of(
        optimizer={"rule": "momentum", "momentum": 0.95},
        schedule="one_cycle",
        schedules={"momentum": CYCLE},
    )
    expected = 0.95 * one_cycle(start=1.0, top=0.9, end=1.0).draw(Clock(total=15))
    assert numbers(recipe, "momentum") == pytest.approx(expected.tolist())
    rates, momenta = numbers(recipe, "lr"), numbers(recipe, "momentum")
    assert rates.index(max(rates)) == momenta.index(min(momenta))


def test_the_update_is_torchs_with_its_numbers_moved() -> None:
    """SGD with momentum and decay that move by hand takes the same steps."""
    recipe = recipe_of(
        network={"name": "linear"},
        optimizer={"rule": "momentum", "lr": 0.1, "weight_decay": 0.2, "decay": "coupled"},
        schedule="constant",
        schedules={"momentum": CYCLE, "weight_decay": "linear"},
        train={"precision": "fp64", "length": "3ep", "batch_size": 8},
    )
    training = ready(expand(recipe), task_of((6,)))
    start = training.population.layout.unpack(training.population.theta[0])
    own = {name: nn.Parameter(value.detach().clone()) for name, value in start.items()}
    weight, bias = (next(p for n, p in own.items() if n.endswith(e)) for e in ("weight", "bias"))
    groups = [{"params": [weight], "weight_decay": 0.2}, {"params": [bias], "weight_decay": 0.0}]
    optimizer = SGD(groups, lr=0.1, momentum=0.9)
    momenta = 0.9 * one_cycle(start=1.0, top=0.9, end=1.0).draw(Clock(total=15))
    for t in range(15):
        for group in optimizer.param_groups:
            group["momentum"] = float(momenta[t])
        optimizer.param_groups[0]["weight_decay"] = 0.2 * (1 - t / 15)
        x, y = (each[0] for each in training.feed.at(t))
        optimizer.zero_grad()
        nn.functional.cross_entropy(x @ weight.T + bias, y).backward()
        optimizer.step()
        training.advance()
    end = training.population.layout.unpack(training.population.theta[0])
    assert widest_gap(end, {name: p.detach() for name, p in own.items()}) < 1e-10


def test_a_rate_of_dropout_is_written_where_it_changes() -> None:
    recipe = recipe_of(
        **DROPPING, schedules={"dropout": {"name": "step", "every": "1ep", "gamma": 0.5}}, seeds=2
    )
    members = [
        m.replace("regularize.dropout", r) for m, r in zip(expand(recipe), (0.4, 0.2), strict=True)
    ]
    training = ready(members, task_of((6,)))
    written: list[list[float]] = []
    original = training.population.set_rates

    def seen(kind: Any, rates: Any) -> int:
        written.append(list(rates))
        return original(kind, rates)

    training.population.set_rates = seen  # type: ignore[method-assign]
    rates = []
    for _ in range(training.cadence.steps):
        training.advance()
        rates.append(
            next(b for n, b in training.population.buffers.items() if "rate" in n).tolist()
        )
    assert len(written) == 3
    for t, rate in enumerate(rates):
        assert rate == pytest.approx([0.4 * 0.5 ** (t // 5), 0.2 * 0.5 ** (t // 5)])


def test_rates_are_written_anew_after_members_left() -> None:
    population = ready(expand(recipe_of(**DROPPING, seeds=3)), task_of((6,))).population
    schedule = step(every=4, gamma=0.5)
    rates = Rates(
        {Dropout: Dial([0.1, 0.2, 0.4], [schedule] * 3, [Clock(total=9)] * 3, population.theta)}
    )
    rates.turn(population, 0)
    population.keep(torch.tensor([2]))
    rates.keep([2])
    rates.turn(population, 5)
    rate = next(b for n, b in population.buffers.items() if "rate" in n)
    assert rate.tolist() == pytest.approx([0.2])


MOVED: list[dict[str, Any]] = [
    {"schedules": {"beta1": CYCLE, "beta2": "linear", "weight_decay": "cosine"}},
    {"schedules": {"clip_norm": "linear", "gradient_noise": "exponential"}},
    {"schedules": {"dropout": {"name": "linear", "warmup": "1ep"}, "input_noise": "cosine"}},
    {"schedules": {"label_smoothing": {"name": "step", "every": "1ep"}}},
]
STRENGTHS: dict[str, Any] = {
    "network": {"name": "mlp", "widths": [8]},
    "optimizer": {"weight_decay": 0.01, "clip_norm": 1.0, "gradient_noise": 0.1},
    "regularize": {"dropout": 0.3, "input_noise": 0.1, "label_smoothing": 0.2},
}


@pytest.mark.parametrize("moved", MOVED)
def test_resume_equals_straight(moved: dict[str, Any]) -> None:
    check(**STRENGTHS, **moved)


@pytest.mark.parametrize("moved", MOVED)
def test_a_population_equals_its_members(moved: dict[str, Any]) -> None:
    recipe = recipe_of(
        **STRENGTHS, **moved, train={"precision": "fp64", "length": "3ep", "batch_size": 8}, seeds=2
    )
    together = trained(recipe, task_of((6,))).weights
    for row, member in enumerate(expand(recipe)):
        alone = trained(member, task_of((6,))).weights
        assert widest_gap({k: v[row : row + 1] for k, v in together.items()}, alone) < 1e-10


@pytest.mark.parametrize("moved", MOVED)
def test_a_number_that_moves_changes_the_training(moved: dict[str, Any]) -> None:
    still = trained(recipe_of(**STRENGTHS), task_of((6,))).last
    assert widest_gap(trained(recipe_of(**STRENGTHS, **moved), task_of((6,))).last, still) > 1e-5


def test_members_may_move_apart() -> None:
    recipe = recipe_of(schedules={"beta1": CYCLE}, seeds=2)
    members = [
        m.replace("schedules.beta1.top", top)
        for m, top in zip(expand(recipe), (0.5, 0.9), strict=True)
    ]
    training = ready(members, task_of((6,)))
    lowest = torch.stack([training.dials.at(t)["beta1"] for t in range(15)]).amin(dim=0)
    assert lowest.flatten().tolist() == pytest.approx([0.9 * 0.5, 0.9 * 0.9], abs=0.03)


def test_what_does_not_move_is_constant() -> None:
    recipe = recipe_of(optimizer={"weight_decay": 0.1})
    movement = Movement([recipe], torch.zeros(1), per_epoch=5, examples=8)
    assert movement.names == []
    assert movement.of("weight_decay").at(7) == 0.1
    assert movement.noise() is None
    assert movement.dials().names == {
        "lr",
        "beta1",
        "beta2",
        "eps",
        "label_smoothing",
        "weight_decay",
    }
