from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.optim import SGD
from torch.optim.lr_scheduler import ReduceLROnPlateau

from trainlab.schedules import SCHEDULES, Clock, plateau_start, plateau_step


def scores() -> Tensor:
    """Give three members' noisy scores [60, 3], falling at different speeds and then flat."""
    noise = torch.randn(60, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    step = torch.arange(60.0, dtype=torch.float64).unsqueeze(1)
    return 2 * torch.exp(-step / torch.tensor([3.0, 10, 30])) + 0.05 * noise.abs() + 0.1


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("cooldown", [0, 3])
def test_each_member_is_torchs_reduce_on_plateau(mode: str, cooldown: int) -> None:
    schedule = SCHEDULES["plateau"].make(
        gamma=0.5, patience=2, cooldown=cooldown, threshold=0.05, floor=0.1
    )
    sign = 1 if mode == "min" else -1
    shown = scores() if mode == "min" else 3 - scores()
    optimizers = [SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0) for _ in range(3)]
    oracles = [
        ReduceLROnPlateau(
            o, mode, factor=0.5, patience=2, cooldown=cooldown, threshold=0.05, min_lr=0.1
        )
        for o in optimizers
    ]
    state, changed = plateau_start(3), set()
    for row in shown:
        state = plateau_step(state, sign * row, schedule.plateau)
        for oracle, score in zip(oracles, row, strict=True):
            oracle.step(score.item())
        expected = [o.param_groups[0]["lr"] for o in optimizers]
        changed.add(tuple(expected))
        torch.testing.assert_close(state.factor, torch.tensor(expected, dtype=torch.float64))
    assert len(changed) > 3


def test_nan_is_no_improvement_and_touches_no_other() -> None:
    options = SCHEDULES["plateau"].make(patience=0).plateau
    state = plateau_step(plateau_start(2), torch.tensor([1.0, torch.nan]), options)
    state = plateau_step(state, torch.tensor([0.5, 0.25]), options)
    assert state.best.tolist() == [0.5, 0.25]
    assert state.factor.tolist() == [1.0, 0.1]


def test_its_own_shape_is_one() -> None:
    assert SCHEDULES["plateau"].make().draw(Clock(total=5, per_epoch=1)).tolist() == [1.0] * 5
