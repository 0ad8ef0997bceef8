from __future__ import annotations

from inspect import signature
from typing import get_args, get_type_hints

import pytest
import torch

from trainlab.schedules.shapes import warm_up
from trainlab.schedules.warmup import WARMUPS


def test_a_schedule_takes_every_warm_up_of_the_table() -> None:
    assert set(get_args(get_type_hints(warm_up)["warmup_shape"])) == set(WARMUPS)
    assert signature(warm_up).parameters["warmup_shape"].default in WARMUPS


def test_ramps_are_their_formulas() -> None:
    x = torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64)
    found = {name: row.ramp(x, 0.04).tolist() for name, row in WARMUPS.items()}
    assert found["linear"] == pytest.approx([0.04, 0.52, 1.0])
    assert found["exponential"] == pytest.approx([0.04, 0.2, 1.0])
    assert found["constant"] == [0.04] * 3
