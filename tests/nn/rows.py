"""The law that every layer and network obeys: a member in a population is that member alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from trainlab import seeds
from trainlab.nn.dropout import RandomLayer, by_key


@dataclass
class Trained:
    """One training-mode pass of P members: the outputs, the gradients, the buffers after it."""

    outputs: Tensor
    gradients: dict[str, Tensor]
    buffers: dict[str, Tensor]


def members(
    build: Callable[[], nn.Module], p: int = 3, dtype: torch.dtype = torch.float64
) -> list[nn.Module]:
    """Build P networks whose weights, rates and keys all differ."""
    networks = []
    for row in range(p):
        network = by_key(build().to(dtype))
        generator = seeds.generator(row, "init")
        with torch.no_grad():
            for weight in network.parameters():
                nudge = torch.randn(weight.shape, generator=generator, dtype=dtype)
                weight.add_(0.05 * nudge)
            for layer in network.modules():
                if isinstance(layer, RandomLayer):
                    layer.key.copy_(seeds.keys([row], "noise")[0])
                    layer.rate.fill_(0.1 + 0.2 * row)
        networks.append(network)
    return networks


def together(networks: Sequence[nn.Module], x: Tensor) -> Trained:
    """Run all members in one call: x [P, B, ...]."""
    skeleton = deepcopy(networks[0]).train()
    weights = stacked([dict(network.named_parameters()) for network in networks])
    weights = {name: weight.detach().requires_grad_() for name, weight in weights.items()}
    buffers = stacked([dict(network.named_buffers()) for network in networks])

    def one(weight: dict[str, Tensor], buffer: dict[str, Tensor], x: Tensor) -> Tensor:
        output: Tensor = functional_call(skeleton, (weight, buffer), (x,))
        return output

    outputs = vmap(one)(weights, buffers, x)
    return Trained(outputs.detach(), differentiate(outputs, weights), buffers)


def alone(networks: Sequence[nn.Module], x: Tensor) -> Trained:
    """Run member after member, each an ordinary call of an ordinary module."""
    outputs, gradients, buffers = [], [], []
    for network, own in zip(networks, x, strict=True):
        network = deepcopy(network).train()
        weights = dict(network.named_parameters())
        output = network(own)
        outputs.append(output.detach())
        gradients.append(differentiate(output, weights))
        buffers.append(dict(network.named_buffers()))
    return Trained(torch.stack(outputs), stacked(gradients), stacked(buffers))


def differentiate(outputs: Tensor, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Differentiate a sum over everything, in which every output has its own slope."""
    if not weights:
        return {}
    loss = outputs.sin().sum()
    found = torch.autograd.grad(loss, list(weights.values()), materialize_grads=True)
    return dict(zip(weights, found, strict=True))


def stacked(rows: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([row[name].detach() for row in rows]) for name in rows[0]}


def assert_same(ours: Trained, theirs: Trained, tolerance: float = 1e-10) -> None:
    exact = {"rtol": tolerance, "atol": tolerance}
    torch.testing.assert_close(ours.outputs, theirs.outputs, **exact)
    torch.testing.assert_close(ours.gradients, theirs.gradients, **exact)
    torch.testing.assert_close(ours.buffers, theirs.buffers, **exact)
