from __future__ import annotations

import torch
from torch import nn

from trainlab.optim.flat import flat_gradient, flat_row, scatter


def test_a_row_is_a_copy_and_goes_back_where_it_came_from() -> None:
    params = [nn.Parameter(torch.arange(6.0).view(2, 3)), nn.Parameter(torch.tensor(7.0))]
    row = flat_row(params)
    assert row.tolist() == [[0, 1, 2, 3, 4, 5, 7]]
    with torch.no_grad():
        scatter(row + 1, params)
    assert params[0].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert params[1].item() == 8
    assert row[0, 0] == 0


def test_a_gradient_that_lacks_is_zero_and_a_sparse_one_is_dense() -> None:
    params = [nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(3))]
    params[1].grad = torch.sparse_coo_tensor([[1]], [5.0], (3,), check_invariants=True)
    assert flat_gradient(params).tolist() == [[0, 0, 0, 5, 0]]
