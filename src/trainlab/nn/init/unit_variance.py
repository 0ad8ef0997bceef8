"""Layer-sequential unit variance: weights at the start, scaled by what they do to data."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor, nn

from trainlab.nn.calibration import by_batch_statistics
from trainlab.nn.init import laws
from trainlab.nn.init.laws import Site
from trainlab.nn.init.walk import fill, sites

__all__ = ["lsuv", "unit_variance"]


def lsuv(
    module: nn.Module,
    x: Tensor,
    generator: Generator | None,
    *,
    tolerance: float = 0.01,
    passes: int = 10,
) -> nn.Module:
    """Start orthogonal, then `unit_variance` on x, in place (Mishkin & Matas 2016, algorithm 1)."""
    fill(module, laws.lsuv, generator)
    return unit_variance(module, x, tolerance=tolerance, passes=passes)


def unit_variance(
    module: nn.Module, x: Tensor, *, tolerance: float = 0.01, passes: int = 10
) -> nn.Module:
    """Scale each layer's weight until its output on x has variance 1, in place; give the network.

    In the order of the computation. Layers are those that have one weight and give one tensor;
    recurrent ones stay as they are, and so does a layer whose output is constant. Random layers are
    off, norms use the batch.
    """
    before = {name: buffer.clone() for name, buffer in module.named_buffers()}
    with torch.no_grad(), by_batch_statistics(module):
        for site in _in_order(module, x):
            for _ in range(passes):
                variance = _variance(module, site.module, x)
                if not 0 < variance < float("inf") or abs(variance - 1) < tolerance:
                    break
                _scale(site, variance**-0.5)
        for name, buffer in module.named_buffers():
            buffer.copy_(before[name])
    return module


def _in_order(module: nn.Module, x: Tensor) -> list[Site]:
    """List the layers with one weight in the order in which they are first called."""
    found = sites(module)
    owners = [site.module for site in found]
    single = {site.module: site for site in found if owners.count(site.module) == 1}
    called: dict[nn.Module, Site] = {}

    def note(layer: nn.Module, _: Any, output: object) -> None:
        if isinstance(output, Tensor):
            called.setdefault(layer, single[layer])

    hooks = [layer.register_forward_hook(note) for layer in single]
    module(x)
    for hook in hooks:
        hook.remove()
    return list(called.values())


def _variance(module: nn.Module, layer: nn.Module, x: Tensor) -> float:
    """Measure the variance of a layer's first output, over examples and units."""
    outputs: list[Tensor] = []
    hook = layer.register_forward_hook(lambda _, __, output: outputs.append(output))
    module(x)
    hook.remove()
    return float(outputs[0].var(correction=0))


def _scale(site: Site, factor: float) -> None:
    weight = getattr(site.module, site.weight)
    if isinstance(weight, nn.Parameter):
        weight.mul_(factor)
    else:  # under a parametrisation: an assignment stores what gives this weight
        setattr(site.module, site.weight, weight * factor)
