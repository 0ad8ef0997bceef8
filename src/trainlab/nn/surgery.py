"""Swapping the norms or activations of any network by name, in place.

Swap before the optimizer is made. Where one exists already, give it: the new layers' parameters
take the place of the old ones in its group, and it forgets the state of the old.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from trainlab.errors import NetworkError
from trainlab.nn.activations import activation, is_activation, pieces_of
from trainlab.nn.choice import Choice, pick
from trainlab.nn.norm_layers import BatchRenorm, ChannelRMSNorm, GhostBatchNorm
from trainlab.nn.norms import NORMS, norm
from trainlab.nn.whitening import (
    DecorrelatedBatchNorm1d,
    DecorrelatedBatchNorm2d,
    IterNorm1d,
    IterNorm2d,
)

__all__ = ["Swap", "swap_activations", "swap_norms"]


@dataclass(frozen=True)
class Swap:
    """One layer that was swapped."""

    name: str
    before: str
    after: str


def swap_activations(
    module: nn.Module,
    choice: Choice,
    *,
    where: str = "",
    optimizer: torch.optim.Optimizer | None = None,
) -> tuple[Swap, ...]:
    """Replace the activations whose name matches the pattern `where`; tell which they were.

    `swap_activations(net, {"name": "leaky_relu", "slope": 0.2}, where=r"^features")`. Activations
    that a forward method calls as functions are not modules and are not found.
    """
    if pieces_of(activation(choice)) > 1:
        raise NetworkError(
            "maxout cannot be swapped in: the layer before it would have to be wider",
            next_step="build the network with it: network.activation = maxout",
        )
    found = _named(module, where, lambda layer: is_activation(layer) and not _is_identity(layer))
    return _swap(module, found, lambda _: activation(choice), optimizer)


def swap_norms(
    module: nn.Module,
    choice: Choice,
    *,
    where: str = "",
    optimizer: torch.optim.Optimizer | None = None,
) -> tuple[Swap, ...]:
    """Replace the norms whose name matches the pattern `where`; tell which they were.

    Gains and biases are copied where old and new have them alike. `none` leaves an identity. A
    LayerNorm counts as a norm of the last axis of [B, C].
    """
    if pick(NORMS, choice)[0].wrap is not None:
        raise NetworkError(
            f"{choice} norm is not a layer but a way to write a weight: it cannot take a place",
            next_step="build the network with it, or use torch.nn.utils.parametrizations",
        )
    found = _named(module, where, lambda layer: type(layer) in _SIZES)
    return _swap(module, found, lambda old: _norm_like(old, choice, _dims(module, old)), optimizer)


def _named(
    module: nn.Module, where: str, wanted: Callable[[nn.Module], bool]
) -> dict[str, nn.Module]:
    """Name the layers to swap, under every name that they have."""
    everything = module.named_modules(remove_duplicate=False)
    return {name: at for name, at in everything if name and wanted(at) and re.search(where, name)}


def _swap(
    module: nn.Module,
    found: dict[str, nn.Module],
    make: Callable[[nn.Module], nn.Module],
    optimizer: torch.optim.Optimizer | None,
) -> tuple[Swap, ...]:
    made: dict[int, nn.Module] = {}
    swaps = []
    for name, old in found.items():
        if id(old) not in made:
            made[id(old)] = _in_place_of(old, make(old), module)
            if optimizer is not None:
                _exchange(optimizer, old, made[id(old)])
        parent, _, leaf = name.rpartition(".")
        setattr(module.get_submodule(parent), leaf, made[id(old)])
        swaps.append(Swap(name, type(old).__name__, type(made[id(old)]).__name__))
    return tuple(swaps)


def _in_place_of(old: nn.Module, new: nn.Module, module: nn.Module) -> nn.Module:
    """Give a new layer the mode, device and type of the old, and its gains where they are alike."""
    like = next((t for owner in (old, module) for t in owner.parameters()), torch.zeros(()))
    new.to(device=like.device, dtype=like.dtype).train(old.training)
    before = dict(old.named_parameters())
    if not is_activation(old):
        with torch.no_grad():
            for name, weight in new.named_parameters():
                if name in before and before[name].shape == weight.shape:
                    weight.copy_(before[name])
    return new


def _norm_like(old: nn.Module, choice: Choice, dims: int) -> nn.Module:
    size, _ = _SIZES[type(old)]
    channels = getattr(old, size, 0) if size != "weight" else _channels(old)
    if isinstance(channels, tuple):
        if len(channels) != 1:
            raise NetworkError(
                f"a LayerNorm over {len(channels)} axes, {channels}, has no channels to norm",
                next_step="leave it out: give `where` a pattern that does not match it",
            )
        (channels,) = channels
    return norm(choice, channels, dims) or nn.Identity()


def _dims(module: nn.Module, old: nn.Module) -> int:
    """Give the spatial axes that a norm sees: those of the weight before it, where it takes any."""
    if type(old) not in _ANY_AXES:
        return _SIZES[type(old)][1]
    before = _SIZES[type(old)][1]
    for layer in module.modules():
        if layer is old:
            break
        before = _AXES.get(type(layer), before)
    return before


def _channels(old: nn.Module) -> int:
    weight = old.weight
    return weight.shape[0] if isinstance(weight, Tensor) else 0


def _exchange(optimizer: torch.optim.Optimizer, old: nn.Module, new: nn.Module) -> None:
    """Put a new layer's parameters in the group of the old one's, which the optimizer forgets."""
    dead = {id(weight) for weight in old.parameters()}
    homes = [g for g in optimizer.param_groups if any(id(p) in dead for p in g["params"])]
    for weight in old.parameters():
        optimizer.state.pop(weight, None)
    for group in optimizer.param_groups:
        group["params"] = [p for p in group["params"] if id(p) not in dead]
    home = homes[0] if homes else optimizer.param_groups[0]
    home["params"].extend(new.parameters())


def _is_identity(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Identity)


_SIZES: dict[type[nn.Module], tuple[str, int]] = {
    nn.BatchNorm1d: ("num_features", 0),
    nn.BatchNorm2d: ("num_features", 2),
    nn.InstanceNorm1d: ("num_features", 1),
    nn.InstanceNorm2d: ("num_features", 2),
    nn.GroupNorm: ("num_channels", 2),
    nn.LayerNorm: ("normalized_shape", 0),
    nn.RMSNorm: ("normalized_shape", 0),
    BatchRenorm: ("weight", 2),
    ChannelRMSNorm: ("weight", 2),
    GhostBatchNorm: ("weight", 2),
    DecorrelatedBatchNorm1d: ("num_features", 0),
    DecorrelatedBatchNorm2d: ("num_features", 2),
    IterNorm1d: ("num_features", 0),
    IterNorm2d: ("num_features", 2),
}
"""Where each norm keeps its number of channels, and how many spatial axes it takes."""
_ANY_AXES = {
    nn.BatchNorm1d,
    nn.GroupNorm,
    BatchRenorm,
    ChannelRMSNorm,
    GhostBatchNorm,
    DecorrelatedBatchNorm1d,
    IterNorm1d,
}
"""Norms whose class does not tell how many spatial axes they see."""
_AXES: dict[type[nn.Module], int] = {nn.Linear: 0, nn.Conv1d: 1, nn.Conv2d: 2}
