from __future__ import annotations

import torch

from trainlab.engine.dials import BLOCK, Column, Dial, Dials, column_of
from trainlab.schedules import SCHEDULES, Clock

LIKE = torch.zeros(2, 3)


def dial(values: list[float], names: list[str]) -> Dial:
    return Dial(
        values=values,
        schedules=[SCHEDULES[name].make() for name in names],
        clocks=[Clock(total=1000, per_epoch=10)] * 2,
        like=LIKE,
    )


def dials(rates: list[float], names: list[str]) -> Dials:
    constants = {"beta1": [0.9, 0.9], "momentum": [0.5, 0.6]}
    return Dials(constants=constants, moving={"lr": dial(rates, names)})


def listed(value: Column) -> list[float]:
    found: list[float] = torch.as_tensor(value).flatten().tolist()
    return found


def test_shared_values_are_floats_and_others_columns() -> None:
    assert column_of([0.5, 0.5], LIKE) == 0.5
    column = column_of([0.5, 0.25], LIKE)
    assert isinstance(column, torch.Tensor)
    assert column.tolist() == [[0.5], [0.25]]
    h = dials([0.1, 0.1], ["constant", "constant"]).at(0)
    assert h["beta1"] == 0.9
    assert h["lr"] == 0.1
    assert h["t"] == 1.0


def test_numbers_follow_each_members_schedule_over_block_borders() -> None:
    both = dial([0.1, 0.2], ["constant", "linear"])
    for step in (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3, 999):
        found = both.at(step)
        assert isinstance(found, torch.Tensor)
        assert torch.allclose(found, torch.tensor([[0.1], [0.2 * (1 - step / 1000)]]))


def test_members_that_agree_share_a_float_unless_a_column_is_asked_for() -> None:
    both = dial([0.5, 0.5], ["linear", "linear"])
    assert both.at(500) == 0.25
    both = dial([0.5, 0.5], ["linear", "linear"])
    both.always_column = True
    column = both.at(500)
    assert isinstance(column, torch.Tensor)
    assert column.tolist() == [[0.25], [0.25]]


def test_a_shared_schedule_is_computed_once() -> None:
    calls = []

    def counted(step: torch.Tensor, clock: Clock) -> torch.Tensor:
        calls.append(clock)
        return torch.ones_like(step)

    many = dial([0.1, 0.2], ["constant", "constant"])
    many.schedules = [SCHEDULES["constant"].make()] * 2
    object.__setattr__(many.schedules[0], "shape", counted)
    many.at(0)
    many.clocks[1] = Clock(total=7)
    many.at(BLOCK)
    assert len(calls) == 3


def test_keeping_members_and_rescaling() -> None:
    both = dials([0.1, 0.2], ["constant", "constant"])
    assert listed(both.at(5)["lr"]) == listed(torch.tensor([0.1, 0.2]))
    both.lr.rescale([1.0, 0.5])
    assert both.lr.at(5) == 0.1
    both.keep([1])
    assert both.lr.at(5) == 0.1
    assert both.at(5)["momentum"] == 0.6
    assert both.names == {"beta1", "momentum", "lr"}
