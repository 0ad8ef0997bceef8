"""Numbers that move: in the update, in random layers, in the data; straight or resumed."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import SGD

from tests.laws.test_resume_equals_straight import check
from tests.laws.trainings import finish, ready, recipe_of, task_of, trained, widest_gap
from trainlab.engine.dials import Dial
from trainlab.engine.movement import Movement, Rates, batch_sizes
from trainlab.engine.record import Evaluated, Started
from trainlab.nn.dropout import Dropout
from trainlab.recipe import Recipe, expand
from trainlab.schedules import Clock, Pace, one_cycle, step

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


@pytest.mark.parametrize("rule", ["adam", "amsgrad", "nadam", "radam", "adamax"])
def test_betas_that_move_apart_are_corrected_by_their_own_products(rule: str) -> None:
    """A kernel that corrects by beta^t would not do for betas that move."""
    train = {"precision": "fp64", "length": "2ep", "batch_size": 8}
    moved = {"beta1": {"name": "linear", "floor": 0.5}, "beta2": CYCLE}
    recipe = recipe_of(optimizer={"rule": rule}, schedules=moved, train=train, seeds=2)
    floors = zip(expand(recipe), (0.2, 0.5), strict=True)
    members = [member.replace("schedules.beta1.floor", floor) for member, floor in floors]
    together = finish(ready(members, task_of((6,))))[0].last
    for row, member in enumerate(members):
        alone = trained(member, task_of((6,))).last
        assert widest_gap({k: v[row : row + 1] for k, v in together.items()}, alone) < 1e-10


def test_what_does_not_move_is_constant() -> None:
    recipe = recipe_of(optimizer={"weight_decay": 0.1})
    movement = Movement([recipe], torch.zeros(1), Pace.even(5), examples=8)
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


def growing(**schedule: Any) -> dict[str, Any]:
    return {"schedules": {"batch_size": schedule}}


def test_the_batch_grows_where_a_rate_would_fall() -> None:
    """Smith et al. 2018: the milestones of the rate are those of the batch size."""
    recipe = recipe_of(
        **growing(name="multi_step", at=["2ep", "4ep"], gamma=2.0),
        schedule={"name": "multi_step", "at": ["2ep", "4ep"], "gamma": 0.5},
        train={"length": "6ep", "batch_size": 4},
    )
    training = ready(expand(recipe), task_of((6,)))
    n = training.task.train.shape[1]
    assert training.feed.pace.per_epoch[:6] == tuple(n // b for b in (4, 4, 8, 8, 16, 16))
    sizes, rates, epochs = [], [], []
    while training.running:
        epochs.append(training.epoch)
        sizes.append(training.feed.at(training.t)[0].shape[1])
        rates.append(float(torch.as_tensor(training.dials.lr.at(training.t)).flatten()[0]))
        training.advance()
    assert len(sizes) == 2 * sum(n // b for b in (4, 8, 16))
    for size, rate, epoch in zip(sizes, rates, epochs, strict=True):
        halvings = int(epoch >= 2) + int(epoch >= 4)
        assert size == 4 * 2**halvings
        assert rate == pytest.approx(recipe.optimizer.hypers["lr"] * 0.5**halvings)


def test_evaluations_and_the_log_count_the_data() -> None:
    recipe = recipe_of(**growing(name="step", every="1ep", gamma=2.0), train={"length": "4ep"})
    _, events = finish(ready(expand(recipe), task_of((6,))))
    assert [e.epoch for e in events if isinstance(e, Evaluated)] == [1.0, 2.0, 3.0, 4.0]
    assert isinstance(events[0], Started)
    assert events[0].steps == sum(42 // b for b in (8, 16, 32, 42))
    assert (events[0].epoch, events[0].epochs) == (0.0, 4.0)


def test_a_batch_that_warms_up_and_one_that_is_all_there_is() -> None:
    recipe = recipe_of(
        **growing(name="constant", warmup="100%", warmup_from=0.25), train={"batch_size": 1000}
    )
    training = ready(expand(recipe), task_of((6,)))
    sizes = [cut.batch_size for cut in training.feed.batches.order.cuts]
    assert sizes == [round(42 * (0.25 + 0.75 * e / 3)) for e in range(3)]


GROWING = growing(name="step", every="1ep", gamma=2.0)


def test_a_growing_batch_resumes_as_if_it_had_gone_straight() -> None:
    check(**GROWING, train={"length": "4ep", "batch_size": 4, "average": "polyak"})
    check(**GROWING, train={"length": "4ep", "batch_size": 4, "accumulate": 2})


def test_a_member_of_a_growing_population_is_the_member_alone() -> None:
    train = {"precision": "fp64", "length": "3ep", "batch_size": 8}
    recipe = recipe_of(**GROWING, train=train, regularize={"dropout": 0.2}, seeds=2)
    members = expand(recipe)
    members[1] = members[1].replace("train.length", "2ep")
    together = finish(ready(members, task_of((6,))))[0].weights
    for row, member in enumerate(members):
        alone = trained(member, task_of((6,))).weights
        assert widest_gap({k: v[row : row + 1] for k, v in together.items()}, alone) < 1e-10


def test_patience_counts_evaluations_however_short_their_epochs() -> None:
    recipe = recipe_of(
        **GROWING,
        train={"length": "20ep", "batch_size": 4},
        regularize={"early_stopping": {"patience": 3, "min_delta": 1e9}},
    )
    _, events = finish(ready(expand(recipe), task_of((6,))))
    assert sum(isinstance(e, Evaluated) for e in events) == 1 + 3


def test_no_compiler_by_default_where_every_size_is_a_program_of_its_own() -> None:
    training = ready(expand(recipe_of(**GROWING, seeds=2)), task_of((6,)))
    assert not training.placement.compiled
    assert batch_sizes(expand(recipe_of()), 42) == (8,)
