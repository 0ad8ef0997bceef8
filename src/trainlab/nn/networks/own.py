"""The user's own network, imported by its path; used unchanged unless the recipe swaps layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from trainlab import seeds
from trainlab.errors import NetworkError
from trainlab.nn.choice import Choice
from trainlab.nn.init import initialise
from trainlab.nn.surgery import swap_activations, swap_norms
from trainlab.places import call, find, parameters_of

__all__ = ["python"]


def python(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    factory: str,
    options: dict[str, bool | int | float | str] | None = None,
    activation: Choice | None = None,
    norm: Choice | None = None,
    init: Choice | None = None,
) -> nn.Module:
    """Call `package.module:factory` with the options, and with the shapes if it names them.

    A factory that has parameters called `feature_shape` or `outputs` is given them. Its activations
    and norms are swapped where others are given; its weights are as it leaves them, without `init`.
    """
    make: Callable[..., object] = find(factory, "network.factory")
    if isinstance(make, nn.Module):
        raise NetworkError(
            f"{factory} is a module that is built already: there is no calling it for each seed",
            where="network.factory",
            next_step="name its class, or a function that builds it",
        )
    given: dict[str, Any] = {"feature_shape": feature_shape, "outputs": outputs}
    takes = parameters_of(make)
    named = {name: value for name, value in given.items() if name in takes}
    module = call(make, factory, "network.options", named | (options or {}))
    if not isinstance(module, nn.Module):
        raise NetworkError(
            f"{factory} gave {_called(module)}, not a torch.nn.Module",
            where="network.factory",
            next_step="name a function that returns the network, or a class of torch.nn.Module",
        )
    if activation is not None:
        swap_activations(module, activation)
    if norm is not None:
        swap_norms(module, norm)
    return module if init is None else initialise(module, init, seeds.generator(0, "init"))


def _called(thing: object) -> str:
    """Say what something is, in words for whoever returned it."""
    if thing is None:
        return "nothing (None)"
    if isinstance(thing, type):
        return f"the class {thing.__name__} itself"
    return f"something of the type {type(thing).__name__}"
