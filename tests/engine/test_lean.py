from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from trainlab.engine import traced
from trainlab.engine.traced import Replayed

aten = torch.ops.aten


def gradient_of(module: nn.Module) -> Callable[[Tensor, Tensor], Tensor]:
    """Give the gradient [P, N] of the sum of squares, at flat weights [P, N]."""
    shapes = [(name, p.shape) for name, p in module.named_parameters()]

    def total(theta: Tensor, x: Tensor) -> Tensor:
        parts = theta.split([shape.numel() for _, shape in shapes])
        named = {n: part.view(shape) for (n, shape), part in zip(shapes, parts, strict=True)}
        out: Tensor = functional_call(module, named, (x,))
        return out.square().sum()

    def gradient(theta: Tensor, x: Tensor) -> Tensor:
        theta = theta.detach().requires_grad_()
        return torch.autograd.grad(vmap(total)(theta, x).sum(), theta)[0]

    return gradient


def counted(recording: Callable[..., Tensor], *inputs: Tensor) -> dict[object, int]:
    from trainlab.engine.placement import _Calls

    seen: dict[object, int] = {}

    class Counts(_Calls):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            seen[function] = seen.get(function, 0) + 1
            return function(*args, **(kwargs or {}))

    with torch.no_grad(), Counts():
        recording(*inputs)
    return seen


NETWORKS = {
    "dense": nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3)),
    "no bias": nn.Sequential(nn.Linear(5, 7, bias=False), nn.Tanh(), nn.Linear(7, 3, bias=False)),
    "one layer": nn.Linear(5, 3),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_bits_are_the_same_without_the_copies(name: str) -> None:
    module = NETWORKS[name]
    function = gradient_of(module)
    n = sum(p.numel() for p in module.parameters())
    theta, x = torch.randn(4, n), torch.randn(4, 6, 5)
    replayed = Replayed(function)
    assert torch.equal(replayed(theta, x), function(theta, x))
    assert torch.equal(replayed(theta + 1, x), function(theta + 1, x))
    (recording,) = replayed.recordings.values()
    assert recording is not None
    seen = counted(recording, theta, x)
    assert not seen.get(aten.clone.default) and not seen.get(aten.cat.default)
    biases = sum(isinstance(m, nn.Linear) and m.bias is not None for m in module.modules())
    assert seen.get(aten.copy_.default, 0) == biases


def test_each_call_gives_a_tensor_of_its_own() -> None:
    module = NETWORKS["dense"]
    replayed = Replayed(gradient_of(module))
    n = sum(p.numel() for p in module.parameters())
    theta, x = torch.randn(2, n), torch.randn(2, 6, 5)
    first = replayed(theta, x)
    kept = first.clone()
    replayed(theta + 1, x)
    assert torch.equal(first, kept)


def test_what_is_not_a_gradient_stays_as_it_was() -> None:
    def function(a: Tensor, b: Tensor) -> Tensor:
        product = torch.bmm(a, b)
        return torch.cat([product.flatten(1), product.transpose(1, 2).flatten(1)], 1)

    a, b = torch.randn(2, 3, 4), torch.randn(2, 4, 5)
    assert torch.equal(Replayed(function)(a, b), function(a, b))


def test_a_recording_with_other_bits_is_made_again_without_sparing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def spoil(graph: torch.fx.Graph) -> None:
        (node,) = [node for node in graph.nodes if node.target is aten.mul.Tensor]
        node.args = (node.args[0], 3.0)

    monkeypatch.setattr(traced, "lean", spoil)
    replayed = Replayed(lambda x: x * 2.0)
    assert float(replayed(torch.tensor(1.0))) == 2.0
    (recording,) = replayed.recordings.values()
    assert recording is not None


def test_operations_that_change_nothing_are_left_out() -> None:
    def function(x: Tensor) -> Tensor:
        return aten.mul.Scalar(x.view(2, 3).expand(2, 3), 1).sin()

    replayed = Replayed(function)
    x = torch.randn(2, 3)
    assert torch.equal(replayed(x), x.sin())
    (recording,) = replayed.recordings.values()
    assert list(counted(recording, x)) == [aten.sin.default]


def test_a_copy_that_is_written_to_stays_a_copy() -> None:
    def function(x: Tensor) -> Tensor:
        return aten.mul.Scalar(x, 1).add_(5.0)

    x = torch.zeros(3)
    assert torch.equal(Replayed(function)(x), torch.full((3,), 5.0))
    assert torch.equal(x, torch.zeros(3))
