"""The user's own network, imported by its path and used unchanged."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

from torch import nn

from trainlab.errors import NetworkError

__all__ = ["python"]


def python(
    feature_shape: tuple[int, ...],
    outputs: int,
    *,
    factory: str,
    options: dict[str, bool | int | float | str] | None = None,
) -> nn.Module:
    """Call `package.module:factory` with the options, and with the shapes if it names them.

    A factory that has parameters called `feature_shape` or `outputs` is given them. Its weights are
    as it leaves them.
    """
    make = _imported(factory)
    given: dict[str, Any] = {"feature_shape": feature_shape, "outputs": outputs}
    named = {name: value for name, value in given.items() if name in _parameters(make)}
    try:
        module = make(**named, **(options or {}))
    except TypeError as error:
        raise NetworkError(
            f"{factory} could not be called: {error}",
            where="network.options",
            allowed=sorted(_parameters(make)),
        ) from error
    if not isinstance(module, nn.Module):
        raise NetworkError(
            f"{factory} gave a {type(module).__name__}, not a torch.nn.Module",
            where="network.factory",
        )
    return module


def _imported(path: str) -> Callable[..., object]:
    module, _, name = path.partition(":")
    try:
        found: Callable[..., object] = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise NetworkError(
            f"{path!r} cannot be imported: {error}",
            where="network.factory",
            next_step="write package.module:factory, importable from the present folder",
        ) from error
    return found


def _parameters(make: Callable[..., object]) -> list[str]:
    return list(inspect.signature(make).parameters)
