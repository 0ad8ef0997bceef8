"""Which tensor was the first to be non-finite: one member's step is replayed, watched closely.

The replay is exact: a diverged member has not moved, and every batch is a function of its step.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.func import functional_call

from trainlab.engine.forward import Objective
from trainlab.engine.population import Population

__all__ = ["first_non_finite"]


def first_non_finite(
    population: Population, row: int, batch: tuple[Tensor, Tensor], objective: Objective
) -> str:
    """Name the first non-finite tensor: input, weight, output, loss or gradient; "" for none."""
    x, y = batch[0][row], batch[1][row]
    weights = population.layout.unpack(population.theta[row].detach().clone().requires_grad_())
    buffers = {name: buffer[row].clone() for name, buffer in population.buffers.items()}
    given = {"the input": x, "the target": y}
    given |= {f"weight {name}": weight for name, weight in weights.items()}
    broken = _first_bad(given)
    return broken or _replayed(population, weights, buffers, (x, y), objective)


def _replayed(
    population: Population,
    weights: dict[str, Tensor],
    buffers: dict[str, Tensor],
    batch: tuple[Tensor, Tensor],
    objective: Objective,
) -> str:
    module, seen = _watched(population.module)
    output = functional_call(module.train(), (weights, buffers), (batch[0],))
    if seen:
        return f"output of {seen[0]}"
    loss = objective.mean(output, batch[1])
    if not bool(torch.isfinite(loss)):
        return "the loss"
    gradients = torch.autograd.grad(loss, list(weights.values()), materialize_grads=True)
    named = zip(weights, gradients, strict=True)
    return _first_bad({f"gradient of {name}": g for name, g in named})


def _watched(module: nn.Module) -> tuple[nn.Module, list[str]]:
    """Copy a module so that its parts report, in order of execution, a non-finite output."""
    module, seen = deepcopy(module), list[str]()
    for name, part in module.named_modules():
        if not list(part.children()):
            part.register_forward_hook(_reporter(name or type(part).__name__, seen))
    return module, seen


def _reporter(name: str, seen: list[str]):  # type: ignore[no-untyped-def]
    def report(part: nn.Module, inputs: tuple[object, ...], output: object) -> None:
        if isinstance(output, Tensor) and not bool(torch.isfinite(output).all()):
            seen.append(f"{name} ({type(part).__name__})")

    return report


def _first_bad(named: dict[str, Tensor]) -> str:
    bad = (name for name, t in named.items() if not bool(torch.isfinite(t.detach()).all()))
    return next(bad, "")
