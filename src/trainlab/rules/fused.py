"""The fast ways to take a step with numbers: torch's fused kernels, or else a rule in place.

A kernel passes over theta once where the expression of a rule passes about ten times. It takes
numbers, not columns: members that share their hyperparameters are stepped in one call, others in as
many calls as there are runs of equal members, where rows are long enough to be worth a call. Each
row is a tensor of its own to it: what a member gets does not depend on its place in the matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules import directions, preconditioners
from trainlab.rules.algebra import Law, Product, Rule
from trainlab.rules.in_place import IN_PLACE

__all__ = ["Fused", "Runs", "fused"]

Fused = Callable[[Tensor, Tensor, dict[str, Tensor], Mapping[str, float]], None]
"""(theta, g, slots, h): moves theta and the slots in place."""
Runs = Sequence[tuple[slice, Mapping[str, float]]]
"""Rows that lie together and share their hyperparameters, with these."""

WORTH_A_CALL = 4096
"""Weights of a member above which it is worth a call of its own."""


def fused(rule: Rule, theta: Tensor, h: Mapping[str, Value]) -> tuple[Fused, Runs] | None:
    """Give the kernel that takes a rule's step, and its calls; nothing where it cannot serve."""
    if not isinstance(rule, Product) or theta.device.type not in ("cpu", "cuda"):
        return None
    if not rule.steady:
        return None
    kernel = KERNELS.get((rule.direction.law, rule.preconditioner.law))
    given = {**rule.hyper, **h}
    runs = _runs({name: given[name] for name in (*rule.hyper, "t")}, theta)
    return None if kernel is None or runs is None else (kernel, runs)


def _runs(numbers: Mapping[str, Value], theta: Tensor) -> Runs | None:
    """Find the runs of equal members; nothing where a number differs between weights."""
    columns = {name: value for name, value in numbers.items() if isinstance(value, Tensor)}
    floats = {name: float(value) for name, value in numbers.items() if name not in columns}
    if not columns:
        return [(slice(None), floats)]
    own = all(value.shape == theta[:, :1].shape for value in columns.values())
    if not own or theta.device.type != "cpu" or theta.shape[1] < WORTH_A_CALL:
        return None
    members = list(zip(*(value.flatten().tolist() for value in columns.values()), strict=True))
    runs, first = [], 0
    for values, run in groupby(members):
        last = first + len(list(run))
        runs.append((slice(first, last), floats | dict(zip(columns, values, strict=True))))
        first = last
    return runs


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
