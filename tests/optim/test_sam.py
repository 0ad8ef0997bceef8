"""SAM against the paper's two gradients in float64, and its silent bug: statistics moved twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainlab import nn as own
from trainlab import optim
from trainlab.errors import InputError

X, Y = torch.randn(16, 5, dtype=torch.float64), torch.randn(16, 2, dtype=torch.float64)


def network(*inside: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), *inside, nn.Tanh(), nn.Linear(8, 2)).double()


def closure_of(module: nn.Module) -> Callable[[], Tensor]:
    def closure() -> Tensor:
        module.zero_grad()
        loss: Tensor = (module(X) - Y).square().mean()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    return closure


def flat(values: Any) -> Tensor:
    return torch.cat([value.detach().flatten() for value in values])


@pytest.mark.parametrize("base", [torch.optim.SGD, torch.optim.Adam, optim.SGD, optim.Adam])
@pytest.mark.parametrize("rho", [0.0, 0.05, 1.0])
def test_a_step_is_the_bases_with_the_gradient_at_the_worst_place(base: Any, rho: float) -> None:
    ours, theirs = network(), network()
    optimizer = optim.SAM(base(ours.parameters(), lr=0.05, weight_decay=0.1), rho=rho)
    plain = base(theirs.parameters(), lr=0.05, weight_decay=0.1)
    for _ in range(5):
        loss = optimizer.step(closure_of(ours))
        expected = closure_of(theirs)()
        home, g = flat(theirs.parameters()), flat(p.grad for p in theirs.parameters())
        nn.utils.vector_to_parameters(home + rho * g / g.norm(), theirs.parameters())
        closure_of(theirs)()
        nn.utils.vector_to_parameters(home, theirs.parameters())
        plain.step()
        assert torch.allclose(loss, expected, rtol=1e-12)
        pair = flat(ours.parameters()), flat(theirs.parameters())
        torch.testing.assert_close(*pair, rtol=1e-10, atol=1e-12)


class Remembering(nn.Module):
    """Keeps a mean by giving its buffer a new tensor at each call."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        self.mean = 0.9 * self.mean + x.detach().mean()
        return x


@pytest.mark.parametrize("layer", [lambda: nn.BatchNorm1d(8), Remembering])
@pytest.mark.parametrize("told", [False, True])
def test_running_statistics_move_once_by_the_weights_themselves(
    layer: Callable[[], nn.Module], told: bool
) -> None:
    ours, theirs = network(layer()), network(layer())
    module = ours if told else None
    optimizer = optim.SAM(optim.SGD(ours.parameters(), lr=0.1), rho=0.5, module=module)
    optimizer.step(closure_of(ours))
    closure_of(theirs)()
    moved, once = dict(ours.named_buffers()), dict(theirs.named_buffers())
    assert all(torch.equal(moved[name], once[name]) for name in once)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_the_statistics_of_a_compiled_network_move_once_too() -> None:
    module = network(nn.BatchNorm1d(8))
    compiled: Any = torch.compile(module, backend="eager")
    optimizer = optim.SAM(optim.SGD(module.parameters(), lr=0.1))
    for _ in range(3):
        optimizer.step(closure_of(compiled))
    assert module[1].num_batches_tracked == 3  # type: ignore[index]


@pytest.mark.parametrize("dropout", [nn.Dropout(0.5), own.Dropout(0.5)])
def test_both_passes_drop_the_same_activations(dropout: nn.Module) -> None:
    module, seen = network(dropout), list[Tensor]()
    dropped = module[1]  # type: ignore[index]
    dropped.register_forward_hook(lambda layer, given, output: seen.append(output == 0))
    optimizer = optim.SAM(optim.SGD(module.parameters(), lr=0.1), rho=1e-6)
    for _ in range(2):
        optimizer.step(closure_of(module))
    assert torch.equal(seen[0], seen[1])
    assert torch.equal(seen[2], seen[3])
    assert not torch.equal(seen[0], seen[2])


def test_a_failing_closure_leaves_the_weights_where_they_were() -> None:
    module, calls = network(), list[int]()

    def closure() -> Tensor:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("out of data")
        return closure_of(module)()

    before = flat(module.parameters())
    with pytest.raises(RuntimeError, match="out of data"):
        optim.SAM(optim.SGD(module.parameters(), lr=0.1), rho=0.5).step(closure)
    assert torch.equal(flat(module.parameters()), before)


def test_it_climbs_where_the_base_maximises() -> None:
    p = nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimizer = optim.SAM(torch.optim.SGD([p], lr=0.1, maximize=True), rho=0.5)

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = -(p.square()).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(closure)
    assert p.item() == pytest.approx(1 - 0.1 * 2 * 1.5, rel=1e-12)


def test_without_a_closure_it_says_what_is_missing() -> None:
    with pytest.raises(InputError, match="closure"):
        optim.SAM(optim.SGD(network().parameters(), lr=0.1)).step()


def test_its_radius_is_part_of_its_state() -> None:
    one, other = (optim.SAM(optim.Adam(network().parameters()), rho=r) for r in (0.2, 0.05))
    other.load_state_dict(one.state_dict())
    assert other.rho == 0.2
    with pytest.raises(InputError):
        optim.SAM(optim.Adam(network().parameters()), rho=-1.0)
