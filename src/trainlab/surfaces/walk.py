"""Paths of a rule over a surface: all starts, rates and noises at once, a row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count, islice

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.averages import Value
from trainlab.rules import apply
from trainlab.rules.algebra import Rule
from trainlab.surfaces.functions import Surface

__all__ = ["places", "walk"]


def walk(
    rule: Rule,
    surface: Surface,
    start: Tensor,
    steps: int,
    h: Mapping[str, Value],
    noise: tuple[float, Tensor] | None = None,
) -> Tensor:
    """Go from start [P, 2] by the gradient of the surface, and give the path [steps + 1, P, 2].

    `h` as in a training: numbers, or [P, 1]. `noise`: the standard deviation of what is added to
    each partial derivative, and the rows' keys [P].
    """
    return torch.stack(list(islice(places(rule, surface, start, h, noise), steps + 1)))


def places(
    rule: Rule,
    surface: Surface,
    start: Tensor,
    h: Mapping[str, Value],
    noise: tuple[float, Tensor] | None = None,
) -> Iterator[Tensor]:
    """Give the places of a walk without end, each [P, 2], the start first."""
    theta, slots = start.detach().clone(), rule.init(start)
    yield theta.clone()
    for t in count(1):
        g = _gradient(surface, theta)
        if noise is not None:
            scale, keys = noise
            g = g + scale * seeds.normal(seeds.fold_in(keys, t), (2,), g.dtype)
        apply(rule, theta, g, slots, {**h, "t": t})
        yield theta.clone()


def _gradient(surface: Surface, theta: Tensor) -> Tensor:
    at = theta.detach().requires_grad_()
    (g,) = torch.autograd.grad(surface(at).sum(), at)
    return g
