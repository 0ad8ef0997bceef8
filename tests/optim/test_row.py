from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab import optim
from trainlab.errors import InputError
from trainlab.optim.row import PACK, rows_of
from trainlab.rules import RULES


def parameters(*sizes: int) -> list[nn.Parameter]:
    return [nn.Parameter(torch.zeros(size)) for size in sizes]


def sizes(rule: str, params: list[nn.Parameter]) -> list[list[int]]:
    return [[p.numel() for p in row.params] for row in rows_of(RULES[rule], params, {}, {})]


def test_small_parameters_share_a_row_and_a_large_one_has_its_own() -> None:
    params = parameters(10, PACK // 2, PACK + 1, 5, PACK // 2, PACK // 2)
    packs = [[10, PACK // 2], [PACK + 1], [5, PACK // 2], [PACK // 2]]
    assert sizes("adam", params) == packs


def test_a_rule_that_looks_at_the_whole_row_gets_it_whole() -> None:
    assert sizes("swats", parameters(10, PACK, PACK + 1)) == [[10, PACK, PACK + 1]]


def test_types_and_histories_are_kept_apart() -> None:
    params = parameters(1, 2, 3, 4)
    params[1].data = params[1].data.double()
    states = {params[2]: {"step": 7}, params[3]: {"step": 7}}
    rows = rows_of(RULES["momentum"], params, states, {})
    found = [([p.numel() for p in row.params], int(row.t)) for row in rows]
    assert found == [([1], 0), ([2], 0), ([3, 4], 7)]


def test_states_are_views_and_columns_are_shared() -> None:
    params = [nn.Parameter(torch.zeros(2, 3)), nn.Parameter(torch.zeros(()))]
    (row,) = rows_of(RULES["adam"], params, {}, {})
    first, second = row.states()
    assert (first["m"].shape, second["m"].shape) == ((2, 3), ())
    second["m"].fill_(5.0)
    assert row.slots["m"].tolist() == [[0.0] * 6 + [5.0]]
    assert first["lack1"] is second["lack1"]
    again = rows_of(RULES["adam"], params, dict(zip(params, (first, second), strict=True)), {})
    assert torch.equal(again[0].slots["m"], row.slots["m"])
    assert again[0].slots["m"] is not row.slots["m"]


def large(order: torch.memory_format) -> Tensor:
    draw = torch.Generator().manual_seed(0)
    return torch.randn(64, 64, 5, 5, generator=draw).to(memory_format=order)


@pytest.mark.parametrize("rule", ["adam", "momentum", "lion", "swats"])
@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_the_order_in_memory_changes_no_bit(rule: str, order: torch.memory_format) -> None:
    """A large contiguous parameter is stepped where it lies, any other through a copy."""
    moved = []
    for weights, gradient in ((torch.contiguous_format, order), (order, torch.contiguous_format)):
        p = nn.Parameter(large(weights))
        optimizer = optim.Ruled([p], rule)
        for t in range(1, 4):
            p.grad = (large(gradient) * t).contiguous(memory_format=gradient)
            optimizer.step()
        moved.append(p.detach())
    assert torch.equal(*moved)


def test_packing_changes_no_bit() -> None:
    draw = torch.Generator().manual_seed(0)
    shapes = [(300, 300), (7,), (200, 200), (5, 5), (100, 300)]
    start = [torch.randn(shape, generator=draw) for shape in shapes]
    together = [nn.Parameter(x.clone()) for x in start]
    alone = [nn.Parameter(x.clone()) for x in start]
    optimizers = [optim.AdamW(together), *(optim.AdamW([p]) for p in alone)]
    for _ in range(3):
        for p, q in zip(together, alone, strict=True):
            p.grad = torch.randn(p.shape, generator=draw)
            q.grad = p.grad.clone()
        for optimizer in optimizers:
            optimizer.step()
    assert all(torch.equal(p, q) for p, q in zip(together, alone, strict=True))


@pytest.mark.filterwarnings("ignore:Sparse invariant checks:UserWarning")
@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.Adagrad])
def test_a_sparse_gradient_counts_as_the_dense_one(make: type[torch.optim.Optimizer]) -> None:
    def walk(source: object) -> Tensor:
        torch.manual_seed(0)
        table = nn.Embedding(9, 4, sparse=True)
        optimizer = getattr(source, make.__name__)(table.parameters(), lr=0.1)
        for t in range(4):
            optimizer.zero_grad()
            table(torch.tensor([t, 2, t])).square().sum().backward()
            optimizer.step()
        assert table.weight.grad.is_sparse
        return table.weight.detach()

    torch.testing.assert_close(walk(optim), walk(torch.optim))


def test_complex_parameters_are_refused() -> None:
    p = nn.Parameter(torch.zeros(2, dtype=torch.complex64))
    p.grad = torch.ones_like(p)
    with pytest.raises(InputError, match="complex64"):
        optim.Adam([p]).step()
    optim.SGD([p], lr=1.0).step()  # which asks for no row
    assert p.tolist() == [-1.0, -1.0]
