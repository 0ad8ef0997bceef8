"""The user's own network, imported by its path; used unchanged unless the recipe swaps layers."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from torch import nn

from trainlab import seeds
from trainlab.errors import NetworkError
from trainlab.nn.choice import Choice
from trainlab.nn.init import initialise
from trainlab.nn.surgery import swap_activations, swap_norms
from trainlab.places import call, find

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
    given: dict[str, Any] = {"feature_shape": feature_shape, "outputs": outputs}
    takes = inspect.signature(make).parameters
    named = {name: value for name, value in given.items() if name in takes}
    module = call(make, factory, "network.options", named | (options or {}))
    if not isinstance(module, nn.Module):
        raise NetworkError(
            f"{factory} gave a {type(module).__name__}, not a torch.nn.Module",
            where="network.factory",
        )
    if activation is not None:
        swap_activations(module, activation)
    if norm is not None:
        swap_norms(module, norm)
    return module if init is None else initialise(module, init, seeds.generator(0, "init"))
