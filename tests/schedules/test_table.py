"""Every schedule against torch.optim.lr_scheduler, or its closed form, and the laws all obey."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.optim import SGD, Optimizer
from torch.optim import lr_scheduler as theirs

from trainlab.errors import RecipeError
from trainlab.schedules import SCHEDULES, Clock

TOTAL, EPOCH = 120, 10
CLOCK = Clock(total=TOTAL, per_epoch=EPOCH)


def trajectory(make: Callable[[Optimizer], theirs.LRScheduler], total: int = TOTAL) -> Tensor:
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, rates = make(optimizer), []
    for _ in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return torch.tensor(rates, dtype=torch.float64)


ORACLES = [
    ("constant", {}, lambda o: theirs.ConstantLR(o, factor=1.0)),
    ("step", {"every": "3ep", "gamma": 0.5}, lambda o: theirs.StepLR(o, 30, 0.5)),
    (
        "multi_step",
        {"at": ["25%", "5ep", 77], "gamma": 0.3},
        lambda o: theirs.MultiStepLR(o, [30, 50, 77], 0.3),
    ),
    ("linear", {"floor": 0.1}, lambda o: theirs.LinearLR(o, 1.0, 0.1, TOTAL)),
    ("polynomial", {"power": 3.0}, lambda o: theirs.PolynomialLR(o, TOTAL, 3.0)),
    ("exponential", {"gamma": 0.98, "every": 1}, lambda o: theirs.ExponentialLR(o, 0.98)),
    ("cosine", {"floor": 0.1}, lambda o: theirs.CosineAnnealingLR(o, TOTAL, eta_min=0.1)),
    (
        "restarts",
        {"first": "1ep", "multiply": 2, "floor": 0.1},
        lambda o: theirs.CosineAnnealingWarmRestarts(o, 10, 2, eta_min=0.1),
    ),
    (
        "restarts",
        {"first": 7, "multiply": 1},
        lambda o: theirs.CosineAnnealingWarmRestarts(o, 7),
    ),
    *(
        (
            "cyclical",
            {"low": 0.2, "rise": 8, "mode": mode, "gamma": 0.98},
            lambda o, mode=mode: theirs.CyclicLR(
                o, 0.2, 1.0, 8, mode=mode, gamma=0.98, cycle_momentum=False
            ),
        )
        for mode in ("triangular", "triangular2", "exp_range")
    ),
    *(
        (
            "one_cycle",
            {"anneal": anneal, "three_phase": three, "rise": 0.25},
            lambda o, anneal=anneal, three=three: theirs.OneCycleLR(
                o,
                1.0,
                TOTAL,
                pct_start=0.25,
                anneal_strategy={"cosine": "cos", "linear": "linear"}[anneal],
                three_phase=three,
                cycle_momentum=False,
            ),
        )
        for anneal in ("cosine", "linear")
        for three in (False, True)
    ),
]


@pytest.mark.parametrize(("name", "options", "make"), ORACLES)
def test_a_schedule_is_its_torch_counterpart(
    name: str, options: dict[str, object], make: Callable[[Optimizer], theirs.LRScheduler]
) -> None:
    mine = SCHEDULES[name].make(**options).draw(CLOCK)
    torch.testing.assert_close(mine, trajectory(make), rtol=1e-9, atol=1e-12)


CLOSED = [
    ("natural_exponential", {"rate": 0.3, "every": "1ep"}, lambda s: math.exp(-0.3 * s / EPOCH)),
    ("inverse_time", {"rate": 0.3, "every": "2ep"}, lambda s: 1 / (1 + 0.3 * s / (2 * EPOCH))),
    ("inverse_sqrt", {"every": 5}, lambda s: math.sqrt(5 / (5 + s))),
    ("polynomial", {"power": 2.0, "floor": 0.2}, lambda s: 0.2 + 0.8 * (1 - s / TOTAL) ** 2),
    ("exponential", {"gamma": 0.5, "every": "50%"}, lambda s: 0.5 ** (s / 60)),
]


@pytest.mark.parametrize(("name", "options", "law"), CLOSED)
def test_a_schedule_is_its_closed_form(
    name: str, options: dict[str, object], law: Callable[[int], float]
) -> None:
    expected = torch.tensor([law(s) for s in range(TOTAL)], dtype=torch.float64)
    torch.testing.assert_close(SCHEDULES[name].make(**options).draw(CLOCK), expected)


def test_inverse_sqrt_with_its_warm_up_is_the_transformers() -> None:
    """Vaswani et al. 2017, section 5.3, beyond the warm-up: sqrt(warmup / step)."""
    drawn = SCHEDULES["inverse_sqrt"].make(every=20, warmup=20).draw(CLOCK)
    steps = torch.arange(20, TOTAL, dtype=torch.float64)
    torch.testing.assert_close(drawn[20:], (20 / steps).sqrt())


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("shape", ["linear", "exponential", "constant"])
def test_a_warm_up_stands_before_any_schedule(name: str, shape: str) -> None:
    row = SCHEDULES[name]
    warm = row.make(warmup="2ep", warmup_shape=shape, warmup_from=0.25).draw(CLOCK)
    rest = row.make().draw(Clock(total=TOTAL - 20, per_epoch=EPOCH))
    assert torch.equal(warm[20:], rest), "after the warm-up the schedule has the rest to itself"
    ramps = {
        "linear": trajectory(lambda o: theirs.LinearLR(o, 0.25, 1.0, 20), 20),
        "constant": trajectory(lambda o: theirs.ConstantLR(o, 0.25, 20), 20),
        "exponential": 0.25 ** (1 - torch.arange(20, dtype=torch.float64) / 20),
    }
    torch.testing.assert_close(warm[:20], ramps[shape] * rest[0])


@pytest.mark.parametrize("name", SCHEDULES)
@settings(max_examples=15, deadline=None)
@given(total=st.integers(1, 400), per_epoch=st.integers(1, 50), warmup=st.integers(0, 100))
def test_every_factor_is_between_0_and_1_and_steps_are_independent(
    name: str, total: int, per_epoch: int, warmup: int
) -> None:
    clock, schedule = Clock(total=total, per_epoch=per_epoch), SCHEDULES[name].make(warmup=warmup)
    drawn = schedule.draw(clock)
    assert drawn.dtype == torch.float64
    assert ((drawn >= 0) & (drawn <= 1 + 1e-12)).all()
    some = torch.tensor([[total - 1, 0], [total // 2, total // 3]])
    torch.testing.assert_close(schedule(some, clock), drawn[some], rtol=1e-12, atol=1e-15)
    assert schedule(torch.tensor(10 * total + 7), clock).isfinite()


CONTINUOUS = ["linear", "polynomial", "exponential", "cosine", "inverse_sqrt", "one_cycle"]


@pytest.mark.parametrize("name", CONTINUOUS)
@pytest.mark.parametrize("shape", ["linear", "exponential"])
def test_a_gradual_warm_up_joins_without_a_jump(name: str, shape: str) -> None:
    clock = Clock(total=20_000, per_epoch=1000)
    drawn = SCHEDULES[name].make(warmup="10%", warmup_shape=shape).draw(clock)
    assert drawn.diff().abs().max() < 5e-3


def test_a_constant_warm_up_jumps_once() -> None:
    drawn = SCHEDULES["constant"].make(warmup="10%", warmup_shape="constant").draw(CLOCK)
    assert drawn.diff().nonzero().tolist() == [[11]]


@pytest.mark.parametrize("name", ["linear", "polynomial", "cosine"])
@given(floor=st.floats(0, 1), total=st.integers(1, 10_000))
def test_a_decay_ends_on_its_floor_and_stays(name: str, floor: float, total: int) -> None:
    schedule, clock = SCHEDULES[name].make(floor=floor), Clock(total=total, per_epoch=1)
    begin, end, later = schedule(torch.tensor([0, total, 3 * total]), clock).tolist()
    assert (begin, end, later) == pytest.approx((1.0, floor, floor))


@given(first=st.integers(2, 50), multiply=st.integers(1, 4))
def test_sgdr_cycles_have_their_lengths(first: int, multiply: int) -> None:
    clock = Clock(total=2000, per_epoch=1)
    drawn = SCHEDULES["restarts"].make(first=first, multiply=multiply).draw(clock)
    starts = [0, *((drawn.diff() > 0).nonzero()[:, 0] + 1).tolist()]
    lengths = [after - before for before, after in pairwise(starts)]
    assert lengths == [first * multiply**cycle for cycle in range(len(lengths))]
    assert torch.equal(drawn[starts], torch.ones(len(starts), dtype=torch.float64))


def test_an_unknown_option_is_answered_with_the_nearest() -> None:
    with pytest.raises(RecipeError, match="nearest  floor") as caught:
        SCHEDULES["cosine"].make(flor=0.1)
    assert "warmup" in str(caught.value)


def test_every_row_says_what_it_is() -> None:
    for row in SCHEDULES.values():
        assert row.card.does and row.card.formula and row.card.helps and row.card.hurts


@given(
    first=st.integers(1, 40),
    multiply=st.integers(1, 4),
    floor=st.sampled_from([0.0, 0.1]),
    warmup=st.integers(0, 30),
)
def test_warm_restarts_have_the_cycles_of_sgdr(
    first: int, multiply: int, floor: float, warmup: int
) -> None:
    """Loshchilov & Hutter 2017: T_0, T_0 T_mult, T_0 T_mult^2, ..., each from 1 to the floor."""
    schedule = SCHEDULES["restarts"].make(
        first=first, multiply=multiply, floor=floor, warmup=warmup
    )
    lengths = [first * multiply**cycle for cycle in range(4)]
    begins = [warmup + sum(lengths[:cycle]) for cycle in range(4)]
    starts = schedule(torch.tensor(begins), CLOCK)
    torch.testing.assert_close(starts, torch.ones(4, dtype=torch.float64))
    for begin, length in zip(begins, lengths, strict=True):
        cycle = schedule(torch.arange(begin, begin + length), CLOCK)
        angles = torch.arange(length, dtype=torch.float64) / length * math.pi
        torch.testing.assert_close(cycle, floor + (1 - floor) * (1 + angles.cos()) / 2)


ENDS = [
    ("constant", {}, 1.0),
    ("step", {"every": "25%", "gamma": 0.5}, 0.5**4),
    ("multi_step", {"gamma": 0.5}, 0.25),
    ("linear", {"floor": 0.2}, 0.2),
    ("polynomial", {"floor": 0.2}, 0.2),
    ("exponential", {"gamma": 0.5, "every": "50%"}, 0.25),
    ("natural_exponential", {"rate": 1.0, "every": "100%"}, math.exp(-1)),
    ("inverse_time", {"rate": 3.0, "every": "100%"}, 0.25),
    ("inverse_sqrt", {"every": "50%"}, 3**-0.5),
    ("cosine", {"floor": 0.2}, 0.2),
    ("restarts", {"first": "50%", "multiply": 1, "floor": 0.2}, 1.0),  # the next cycle begins
    ("cyclical", {"low": 0.2, "rise": "50%"}, 0.2),
    ("one_cycle", {"end": 0.2}, 0.2),
    ("plateau", {}, 1.0),
    ("join", {}, 0.0),
]


def test_every_schedule_has_an_end() -> None:
    assert [name for name, _, _ in ENDS] == list(SCHEDULES)


@pytest.mark.parametrize(("name", "options", "end"), ENDS)
@pytest.mark.parametrize("warmup", ["0%", "25%", "50%"])
def test_a_schedule_ends_where_it_says(
    name: str, options: dict[str, object], end: float, warmup: str
) -> None:
    """With a warm-up of any length the rest is the schedule's whole."""
    clock = Clock(total=1600, per_epoch=100)
    last = SCHEDULES[name].make(**options, warmup=warmup)(torch.tensor([1600]), clock)
    assert last.item() == pytest.approx(end, abs=1e-12)


@given(steps=st.integers(1, 60), low=st.floats(0.01, 1.0))
def test_warm_ups_rise_from_where_they_are_told_to_one(steps: int, low: float) -> None:
    for shape in ("linear", "exponential", "constant"):
        drawn = SCHEDULES["constant"].make(warmup=steps, warmup_shape=shape, warmup_from=low)
        values = drawn(torch.arange(steps + 1), CLOCK)
        assert values[0].item() == pytest.approx(low)
        assert values[steps] == 1
        assert (values.diff() >= -1e-12).all()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("cosine", {"floor": -1.0}),
        ("cosine", {"floor": 2}),
        ("cosine", {"warmup": 5, "warmup_from": 0.0}),
        ("exponential", {"gamma": float("nan")}),
        ("restarts", {"multiply": 0}),
    ],
)
def test_numbers_outside_of_what_a_row_declares_are_refused_in_python_too(
    name: str, options: dict[str, float]
) -> None:
    with pytest.raises(RecipeError, match=list(options)[-1]):
        SCHEDULES[name].make(**options)
