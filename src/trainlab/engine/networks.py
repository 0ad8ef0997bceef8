"""The user's own network as something that can be built once for every seed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from torch import nn

from trainlab.engine.build import Build, Own, drawing, ready
from trainlab.errors import NetworkError

__all__ = ["Model", "build_own"]

RESETS = ("reset_parameters", "_reset_parameters")
"""What draws a layer's weights anew; the second is what torch's attention calls it."""

Model = nn.Module | Callable[[], nn.Module]
"""A module, or what makes one: a class or a function without arguments."""


def build_own(model: Model, members: int) -> Build:
    """Give what builds a copy of the user's network from a seed; the original is never touched.

    A module alone starts from its own weights. Several members start from weights of their own: a
    function or class is called once for each; a module is reset by its layers' `reset_parameters`.
    Torch's dropout layers become counter-based ones of the same rate in the copy, so that a member
    draws what it would draw alone.

    Raises NetworkError for a module with weights that nothing can draw anew.
    """
    if not isinstance(model, nn.Module):
        own = Own(_name(model))
        return lambda seed: ready(own.of(seed, _called(model, seed)))
    if members == 1:
        return lambda seed: ready(model)
    _check_resettable(model)
    return lambda seed: ready(_reset(deepcopy(model), seed))


def _called(model: Callable[[], nn.Module], seed: int) -> nn.Module:
    with drawing(seed):
        network = model()
    if not isinstance(network, nn.Module):
        raise NetworkError(
            f"the model is a function that gave {type(network).__name__}, not a torch.nn.Module",
            where=_name(model),
            next_step="return the module that is to be trained",
        )
    return network


def _name(model: Callable[[], nn.Module]) -> str:
    return getattr(model, "__qualname__", repr(model))


def _reset(network: nn.Module, seed: int) -> nn.Module:
    with drawing(seed):
        for part in network.modules():
            if callable(reset := getattr(part, "reset_parameters", None)):
                reset()
        for part in reversed(list(network.modules())):  # what holds others has the last word
            if callable(reset := getattr(part, "_reset_parameters", None)):
                reset()
    return network


def _check_resettable(model: nn.Module) -> None:
    for name, part in model.named_modules():
        own = [key for key, _ in part.named_parameters(recurse=False)]
        if own and not any(callable(getattr(part, name, None)) for name in RESETS):
            raise NetworkError(
                f"{own[0]!r} cannot be drawn anew for each seed",
                where=f"{name or type(model).__name__} ({type(part).__name__})",
                next_step="pass a function that builds the network, such as "
                f"model={type(model).__name__}, or give the layer a reset_parameters method",
            )
