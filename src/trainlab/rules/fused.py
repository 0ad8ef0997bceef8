"""The fast ways to take a step with numbers: torch's fused kernels, or else a rule in place.

A kernel passes over theta once where the expression of a rule passes about ten times. It takes
numbers, not columns, so it serves members that share their hyperparameters. Each row is a tensor of
its own to it: what a member gets does not depend on its place in the matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules import directions, preconditioners
from trainlab.rules.algebra import Law, Product, Rule
from trainlab.rules.in_place import IN_PLACE

__all__ = ["Fused", "fused"]

Fused = Callable[[Tensor, Tensor, dict[str, Tensor], Mapping[str, float]], None]
"""(theta, g, slots, h): moves theta and the slots in place."""


def fused(
    rule: Rule, theta: Tensor, h: Mapping[str, Value]
) -> tuple[Fused, dict[str, float]] | None:
    """Give the kernel that takes a rule's step, and its numbers; nothing where it cannot serve."""
    given = {**rule.hyper, **h}
    numbers = {name: given[name] for name in (*rule.hyper, "t")}
    if not isinstance(rule, Product) or theta.device.type not in ("cpu", "cuda"):
        return None
    kernel = KERNELS.get((rule.direction.law, rule.preconditioner.law))
    if kernel is None or any(isinstance(value, Tensor) for value in numbers.values()):
        return None
    return kernel, {name: float(value) for name, value in numbers.items()}


def sgd(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's SGD step."""
    theta.sub_(g, alpha=h["lr"])


def heavy_ball(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's SGD step with momentum; m = 0 at the start makes the first m equal g."""
    _momentum(theta, g, slots, h, nesterov=False)


def nesterov(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's SGD step with Nesterov's momentum."""
    _momentum(theta, g, slots, h, nesterov=True)


def adagrad(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's Adagrad step."""
    torch._fused_adagrad_(
        _rows(theta), _rows(g), _rows(slots["v"]), _steps(theta, h),
        lr=h["lr"], lr_decay=0.0, weight_decay=0.0, eps=h["eps"], maximize=False,
    )  # fmt: skip


def adam(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's Adam step."""
    _adam(theta, g, slots, h, peaks=[])


def amsgrad(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's AMSGrad step."""
    _adam(theta, g, slots, h, peaks=_rows(slots["peak"]))


KERNELS: dict[tuple[Law, Law], Fused] = {
    (directions.steepest, preconditioners.unit): sgd,
    (directions.heavy_ball, preconditioners.unit): heavy_ball,
    (directions.nesterov, preconditioners.unit): nesterov,
    (directions.steepest, preconditioners.summed): adagrad,
    (directions.averaged, preconditioners.rms_debiased): adam,
    (directions.averaged, preconditioners.rms_peak): amsgrad,
    **IN_PLACE,
}


def _momentum(
    theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float], *, nesterov: bool
) -> None:
    torch._fused_sgd_(
        _rows(theta), _rows(g), _rows(slots["m"]),
        weight_decay=0.0, momentum=h["momentum"], lr=h["lr"], dampening=0.0,
        nesterov=nesterov, maximize=False, is_first_step=False,
    )  # fmt: skip


def _adam(
    theta: Tensor,
    g: Tensor,
    slots: dict[str, Tensor],
    h: Mapping[str, float],
    peaks: list[Tensor],
) -> None:
    torch._fused_adam_(
        _rows(theta), _rows(g), _rows(slots["m"]), _rows(slots["v"]), peaks, _steps(theta, h),
        lr=h["lr"], beta1=h["beta1"], beta2=h["beta2"], weight_decay=0.0, eps=h["eps"],
        amsgrad=bool(peaks), maximize=False,
    )  # fmt: skip
    slots["lack1"].mul_(h["beta1"])
    slots["lack2"].mul_(h["beta2"])


def _rows(x: Tensor) -> list[Tensor]:
    return list(x.unbind(0))


def _steps(theta: Tensor, h: Mapping[str, float]) -> list[Tensor]:
    """Give the number of the step as torch keeps it: a float32 tensor beside each parameter."""
    return [torch.tensor(h["t"], dtype=torch.float32, device=theta.device)] * theta.shape[0]
