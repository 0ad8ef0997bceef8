from __future__ import annotations

import torch

from trainlab.engine.dials import BLOCK, Dials, column_of
from trainlab.schedules import SCHEDULES, Clock

LIKE = torch.zeros(2, 3)


def dials(rates: list[float], names: list[str]) -> Dials:
    return Dials(
        constants={"beta1": [0.9, 0.9], "momentum": [0.5, 0.6]},
        rates=rates,
        schedules=[SCHEDULES[name].make() for name in names],
        clocks=[Clock(total=1000, per_epoch=10)] * 2,
        like=LIKE,
    )


def test_shared_values_are_floats_and_others_columns() -> None:
    assert column_of([0.5, 0.5], LIKE) == 0.5
    column = column_of([0.5, 0.25], LIKE)
    assert isinstance(column, torch.Tensor)
    assert column.tolist() == [[0.5], [0.25]]
    h = dials([0.1, 0.1], ["constant", "constant"]).at(0)
    assert h["beta1"] == 0.9
    assert h["lr"] == 0.1
    assert h["t"] == 1.0


def test_rates_follow_each_members_schedule_over_block_borders() -> None:
    both = dials([0.1, 0.2], ["constant", "linear"])
    for step in (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3, 999):
        found = both.rate(step)
        assert isinstance(found, torch.Tensor)
        assert torch.allclose(found, torch.tensor([[0.1], [0.2 * (1 - step / 1000)]]))


def test_keeping_members_and_rescaling() -> None:
    both = dials([0.1, 0.2], ["constant", "constant"])
    both.rescale([1.0, 0.5])
    assert torch.as_tensor(both.rate(5)).flatten().tolist() == [0.10000000149011612] * 2 or (
        both.rate(5) == 0.1
    )
    both.keep([1])
    assert both.rate(5) == 0.1
    assert both.at(5)["momentum"] == 0.6
