"""The signal at the start: how large activations and their gradients are, layer by layer.

Several networks of one shape (the same network by several initialisers) are measured as the rows
of one population, on one batch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from trainlab.engine.forward import QUIET, State
from trainlab.engine.population import populate
from trainlab.losses import MeanLoss
from trainlab.nn.summary import leaves

__all__ = ["LayerSignal", "Moments", "Signal", "signals"]


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Mean and standard deviation over examples and units."""

    mean: float
    std: float


@dataclass(frozen=True, kw_only=True)
class LayerSignal:
    """What comes out of one layer, and the gradient that comes back to it."""

    name: str
    kind: str
    weighted: bool
    """Whether the layer has weights of its own."""
    activation: Moments
    gradient: Moments
    """Of each example's own loss with respect to the layer's output."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One network's layers, in the order in which they are first called."""

    layers: tuple[LayerSignal, ...]

    @property
    def forward_factor(self) -> float:
        """The mean factor on the activations' std from a weight layer to the next; 1 keeps it."""
        return _factor([layer.activation.std for layer in self.layers if layer.weighted])

    @property
    def backward_factor(self) -> float:
        """The mean factor on the gradients' std from a weight layer to the one before it."""
        return _factor([layer.gradient.std for layer in self.layers if layer.weighted][::-1])


def signals(networks: Sequence[nn.Module], x: Tensor, y: Tensor, loss: MeanLoss) -> list[Signal]:
    """Measure networks of one shape in training mode on a batch x [B, ...], y [B, ...].

    The networks are not touched. A layer that is called again is measured at its first call.
    """
    found = _Probed(networks, loss).measure(x, y)
    return [Signal(layers=layers) for layers in found]


class _Probed:
    """A population whose layers' outputs are read, and moved by probes that are zero.

    A probe's gradient is that of the output which it is added to.
    """

    def __init__(self, networks: Sequence[nn.Module], loss: MeanLoss) -> None:
        dtype = next(networks[0].parameters()).dtype
        copies = [deepcopy(network).train() for network in networks]
        self.population = populate(
            lambda row: copies[row], range(len(copies)), torch.device("cpu"), dtype
        )
        self.module, self.loss = self.population.module, loss
        self.layers = dict(leaves(self.module))
        self.probes: State = {}
        self.seen: State = {}
        for name, layer in self.layers.items():
            layer.register_forward_hook(lambda _, __, out, name=name: self._read(name, out))

    def measure(self, x: Tensor, y: Tensor) -> list[tuple[LayerSignal, ...]]:
        """Give each row's layers."""
        self._run(0, x)
        rows = self.population.p
        probes = {
            name: out.new_zeros(rows, *out.shape).requires_grad_()
            for name, out in self.seen.items()
        }
        weights = self.population.layout.unpack(self.population.theta)
        losses, outputs = self._all((weights, self.population.buffers, probes), x, y)
        gradients = torch.autograd.grad(
            losses.sum() * len(x), list(probes.values()), materialize_grads=True
        )
        back = dict(zip(probes, gradients, strict=True))
        return [
            tuple(self._layer(name, outputs[name][row], back[name][row]) for name in outputs)
            for row in range(rows)
        ]

    def _run(self, row: int, x: Tensor) -> None:
        """Let one row show the shapes of the outputs; its buffers are copies."""
        weights = self.population.layout.unpack(self.population.theta[row])
        buffers = {name: each[row].clone() for name, each in self.population.buffers.items()}
        with torch.no_grad():
            functional_call(self.module, (weights, buffers), (x,))

    def _all(
        self, stacked: tuple[State, State, State], x: Tensor, y: Tensor
    ) -> tuple[Tensor, State]:
        """Run all rows in one call; in turn where an operation has no batching rule."""
        weights, buffers, probes = stacked
        try:
            run = vmap(self._loss, (0, 0, 0, None, None), randomness="different")
            moving = {name: each.clone() for name, each in buffers.items()}
            with QUIET:
                found: tuple[Tensor, State] = run(weights, moving, probes, x, y)
            return found
        except (RuntimeError, NotImplementedError, ValueError):
            rows = [
                self._loss(_row(weights, row), _row(buffers, row), _row(probes, row), x, y)
                for row in range(self.population.p)
            ]
        losses, outputs = zip(*rows, strict=True)
        stacks = {name: torch.stack([each[name] for each in outputs]) for name in outputs[0]}
        return torch.stack(losses), stacks

    def _loss(
        self,
        weights: State,
        buffers: State,
        probes: State,
        x: Tensor,
        y: Tensor,
    ) -> tuple[Tensor, State]:
        self.probes, self.seen = probes, {}
        output = functional_call(self.module, (weights, buffers), (x,))
        return self.loss(output, y), self.seen

    def _read(self, name: str, output: object) -> object:
        if not isinstance(output, Tensor) or name in self.seen:
            return output
        self.seen[name] = output.clone()  # an activation in place must not write over it
        return output + self.probes[name] if name in self.probes else output

    def _layer(self, name: str, output: Tensor, gradient: Tensor) -> LayerSignal:
        layer = self.layers[name]
        return LayerSignal(
            name=name,
            kind=type(layer).__name__.removeprefix("Parametrized"),
            weighted=any(weight.dim() > 1 for weight in layer.parameters()),
            activation=_moments(output),
            gradient=_moments(gradient),
        )


def _row(tensors: State, row: int) -> State:
    return {name: each[row] for name, each in tensors.items()}


def _moments(values: Tensor) -> Moments:
    values = values.detach().double()
    return Moments(mean=values.mean().item(), std=values.std(correction=0).item())


def _factor(spreads: Sequence[float]) -> float:
    """Give the geometric mean of the ratios of neighbours."""
    if len(spreads) < 2 or not spreads[0]:
        return math.nan
    return float((spreads[-1] / spreads[0]) ** (1 / (len(spreads) - 1)))
