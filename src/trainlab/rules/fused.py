"""The fast ways to take a step with numbers: torch's fused kernels, or else a rule in place.

A kernel passes over theta once where the expression of a rule passes about ten times. It takes
numbers, not columns: members that share their hyperparameters are stepped in one call, others in as
many calls as there are runs of equal members, where rows are long enough to be worth a call. Each
row is a tensor of its own to it: what a member gets does not depend on its place in the matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from math import sqrt
from operator import itemgetter

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules import directions, preconditioners
from trainlab.rules.algebra import Law, Product, Rule
from trainlab.rules.in_place import IN_PLACE, in_cache, rectifier_at
from trainlab.rules.swats import Swats
from trainlab.rules.swats_in_place import Member, step_member
from trainlab.rules.views import rows_once

__all__ = ["Fused", "Numbers", "Runs", "fused", "of_rows", "read"]

Fused = Callable[[Tensor, Tensor, dict[str, Tensor], Mapping[str, float]], None]
"""(theta, g, slots, h): moves theta and the slots in place."""
Runs = Sequence[tuple[slice, Mapping[str, float]]]
"""Rows that lie together and share their hyperparameters, with these."""
Numbers = Mapping[str, float | list[float] | None]
"""Hyperparameters read out of their tensors: one for all, one a row, or not to be read so."""

WORTH_A_CALL = 4096
"""Weights of a member above which it is worth a call of its own."""
END = 1e12
"""A step at which no average lacks anything any more: Adam's kernel then corrects none."""


def read(h: Mapping[str, Value], theta: Tensor) -> Numbers:
    """Read the numbers of all rows at once; None for what differs between weights."""
    return {name: _read(value, theta) for name, value in h.items()}


def fused(rule: Rule, theta: Tensor, numbers: Numbers) -> tuple[Fused, Runs] | None:
    """Give the kernel that takes a rule's step, and its calls; nothing where it cannot serve."""
    kernel = _kernel(rule, theta)
    if kernel is None or theta.device.type not in ("cpu", "cuda"):
        return None
    known = {**rule.hyper, **numbers}
    runs = _runs({name: known[name] for name in (*rule.hyper, "t")}, theta)
    return None if runs is None else (kernel, runs)


def of_rows(numbers: Numbers, rows: slice) -> Numbers:
    """Give the numbers of some rows."""
    return {name: own[rows] if isinstance(own, list) else own for name, own in numbers.items()}


def _kernel(rule: Rule, theta: Tensor) -> Fused | None:
    if isinstance(rule, Swats):  # member by member, as each has its phase
        return swats if len(theta) == 1 or theta.shape[1] >= WORTH_A_CALL else None
    if not isinstance(rule, Product) or not rule.steady:
        return None
    return KERNELS.get((rule.direction.law, rule.preconditioner.law))


def _read(value: Value, theta: Tensor) -> float | list[float] | None:
    if not isinstance(value, Tensor):
        return float(value)
    if theta.device.type != "cpu" or value.shape != theta[:, :1].shape:
        return None
    found: list[float] = value.flatten().tolist()
    return found


def _runs(numbers: Numbers, theta: Tensor) -> Runs | None:
    """Find the runs of equal members; nothing where a number differs between weights."""
    floats = {name: value for name, value in numbers.items() if isinstance(value, float)}
    columns = {name: value for name, value in numbers.items() if isinstance(value, list)}
    if len(floats) + len(columns) < len(numbers):
        return None
    if not columns:
        return [(slice(None), floats)]
    if theta.shape[1] < WORTH_A_CALL:
        return None
    runs, first = [], 0
    for values, run in groupby(zip(*columns.values(), strict=True)):
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
        rows_once(theta), _rows(g), rows_once(slots["v"]), [_step(h["t"], g.device)] * len(g),
        lr=h["lr"], lr_decay=0.0, weight_decay=0.0, eps=h["eps"], maximize=False,
    )  # fmt: skip


def adam(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's Adam step."""
    _adam(theta, g, slots, h, peaks=())


def amsgrad(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take torch's AMSGrad step."""
    _adam(theta, g, slots, h, peaks=rows_once(slots["peak"]))


def nadam(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Look ahead of Adam by its own kernel: c g + d m is a further average, of a copy of m.

    (c + d) (b m + (1 - b) g) with b = d / (c + d). The product of momenta is a column, as members
    may differ in it.
    """
    mu, ahead = (h["beta1"] * (1 - 0.5 * 0.96 ** (h["psi"] * t)) for t in (h["t"], h["t"] + 1))
    seen = slots["m"].lerp_(g, 1 - h["beta1"]).clone()
    slots["lack2"].mul_(h["beta2"])
    lacks = enumerate(slots["lack1"].mul_(mu).flatten().tolist())
    moved = rows_once(theta), _rows(g), _rows(seen), rows_once(slots["v"])
    for lack, run in groupby(lacks, key=itemgetter(1)):
        first, *others = (row for row, _ in run)
        rows = slice(first, first + 1 + len(others))
        c, d = (1 - mu) / (1 - lack), ahead / (1 - lack * ahead)
        b = d / (c + d)
        own = {**h, "beta1": b, "lr": h["lr"] * (c + d) * (1 - b ** h["t"])}
        _adam_kernel([each[rows] for each in moved], own, _step(h["t"], g.device))


def rmsprop(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Take Adam's step at its end, with the gradient for the average of gradients."""
    v = slots["v"]
    if h["beta2"] == 1:  # v stays as it is, and lacks something at any step
        theta.addcdiv_(g, v.sqrt().add_(h["eps"]), value=-h["lr"])
        return
    moved = rows_once(theta), _rows(g), _rows(g.clone()), rows_once(v)
    _adam_kernel(moved, {**h, "beta1": 0.0}, _step(END, g.device))


def radam(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Hold back Adam's step at its end by r(t), or go as momentum while r is 0."""
    m, v, rate = slots["m"], slots["v"], h["lr"] / (1 - h["beta1"] ** h["t"])
    if (r := rectifier_at(h["beta2"], h["t"])) > 0:
        held = {**h, "lr": rate * r * sqrt(1 - h["beta2"] ** h["t"])}
        moved = rows_once(theta), _rows(g), rows_once(m), rows_once(v)
        _adam_kernel(moved, held, _step(END, g.device))
    else:
        theta.sub_(m.lerp_(g, 1 - h["beta1"]), alpha=rate)
        v.mul_(h["beta2"]).addcmul_(g, g, value=1 - h["beta2"])
    _fade(slots, h)


def swats(theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Step each member by the kernel of its phase."""
    for row in range(len(theta)):
        own = {name: slot[row : row + 1] for name, slot in slots.items()}
        whole = ([x[row]] for x in (theta, g, slots["m"], slots["v"], slots["ball"]))
        step_member(Member(*whole), own, h)


KERNELS: dict[tuple[Law, Law], Fused] = {
    (directions.steepest, preconditioners.unit): sgd,
    (directions.heavy_ball, preconditioners.unit): heavy_ball,
    (directions.nesterov, preconditioners.unit): nesterov,
    (directions.steepest, preconditioners.summed): adagrad,
    (directions.averaged, preconditioners.rms_debiased): adam,
    (directions.averaged_nesterov, preconditioners.rms_debiased): nadam,
    (directions.averaged, preconditioners.rms_peak): amsgrad,
    (directions.steepest, preconditioners.rms): in_cache(rmsprop),
    (directions.averaged, preconditioners.rms_rectified): radam,
    **IN_PLACE,
}


def _momentum(
    theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, float], *, nesterov: bool
) -> None:
    if not h["momentum"]:  # torch's kernel then takes no buffer
        slots["m"].copy_(g)
        theta.sub_(g, alpha=h["lr"])
        return
    torch._fused_sgd_(
        rows_once(theta), _rows(g), rows_once(slots["m"]),
        weight_decay=0.0, momentum=h["momentum"], lr=h["lr"], dampening=0.0,
        nesterov=nesterov, maximize=False, is_first_step=False,
    )  # fmt: skip


def _adam(
    theta: Tensor,
    g: Tensor,
    slots: dict[str, Tensor],
    h: Mapping[str, float],
    peaks: Sequence[Tensor],
) -> None:
    moved = rows_once(theta), _rows(g), rows_once(slots["m"]), rows_once(slots["v"])
    _adam_kernel(moved, h, _step(h["t"], g.device), peaks)
    _fade(slots, h)


def _fade(slots: dict[str, Tensor], h: Mapping[str, float]) -> None:
    """Advance the products of betas."""
    torch._foreach_mul_([slots["lack1"], slots["lack2"]], [h["beta1"], h["beta2"]])


def _adam_kernel(
    moved: Sequence[list[Tensor]],
    h: Mapping[str, float],
    step: Tensor,
    peaks: Sequence[Tensor] = (),
) -> None:
    """Call torch's kernel on rows of theta, g, m and v."""
    theta, g, m, v = moved
    torch._fused_adam_(
        theta, g, m, v, list(peaks), [step] * len(theta),
        lr=h["lr"], beta1=h["beta1"], beta2=h["beta2"], weight_decay=0.0, eps=h["eps"],
        amsgrad=bool(peaks), maximize=False,
    )  # fmt: skip


def _rows(x: Tensor) -> list[Tensor]:
    return list(x.unbind(0))


@lru_cache(maxsize=8)
def _step(t: float, device: torch.device) -> Tensor:
    """Give the number of the step as torch keeps it: a float32 tensor beside each parameter."""
    return torch.tensor(t, dtype=torch.float32, device=device)
