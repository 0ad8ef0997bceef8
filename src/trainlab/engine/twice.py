"""A gradient that is differentiated once more; what torch cannot, or does wrong, is told.

torch guards a backward that may be differentiated only once by a node that raises. The guard stands
beside the way to the weights: `autograd.grad(g, weights)` passes it by and gives what is left of
the second derivative, without a word. So the guards are looked for first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.autograd.graph import Node

from trainlab.engine.forward import QUIET
from trainlab.errors import NetworkError

__all__ = ["gradient_of", "pulled"]

GUARD = "torch::autograd::Error"


def gradient_of(loss: Tensor, theta: Tensor, module: nn.Module) -> Tensor:
    """Differentiate a module's loss [] by theta, so that it can be differentiated once more.

    Raises NetworkError if it cannot.
    """
    with _told(module):
        (g,) = torch.autograd.grad(loss, theta, create_graph=True)
    if _guarded(g):
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


def _guarded(g: Tensor) -> bool:
    """Whether a guard stands anywhere in what a gradient was computed by."""
    seen: set[Node | None] = {None}
    ahead = [g.grad_fn]
    while ahead:
        node = ahead.pop()
        if node in seen or node is None:
            continue
        if node.name() == GUARD:
            return True
        seen.add(node)
        ahead += [following for following, _ in node.next_functions]
    return False
