"""The shapes of a rate over a training: factories of pure functions of the step.

    step      float64, any shape: updates done before this one, so the first update is step 0
    clock     the length of the training and of an epoch
    factor    float64, step's shape: what the base rate is multiplied with

Past the end of the training a factor stays where it ended. A `Length` counts from the end of the
warm-up, and a share is one of what the warm-up leaves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Literal

import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor

from trainlab.schedules.reduction import Plateau
from trainlab.schedules.span import Clock, Length, Span
from trainlab.schedules.warmup import WARMUPS

__all__ = [
    "Shape",
    "constant",
    "cosine",
    "cyclical",
    "exponential",
    "inverse_sqrt",
    "inverse_time",
    "linear",
    "multi_step",
    "natural_exponential",
    "one_cycle",
    "plateau",
    "polynomial",
    "restarts",
    "step",
    "warm_up",
]

Shape = Callable[[Tensor, Clock], Tensor]

Share = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[float, Gt(0)]


def constant() -> Shape:
    """Keep the rate: 1."""
    return lambda step, clock: torch.ones_like(step)


def step(*, every: Length = "30ep", gamma: Positive = 0.1) -> Shape:
    """Multiply by gamma after every span."""
    span = Span.parse(every)
    return lambda step, clock: gamma ** torch.floor(step / _length(span, clock))


def multi_step(*, at: tuple[Length, ...] = ("50%", "75%"), gamma: Positive = 0.1) -> Shape:
    """Multiply by gamma at each milestone."""
    spans = [Span.parse(milestone) for milestone in at]

    def factor(step: Tensor, clock: Clock) -> Tensor:
        passed = [(step >= span.steps(clock)).double() for span in spans]
        return gamma ** torch.stack([torch.zeros_like(step), *passed]).sum(dim=0)

    return factor


def linear(*, floor: Share = 0.0) -> Shape:
    """Fall along a line from 1 to the floor."""
    return polynomial(power=1.0, floor=floor)


def polynomial(*, power: Positive = 2.0, floor: Share = 0.0) -> Shape:
    """Fall as (1 - progress)^power from 1 to the floor."""
    return lambda step, clock: floor + (1 - floor) * (1 - _progress(step, clock)) ** power


def exponential(*, gamma: Annotated[float, Gt(0), Le(1)] = 0.95, every: Length = "1ep") -> Shape:
    """Shrink smoothly by gamma per span."""
    span = Span.parse(every)
    return lambda step, clock: gamma ** (step / _length(span, clock))


def natural_exponential(*, rate: Annotated[float, Ge(0)] = 0.05, every: Length = "1ep") -> Shape:
    """Shrink as exp(-rate * spans)."""
    span = Span.parse(every)
    return lambda step, clock: torch.exp(-rate * step / _length(span, clock))


def inverse_time(*, rate: Annotated[float, Ge(0)] = 0.5, every: Length = "1ep") -> Shape:
    """Shrink as 1 / (1 + rate * spans)."""
    span = Span.parse(every)
    return lambda step, clock: 1 / (1 + rate * step / _length(span, clock))


def inverse_sqrt(*, every: Length = "1ep") -> Shape:
    """Shrink as 1 / sqrt(1 + spans); with `every` equal to the warm-up it is the transformer's."""
    span = Span.parse(every)
    return lambda step, clock: (1 + step / _length(span, clock)).rsqrt()


def cosine(*, floor: Share = 0.0) -> Shape:
    """Fall along half a cosine from 1 to the floor."""
    return lambda step, clock: _half_cosine(_progress(step, clock), floor)


def restarts(
    *, first: Length = "10ep", multiply: Annotated[int, Ge(1)] = 2, floor: Share = 0.0
) -> Shape:
    """Repeat the cosine: a first cycle, then cycles each `multiply` times as long."""
    span = Span.parse(first)

    def factor(step: Tensor, clock: Clock) -> Tensor:
        length = _length(span, clock)
        if multiply == 1:
            return _half_cosine(torch.remainder(step, length) / length, floor)
        # cycle c begins at length * (multiply^c - 1) / (multiply - 1): integers, so no rounding
        begins = [length * (multiply**c - 1) // (multiply - 1) for c in range(64)]
        known = torch.tensor([b for b in begins if b < 2**53], dtype=step.dtype, device=step.device)
        cycle = torch.bucketize(step, known, right=True) - 1
        return _half_cosine((step - known[cycle]) / (length * multiply ** cycle.double()), floor)

    return factor


def cyclical(
    *,
    low: Share = 0.1,
    high: Share = 1.0,
    rise: Length = "2ep",
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
    gamma: Annotated[float, Gt(0), Le(1)] = 0.9999,
) -> Shape:
    """Go up and down between `low` and `high`, `rise` each way; with low above high, down and up.

    triangular2 halves the height after each cycle; exp_range shrinks it by gamma per step.
    """
    span = Span.parse(rise)

    def factor(step: Tensor, clock: Clock) -> Tensor:
        half = _length(span, clock)
        height = 1 - (torch.remainder(step, 2 * half) / half - 1).abs()
        if mode == "triangular2":
            height = height * 0.5 ** torch.floor(step / (2 * half))
        elif mode == "exp_range":
            height = height * gamma**step
        return low + (high - low) * height

    return factor


def one_cycle(
    *,
    rise: Share = 0.3,
    start: Share = 0.04,
    top: Share = 1.0,
    end: Share = 4e-6,
    anneal: Literal["cosine", "linear"] = "cosine",
    three_phase: bool = False,
) -> Shape:
    """Go from `start` to `top` over a share of the training, then to `end`.

    With three phases it first goes back to `start` over as many steps as it rose.
    """

    def factor(step: Tensor, clock: Clock) -> Tensor:
        last, turn = max(clock.total - 1, 1), rise * clock.total - 1
        back = [(2 * turn, start)] if three_phase else []
        knots = [(0.0, start), (max(turn, 0.0), top), *back, (float(last), end)]
        return _through(step, knots, anneal)

    return factor


def plateau(
    *,
    gamma: Annotated[float, Gt(0), Le(1)] = 0.1,
    patience: Annotated[int, Ge(0)] = 10,
    threshold: Annotated[float, Ge(0)] = 1e-4,
    cooldown: Annotated[int, Ge(0)] = 0,
    floor: Share = 0.0,
) -> Plateau:
    """Multiply by gamma after more than `patience` evaluations without improvement."""
    return Plateau(
        gamma=gamma, patience=patience, threshold=threshold, cooldown=cooldown, floor=floor
    )


def warm_up(
    shape: Shape,
    *,
    warmup: Length = 0,
    warmup_shape: Literal["linear", "exponential", "constant"] = "linear",
    warmup_from: Annotated[float, Gt(0), Le(1)] = 0.1,
) -> Shape:
    """Put a warm-up before a shape, which then has the rest of the training to itself.

    From `warmup_from` times the shape's start up to its start, along a line or a geometric curve;
    or constant, with a jump at the end.
    """
    span = Span.parse(warmup)
    if span.amount == 0:
        return shape

    def factor(step: Tensor, clock: Clock) -> Tensor:
        steps = span.steps(clock)
        if steps <= 0:
            return shape(step, clock)
        rest = Clock(total=max(clock.total - steps, 1), per_epoch=clock.per_epoch)
        x = step / steps
        ramp = WARMUPS[warmup_shape].ramp(x, warmup_from)
        return torch.where(x < 1, ramp, 1.0) * shape((step - steps).clamp(min=0), rest)

    return factor


def _length(span: Span, clock: Clock) -> int:
    return max(span.steps(clock), 1)


def _progress(step: Tensor, clock: Clock) -> Tensor:
    return (step / max(clock.total, 1)).clamp(max=1.0)


def _half_cosine(progress: Tensor, floor: float) -> Tensor:
    return floor + (1 - floor) * (1 + torch.cos(math.pi * progress)) / 2


def _through(step: Tensor, knots: list[tuple[float, float]], anneal: str) -> Tensor:
    """Join knots (step, factor) by half cosines or lines; flat after the last."""
    result = torch.full_like(step, knots[-1][1])
    for (begin, high), (end, low) in reversed(list(pairwise(knots))):
        x = ((step - begin) / max(end - begin, 1e-12)).clamp(0, 1)
        x = (1 - torch.cos(math.pi * x)) / 2 if anneal == "cosine" else x
        result = torch.where(step <= end, high + (low - high) * x, result)
    return result
