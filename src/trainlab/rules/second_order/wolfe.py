"""A line search that finds the strong Wolfe conditions, for each member on its own line.

Nocedal & Wright 2006, algorithms 3.5 (extrapolate until a minimum is bracketed) and 3.6 (zoom in),
with cubic interpolation (equation 3.59); safeguards as in minFunc (Schmidt 2005) and torch.

Members walk in step: the k-th evaluation is the k-th of every member that still searches. Who is
done keeps what it found.

    t, f, slope, d's reach    [P, 1]
    d, g                      [P, N]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import torch
from torch import Tensor

from trainlab.averages import Value

__all__ = ["Found", "Line", "Point", "Wolfe", "cubic_minimum", "strong_wolfe"]


@dataclass(frozen=True)
class Point:
    """A point of each member's line."""

    t: Tensor
    """How far along d."""
    f: Tensor
    slope: Tensor
    """The derivative of the loss by t, g.d."""


Line = Callable[[Tensor, Tensor], tuple[Point, Tensor]]
"""t, who asks, bool [P, 1] -> the point at t, and the gradient there, [P, N]."""


@dataclass(frozen=True, kw_only=True)
class Wolfe:
    """When a point will do."""

    armijo: Value = 1e-4
    """c1: the loss must fall by this share of what the slope at the start promises."""
    curvature: Value = 0.9
    """c2: the slope must flatten to this share of the slope at the start."""
    narrow: Value = 0.0
    """Length of a bracket, [P, 1], that is not cut again."""
    evaluations: Value = 25
    """Evaluations after the first before a search is given up: the best point is taken."""
    by_loss: bool = False
    """Whether a lower loss makes a point the better one even where it did not fall enough: torch's
    dialect, which from a first trial far too long can lose the minimum that it had bracketed."""


@dataclass(frozen=True)
class Found:
    """The best point that each member found, and the gradient there; the start, if none."""

    point: Point
    g: Tensor
    evaluations: Tensor
    """int64 [P, 1]"""


@dataclass(frozen=True)
class _Search:
    """Where the search of each member stands."""

    low: Point
    """The best point so far; before there is a bracket, the one before the newest."""
    g: Tensor
    """The gradient at the best point."""
    high: Point
    """The other end of the bracket; it lies on either side."""
    zooming: Tensor
    """Whether there is a bracket."""
    stuck: Tensor
    """Whether the last trial lay close to an end of the bracket."""


def strong_wolfe(
    line: Line, start: tuple[Point, Tensor], t: Tensor, wolfe: Wolfe, searching: Tensor
) -> Found:
    """Search along d from its start (a point with t = 0, its gradient), first at t.

        f(t) <= f(0) + c1 t f'(0)   and   |f'(t)| <= c2 |f'(0)|

    A trial that is not finite counts as too high. Members that do not search stay at the start.
    """
    none = torch.zeros_like(searching)
    now = _Search(low=start[0], g=start[1], high=start[0], zooming=none, stuck=none)
    evaluations, k = torch.zeros_like(searching, dtype=torch.int64), 0
    while bool(searching.any()):
        trial, g = line(torch.where(searching, t, 0.0), searching)
        evaluations = evaluations + searching
        trial, before = _finite(trial), now.low
        after, done = _judged(now, (trial, g), start, wolfe, k)
        now = _chosen(searching, after, now)
        searching = searching & ~done
        inside, stuck = _inside(now)
        t = torch.where(now.zooming, inside, _beyond(before, trial))
        now, k = replace(now, stuck=stuck), k + 1
    return Found(now.low, now.g, evaluations)


def cubic_minimum(a: Point, b: Point, lowest: Tensor, highest: Tensor) -> Tensor:
    """Minimise the cubic through two points with their slopes; the middle, where it has no minimum.

    Nocedal & Wright 2006, equation 3.59, from the farther of the two points.
    """
    near, far = _picked(a.t <= b.t, a, b), _picked(a.t <= b.t, b, a)
    d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t)
    d2 = torch.sqrt(d1 * d1 - a.slope * b.slope)
    share = (far.slope + d2 - d1) / (far.slope - near.slope + 2 * d2)
    t = far.t - (far.t - near.t) * share
    clipped = torch.minimum(torch.maximum(t, lowest), highest)
    return torch.where(torch.isfinite(t), clipped, (lowest + highest) / 2)


def _judged(
    now: _Search,
    tried: tuple[Point, Tensor],
    start: tuple[Point, Tensor],
    wolfe: Wolfe,
    k: int,
) -> tuple[_Search, Tensor]:
    """Take the k-th trial into account: the search after it, and whether it is at its end."""
    (trial, g), (begin, g_begin) = tried, start
    spent = torch.full_like(now.zooming, True) & (wolfe.evaluations <= k)
    lost = spent & ~now.zooming  # nothing was bracketed: the last trial, if it is any good
    low = _picked(lost, begin, now.low)
    g_low = torch.where(lost, g_begin, now.g)

    fell = trial.f <= begin.f + wolfe.armijo * trial.t * begin.slope
    higher = ~fell | ((now.zooming | (k > 1)) & (trial.f >= low.f))
    flat = ~higher & (trial.slope.abs() <= -wolfe.curvature * begin.slope) & ~lost
    toward = torch.where(now.zooming, now.high.t - low.t, 1.0)
    turned = ~higher & ~flat & (trial.slope * toward >= 0)

    crossed = higher | turned | lost  # a minimum lies between the trial and the best so far
    stays = crossed & ((low.f <= trial.f) | ~(fell | wolfe.by_loss))
    high = _picked(crossed, _picked(stays, trial, low), now.high)
    best = _picked(stays, low, trial)
    zooming = now.zooming | crossed
    narrow = zooming & ((high.t - best.t).abs() < wolfe.narrow)
    after = _Search(best, torch.where(stays, g_low, g), high, zooming, now.stuck)
    return after, flat | spent | narrow


def _beyond(before: Point, last: Point) -> Tensor:
    """Go on past the last trial, at most ten times as far."""
    return cubic_minimum(before, last, last.t + 0.01 * (last.t - before.t), last.t * 10)


def _inside(now: _Search) -> tuple[Tensor, Tensor]:
    """Try inside the bracket; twice in a row close to an end, keep a tenth of it away."""
    lowest, highest = torch.minimum(now.low.t, now.high.t), torch.maximum(now.low.t, now.high.t)
    t = cubic_minimum(now.low, now.high, lowest, highest)
    tenth = 0.1 * (highest - lowest)
    close = torch.minimum(highest - t, t - lowest) < tenth
    away = close & (now.stuck | (t >= highest) | (t <= lowest))
    nearer = torch.where((t - highest).abs() < (t - lowest).abs(), highest - tenth, lowest + tenth)
    return torch.where(away, nearer, t), close & ~away & now.zooming


def _finite(point: Point) -> Point:
    """Let what is not finite be too high."""
    fine = torch.isfinite(point.f) & torch.isfinite(point.slope)
    return Point(point.t, torch.where(fine, point.f, inf), torch.where(fine, point.slope, 0.0))


def _picked(where: Tensor, a: Point, b: Point) -> Point:
    return Point(
        torch.where(where, a.t, b.t),
        torch.where(where, a.f, b.f),
        torch.where(where, a.slope, b.slope),
    )


def _chosen(where: Tensor, a: _Search, b: _Search) -> _Search:
    return _Search(
        _picked(where, a.low, b.low),
        torch.where(where, a.g, b.g),
        _picked(where, a.high, b.high),
        torch.where(where, a.zooming, b.zooming),
        torch.where(where, a.stuck, b.stuck),
    )
