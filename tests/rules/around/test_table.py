from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.layout import layout_of
from trainlab.rules.around import AROUND, Setting, rows_in_use
from trainlab.rules.around.row import OFF

LAYOUT = layout_of(nn.Linear(4, 3))
ON = {"limit": 0.2, "strength": 0.5, "switch": 1.0, "share": 0.5}


def acted(name: str, value: float | Tensor) -> tuple[Tensor, Tensor]:
    """Give what a row changes, before and after."""
    row = AROUND[name]
    theta, g = (torch.randn(3, LAYOUT.n, dtype=torch.float64) for _ in range(2))
    h: dict[str, float | Tensor] = {
        "lr": 0.1,
        "t": 1.0,
        "noise_key": seeds.keys([0, 1, 2], "noise")[:, None],
    }
    mask = LAYOUT.mask(LAYOUT.decayed).double()
    x = g if row.on == "gradient" else theta
    before, kept = x.clone(), {row.keeps: torch.zeros_like(theta)}
    h |= {row.field: value, **dict.fromkeys(row.counts, 1)}
    return before, row.law(x, Setting(theta, LAYOUT, mask, h, kept, g))


@pytest.mark.parametrize("name", AROUND)
def test_a_row_that_is_off_is_the_identity_for_that_member_alone(name: str) -> None:
    kind = AROUND[name].kind
    values = torch.tensor([[ON[kind]], [OFF[kind]], [ON[kind]]], dtype=torch.float64)
    before, after = acted(name, values)
    assert torch.equal(after[1], before[1])
    assert not torch.equal(after[0], before[0])
    assert not torch.equal(after[2], before[2])


@pytest.mark.parametrize("name", AROUND)
def test_a_number_may_be_shared(name: str) -> None:
    before, after = acted(name, ON[AROUND[name].kind])
    assert all(not torch.equal(after[row], before[row]) for row in range(3))


def test_one_of_the_two_decays_is_in_use_and_only_what_is_read() -> None:
    fields = {"weight_decay": [0.1], "clip_norm": [1.0]}
    names = {row: name for name, row in AROUND.items()}
    assert [names[row] for row in rows_in_use(fields, "coupled")] == ["coupled", "clip_norm"]
    assert [names[row] for row in rows_in_use(fields, "decoupled")] == ["clip_norm", "decoupled"]
    assert rows_in_use({}, "coupled") == ()
