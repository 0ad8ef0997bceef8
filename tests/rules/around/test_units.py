from __future__ import annotations

import torch
from torch import nn

from trainlab.layout import layout_of
from trainlab.rules.around.units import by_unit, unit_norm


def test_rows_of_a_matrix_are_units_and_a_vector_is_one() -> None:
    layout = layout_of(nn.Linear(2, 3))
    x = torch.tensor([[3.0, 4.0, 0.0, 5.0, 6.0, 8.0, 2.0, 3.0, 6.0]])
    assert unit_norm(x, layout).tolist() == [[5.0, 5.0, 5.0, 5.0, 10.0, 10.0, 7.0, 7.0, 7.0]]


def test_units_keep_their_places() -> None:
    layout = layout_of(nn.Sequential(nn.Conv2d(2, 3, 3), nn.Linear(4, 5)))
    x = torch.arange(2.0 * layout.n).reshape(2, -1)
    assert torch.equal(by_unit(lambda part: part, x, layout), x)
