"""The face of torch.optim.lr_scheduler: rates of real optimizers, step by step."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam, Optimizer
from torch.optim import lr_scheduler as theirs

from trainlab import optim, schedules
from trainlab.errors import RecipeError
from trainlab.schedules import Schedule, Scheduler, on_plateau

TOTAL = 60


def parameter() -> nn.Parameter:
    found = nn.Parameter(torch.ones(2))
    found.grad = torch.ones(2)
    return found


def grouped(kind: type[Optimizer] = SGD) -> Optimizer:
    """Give an optimizer of two groups with rates 0.5 and 0.02."""
    return kind([{"params": [parameter()], "lr": 0.5}, {"params": [parameter()], "lr": 0.02}])


def rates(optimizer: Optimizer, scheduler: theirs.LRScheduler, steps: int = TOTAL) -> list[Any]:
    found = []
    for _ in range(steps):
        found.append([group["lr"] for group in optimizer.param_groups])
        assert scheduler.get_last_lr() == found[-1]
        optimizer.step()
        scheduler.step()
    return found


PAIRS: list[tuple[Schedule | str, Callable[[Optimizer], theirs.LRScheduler]]] = [
    (schedules.cosine(), lambda o: theirs.CosineAnnealingLR(o, TOTAL)),
    (
        schedules.one_cycle(rise=0.25),
        lambda o: theirs.OneCycleLR(o, [0.5, 0.02], TOTAL, pct_start=0.25, cycle_momentum=False),
    ),
    (
        schedules.restarts(first=4, multiply=2),
        lambda o: theirs.CosineAnnealingWarmRestarts(o, 4, 2),
    ),
    (schedules.step(every="2ep", gamma=0.3), lambda o: theirs.StepLR(o, 10, 0.3)),
    (
        schedules.multi_step(at=["25%", 40], gamma=0.3),
        lambda o: theirs.MultiStepLR(o, [15, 40], 0.3),
    ),
    (schedules.exponential(gamma=0.9, every=1), lambda o: theirs.ExponentialLR(o, 0.9)),
    (schedules.polynomial(power=3.0), lambda o: theirs.PolynomialLR(o, TOTAL, 3.0)),
    (
        schedules.cyclical(low=0.2, rise=8, mode="triangular2"),
        lambda o: theirs.CyclicLR(
            o, [0.1, 0.004], [0.5, 0.02], 8, mode="triangular2", cycle_momentum=False
        ),
    ),
    (schedules.linear(floor=0.25), lambda o: theirs.LinearLR(o, 1.0, 0.25, TOTAL)),
    (
        schedules.constant(warmup=7, warmup_shape="constant", warmup_from=0.3),
        lambda o: theirs.ConstantLR(o, 0.3, 7),
    ),
    ("constant", lambda o: theirs.LambdaLR(o, lambda step: 1.0)),
]


@pytest.mark.parametrize(("schedule", "make"), PAIRS)
def test_every_group_follows_torchs_scheduler(
    schedule: Schedule | str, make: Callable[[Optimizer], theirs.LRScheduler]
) -> None:
    one, other = grouped(), grouped()
    mine = rates(one, Scheduler(one, schedule, total=TOTAL, per_epoch=5))
    torch.testing.assert_close(mine, rates(other, make(other)), rtol=1e-9, atol=1e-12)


def test_a_momentum_that_cycles_against_the_rate_is_torchs() -> None:
    """OneCycleLR and CyclicLR move the momentum too; here it is a schedule of its own."""
    shape = schedules.one_cycle(start=1.0, top=0.85 / 0.95, end=1.0)
    cycle = schedules.cyclical(low=1.0, high=0.8 / 0.9, rise=8)
    for schedule, highest, make in [
        (shape, 0.95, lambda o: theirs.OneCycleLR(o, 0.5, TOTAL)),
        (cycle, 0.9, lambda o: theirs.CyclicLR(o, 0.1, 0.5, 8)),
    ]:
        optimizer = SGD([parameter()], lr=0.5, momentum=0.9)
        scheduler, seen = make(optimizer), []
        for _ in range(TOTAL):
            seen.append(optimizer.param_groups[0]["momentum"])
            optimizer.step()
            scheduler.step()
        factors = schedule.draw(schedules.Clock(total=TOTAL))
        torch.testing.assert_close(highest * factors, torch.tensor(seen, dtype=torch.float64))


@pytest.mark.parametrize("kind", [Adam, optim.AdamW])
def test_a_state_saved_and_loaded_goes_on_the_same(kind: type[Optimizer]) -> None:
    def pair() -> tuple[Optimizer, Scheduler]:
        optimizer = grouped(kind)
        return optimizer, Scheduler(optimizer, schedules.cosine(warmup="20%"), total=TOTAL)

    straight = rates(*pair())
    optimizer, scheduler = pair()
    head = rates(optimizer, scheduler, 25)
    file = io.BytesIO()
    torch.save([optimizer.state_dict(), scheduler.state_dict()], file)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    optimizer, scheduler = pair()
    scheduler.load_state_dict(saved[1])
    optimizer.load_state_dict(saved[0])
    assert head + rates(optimizer, scheduler, TOTAL - 25) == straight


@pytest.mark.parametrize(
    ("schedule", "horizon", "told"),
    [
        (schedules.cosine(), {"total": 2 * TOTAL, "per_epoch": 5}, "total was 60 and is 120"),
        (schedules.cosine(), {"total": TOTAL, "per_epoch": 6}, "per_epoch was 5 and is 6"),
        (
            schedules.cosine(floor=0.1),
            {"total": TOTAL, "per_epoch": 5},
            r"schedule was cosine\(\) and is cosine\(floor=0.1\)",
        ),
    ],
)
def test_another_horizon_on_resume_is_refused(
    schedule: Schedule, horizon: dict[str, int], told: str
) -> None:
    optimizer = grouped()
    state = Scheduler(optimizer, schedules.cosine(), total=TOTAL, per_epoch=5).state_dict()
    changed = Scheduler(grouped(), schedule, **horizon)
    before = copy.deepcopy(changed.state_dict())
    with pytest.raises(RecipeError, match=told):
        changed.load_state_dict(state)
    assert changed.state_dict() == before
    del state["horizon"]  # on purpose
    changed.load_state_dict(state)


def test_past_its_end_the_rate_stays_where_it_ended() -> None:
    optimizer = grouped()
    seen = rates(optimizer, Scheduler(optimizer, schedules.linear(floor=0.5), total=4), 8)
    assert seen[4:] == [[0.25, 0.01]] * 4


def test_epochs_need_to_know_how_long_they_are() -> None:
    with pytest.raises(RecipeError, match="how many steps an epoch has was not said"):
        Scheduler(grouped(), schedules.step(every="3ep"), total=TOTAL)


def test_a_rate_that_is_a_tensor_stays_that_tensor() -> None:
    rate = torch.tensor(0.5)
    optimizer = Adam([parameter()], lr=rate)
    scheduler = Scheduler(optimizer, schedules.linear(), total=4)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] is rate
    assert rate.item() == pytest.approx(0.375)


def test_plateau_is_torchs_with_the_rows_options() -> None:
    scores = [1.0, 0.9, 0.95, 0.95, 0.95, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]
    options = {"patience": 1, "threshold": 1e-4, "cooldown": 1}
    one, other = grouped(), grouped()
    mine = on_plateau(one, schedules.plateau(gamma=0.5, floor=0.2, **options))
    oracle = theirs.ReduceLROnPlateau(other, factor=0.5, min_lr=[0.1, 0.004], **options)
    for score in scores:
        mine.step(score)
        oracle.step(score)
        assert mine.get_last_lr() == oracle.get_last_lr()
    assert mine.get_last_lr() == [pytest.approx(0.1), pytest.approx(0.004)]


def test_plateau_is_not_a_function_of_the_step() -> None:
    with pytest.raises(RecipeError, match="follows a score"):
        Scheduler(grouped(), "plateau", total=TOTAL)
    for other in ("cosine", schedules.plateau(warmup=3)):
        with pytest.raises(RecipeError, match="takes the row plateau without a warm-up"):
            on_plateau(grouped(), other)


@pytest.mark.filterwarnings("ignore:The epoch parameter")  # SequentialLR's own call
def test_torchs_sequential_takes_it_as_one_of_its_own() -> None:
    one, other = grouped(), grouped()
    mine = [
        Scheduler(one, "constant", total=20),
        Scheduler(one, schedules.cosine(), total=TOTAL - 20),
    ]
    both = [theirs.LambdaLR(other, lambda step: 1.0), theirs.CosineAnnealingLR(other, TOTAL - 20)]
    torch.testing.assert_close(
        rates(one, theirs.SequentialLR(one, mine, [20])),
        rates(other, theirs.SequentialLR(other, both, [20])),
        rtol=1e-9,
        atol=1e-12,
    )
