"""A walk over a network: every weight by a law, in order, from one generator.

The result is a function of (module, law, generator). Weights follow the law, biases are 0, norms
and learned activations are as their own classes reset them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Generator, Tensor, nn
from torch.nn.utils import parametrize

from trainlab.nn.activations import gain_of, is_activation
from trainlab.nn.depth import Residual, branches
from trainlab.nn.init.laws import Site
from trainlab.nn.recurrent import Recurrent

__all__ = ["Law", "fill", "last_weight", "silence", "sites"]

Law = Callable[[Tensor, Generator | None, Site], object]
"""Fills one weight in place."""


def fill(module: nn.Module, law: Law, generator: Generator | None) -> nn.Module:
    """Fill every weight of a network in place; give the network."""
    with torch.no_grad():
        for layer in module.modules():
            _reset(layer)
        for site in sites(module):
            _fill(site, lambda part, at: law(part, generator, at))
        for block in module.modules():
            if isinstance(block, Residual) and block.zero_start:
                silence(block.branch)
    return module


def sites(module: nn.Module) -> list[Site]:
    """List the weights that a law fills, in order, each with its gain.

    The gain is that of the next activation in the order of `module.modules()`; of the last one seen
    where the rest has none (a network that shares one); and 1 for the network's last weight.
    """
    found: list[Site] = []
    waiting = 0
    gain = 1.0
    closing = {id(last_weight(branch).module) for branch in branches(module) if _weighted(branch)}
    doubled = 2 * len(closing)
    for layer in module.modules():
        if is_activation(layer) and not isinstance(layer, nn.Identity):
            gain = gain_of(layer)
            found[waiting:] = [replace(site, gain=gain) for site in found[waiting:]]
            waiting = len(found)
        blocks = doubled if id(layer) in closing else 1
        found += [Site(module=layer, weight=name, blocks=blocks) for name in _weights(layer)]
    rest = [replace(site, gain=gain) for site in found[waiting:-1]]
    return [*found[:waiting], *rest, *found[max(waiting, len(found) - 1) :]]


def last_weight(module: nn.Module) -> Site:
    """Give the last weight of a network."""
    found = [Site(module=at, weight=name) for at in module.modules() for name in _weights(at)]
    return found[-1]


def silence(branch: nn.Module) -> None:
    """Make a residual branch give zero: by its last norm's gain, or its last weight."""
    last = [layer for layer in branch.modules() if _gained(layer) or any(_weights(layer))][-1]
    for name, weight in last.named_parameters():
        if not name.endswith("original1"):  # a direction keeps its length: its gain is silenced
            weight.zero_()


def _weights(layer: nn.Module) -> Iterator[str]:
    """Name a layer's own weights: of two or more axes, and not a norm's or an embedding's."""
    if isinstance(layer, nn.Embedding | parametrize.ParametrizationList) or _is_norm(layer):
        return
    if parametrize.is_parametrized(layer, "weight"):
        yield "weight"
    for name, weight in layer.named_parameters(recurse=False):
        if weight.dim() > 1:
            yield name


def _weighted(module: nn.Module) -> bool:
    return any(True for layer in module.modules() for _ in _weights(layer))


def _fill(site: Site, law: Callable[[Tensor, Site], object]) -> None:
    """Fill one weight; a recurrent layer's weights are one matrix per gate."""
    weight = getattr(site.module, site.weight).detach().clone()
    recurrent = isinstance(site.module, Recurrent)
    gates = site.module.cell.gates if isinstance(site.module, Recurrent) else 1
    for part in weight.chunk(gates):
        law(part, replace(site, gain=1.0) if recurrent else site)
    if parametrize.is_parametrized(site.module, site.weight):
        setattr(site.module, site.weight, weight)
    else:
        getattr(site.module, site.weight).copy_(weight)


def _reset(layer: nn.Module) -> None:
    """Set what is not a weight: biases 0; norms and learned activations by their own reset."""
    if _is_norm(layer) or is_activation(layer):
        if callable(reset := getattr(layer, "reset_parameters", None)):
            reset()
        return
    if isinstance(layer, Recurrent):
        layer.reset_biases()
        return
    for name, bias in layer.named_parameters(recurse=False):
        if "bias" in name:
            bias.zero_()


def _gained(layer: nn.Module) -> bool:
    return _is_norm(layer) and any(True for _ in layer.parameters(recurse=False))


def _is_norm(layer: nn.Module) -> bool:
    return "Norm" in type(layer).__name__
