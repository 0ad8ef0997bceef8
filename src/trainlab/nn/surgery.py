"""Swapping the norms or activations of any network by name, in place.

Swap before the optimizer is made. Where one exists already, give it: the new layers' parameters
take the place of the old ones in its group, and it forgets the state of the old.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import compress

import torch
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn.activations import activation, is_activation, pieces_of
from trainlab.nn.choice import Choice, pick
from trainlab.nn.norms import NORMS, norm

__all__ = ["Swap", "swap_activations", "swap_norms"]

SOME = 16
"""Channels of a norm that is made to see its class."""


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
    found = _named(module, where, lambda layer: type(layer) in _norms())
    return _swap(module, found, lambda old: _norm_like(module, old, choice), optimizer)


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
    made: dict[nn.Module, nn.Module] = {}
    heirs: dict[nn.Parameter, nn.Parameter] = {}
    owners: set[nn.Module] = set()
    swaps = []
    for name, old in found.items():
        if old not in made:
            made[old] = _in_place_of(old, make(old), module, heirs)
        parent, _, leaf = name.rpartition(".")
        owners.add(module.get_submodule(parent))
        setattr(module.get_submodule(parent), leaf, made[old])
        swaps.append(Swap(name, type(old).__name__, type(made[old]).__name__))
    _forgo_fast_ways(module, owners)
    if optimizer is not None:
        for old, new in made.items():
            _exchange(optimizer, module, old, new)
    return tuple(swaps)


def _in_place_of(
    old: nn.Module,
    new: nn.Module,
    module: nn.Module,
    heirs: dict[nn.Parameter, nn.Parameter],
) -> nn.Module:
    """Give a new layer the mode, device and type of the old, and its gains where they are alike.

    What was frozen stays frozen, and what was one parameter of several layers, which `heirs` tells,
    stays one.
    """
    like = next((t for owner in (old, module) for t in owner.parameters()), torch.zeros(()))
    new.to(device=like.device, dtype=like.dtype).train(old.training)
    before = {} if is_activation(old) else dict(old.named_parameters())
    frozen = bool(before) and not any(weight.requires_grad for weight in before.values())
    for name, weight in [*new.named_parameters()]:
        weight.requires_grad_(not frozen)
        if name in before and before[name].shape == weight.shape:
            heir = heirs.setdefault(before[name], weight)
            heir.data.copy_(before[name].data)
            heir.requires_grad_(before[name].requires_grad)
            setattr(new, name, heir)
    return new


def _forgo_fast_ways(module: nn.Module, changed: set[nn.Module]) -> None:
    """Let torch's encoders evaluate what they hold: their fast way takes the old for granted."""
    for part in module.modules():
        if isinstance(part, nn.TransformerEncoderLayer) and part in changed:
            part.activation_relu_or_gelu = 0
        if isinstance(part, nn.TransformerEncoder) and changed & {*part.layers}:
            part.use_nested_tensor = False


def _norm_like(module: nn.Module, old: nn.Module, choice: Choice) -> nn.Module:
    """Build a norm of what the old one sees; what that does not tell, the weight before it does."""
    before = None
    for layer in module.modules():
        if layer is old:
            break
        before = layer if type(layer) in _AXES else before
    axes = _norms()[type(old)]
    dims = 2 if 2 in axes else min(axes)
    if before is not None and len(axes) > 1:
        dims = _AXES[type(before)]
    return norm(choice, _channels(old, before), dims) or nn.Identity()


def _channels(old: nn.Module, before: nn.Module | None) -> int:
    """Read how many channels a norm has; one without a size or a gain has those of the weight."""
    shape = getattr(old, "normalized_shape", (0,))
    if len(shape) != 1:
        raise NetworkError(
            f"a LayerNorm over {len(shape)} axes, {shape}, has no channels to norm",
            next_step="leave it out: give `where` a pattern that does not match it",
        )
    sizes = [shape[0], *(getattr(old, name, 0) for name in ("num_features", "num_channels"))]
    gains = [len(weight) for weight in old.parameters()]
    widths = [getattr(before, name, 0) for name in ("out_channels", "out_features")]
    return int(next(filter(None, [*sizes, *gains, *widths]), 0))


def _exchange(
    optimizer: torch.optim.Optimizer, module: nn.Module, old: nn.Module, new: nn.Module
) -> None:
    """Put a new layer's parameters in the group of the old one's, which the optimizer forgets.

    Where the old had none there, what is trained goes to the group that decays least.
    """
    names = {id(weight): name for name, weight in module.named_parameters()}
    groups, before = optimizer.param_groups, {id(weight) for weight in old.parameters()}
    homes = [g for g in groups if any(id(p) in before for p in g["params"])]
    held = {id(p) for g in groups for p in g["params"]}
    wanted = [p for p in new.parameters() if id(p) not in held and (homes or p.requires_grad)]
    home = homes[0] if homes else min(groups, key=lambda g: float(g.get("weight_decay", 0)))
    for weight in old.parameters():
        if id(weight) not in names:
            optimizer.state.pop(weight, None)
    for group in groups:
        params = [*group["params"], *(wanted if group is home else ())]
        stays = [id(p) in names or id(p) not in before for p in params]
        group["params"] = [*compress(params, stays)]
        if "param_names" in group:
            called = [
                *group["param_names"],
                *(names[id(p)] for p in params[len(group["param_names"]) :]),
            ]
            group["param_names"] = [*compress(called, stays)]


def _is_identity(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Identity)


_AXES: dict[type[nn.Module], int] = {nn.Linear: 0, nn.Conv1d: 1, nn.Conv2d: 2}
"""How many spatial axes the output of a weight has."""


@cache
def _norms() -> dict[type[nn.Module], set[int]]:
    """Give the classes that the table of norms makes, and the numbers of spatial axes they see."""
    seen: dict[type[nn.Module], set[int]] = {}
    for name in NORMS:
        for dims in range(3):
            with suppress(NetworkError):
                layer = norm(name, SOME, dims)
                if layer is not None:
                    seen.setdefault(type(layer), set()).add(dims)
    return seen
