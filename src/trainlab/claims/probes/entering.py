"""What enters the layers of a population: the activations that a probe measures."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

from trainlab.engine.training import Training

__all__ = ["entering"]


def entering(
    training: Training, x: Tensor, prefix: str, *, train: bool = False
) -> dict[str, Tensor]:
    """Give what enters each layer whose name begins so, by name: x [B, ...] -> [P, B, ...].

    With `train`, batch statistics are those of x; running ones are not moved.
    """
    population = training.population
    module = population.module
    layers = [(name, layer) for name, layer in module.named_modules() if name.startswith(prefix)]
    seen: dict[str, list[Tensor]] = {name: [] for name, _ in layers}
    hooks = [layer.register_forward_pre_hook(_reader(seen[name])) for name, layer in layers]
    weights = population.layout.unpack(population.theta)
    module.train(train)
    with torch.no_grad():
        for row in range(population.p):
            own = {name: each[row] for name, each in weights.items()}
            buffers = {name: each[row].clone() for name, each in population.buffers.items()}
            functional_call(module, (own, buffers), (x,))
    for hook in hooks:
        hook.remove()
    return {name: torch.stack(rows) for name, rows in seen.items()}


def _reader(seen: list[Tensor]) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def read(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        seen.append(given[0].clone())  # an activation in place writes over it

    return read
