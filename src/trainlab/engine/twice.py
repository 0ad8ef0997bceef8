"""A gradient that is differentiated once more; what torch cannot, or does wrong, is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from trainlab.engine.forward import QUIET
from trainlab.errors import NetworkError
from trainlab.rules.second_order import guarded

__all__ = ["gradient_of", "pulled"]


def gradient_of(loss: Tensor, theta: Tensor, module: nn.Module) -> Tensor:
    """Differentiate a module's loss [] by theta, so that it can be differentiated once more.

    Raises NetworkError if it cannot.
    """
    with _told(module):
        (g,) = torch.autograd.grad(loss, theta, create_graph=True)
    if guarded(g):
        raise _error("it holds a function marked with @once_differentiable", module)
    return g


def pulled(g: Tensor, theta: Tensor, v: Tensor, module: nn.Module, *, rows: bool = False) -> Tensor:
    """Differentiate g . v by theta; with `rows`, for each row of v in one program."""
    if not g.requires_grad:
        return torch.zeros_like(v)
    with _told(module), QUIET:
        (bent,) = torch.autograd.grad(
            g, theta, v, retain_graph=True, is_grads_batched=rows, materialize_grads=True
        )
    return bent


@contextmanager
def _told(module: nn.Module) -> Iterator[None]:
    """Tell of a network that can be differentiated only once."""
    try:
        yield
    except RuntimeError as error:
        if "derivative" not in str(error):
            raise
        raise _error(str(error).splitlines()[0], module) from error


def _error(why: str, module: nn.Module) -> NetworkError:
    return NetworkError(
        f"the network's gradient cannot be differentiated: {why}",
        where=type(module).__name__,
        next_step="take what needs no second derivative; to train it, optimizer.rule=lbfgs",
    )
