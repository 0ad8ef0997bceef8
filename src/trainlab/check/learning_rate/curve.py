"""What the losses of short trainings say about the learning rate. Arithmetic only.

R rates, S seeds. loss [R, S] after the short training, start [S] before it.

    share       q = min(1, loss / start); 1 where it diverged: nothing was learned
    curve       c(u) = sum_r w_r median_s q[r, s] / sum_r w_r,
                w_r = exp(-((u - log10 r) / 0.25)^2 / 2)
    edge        how far around argmin c every seed keeps half of its best decrease or more, both in
                its own curve, c_s <= (1 + min c_s) / 2, and at every rate that was tried; always
                below the rates at which any seed diverged
    best        the middle of the rates below the edge, around argmin c, where
                c <= min c + 0.01 (1 - min c)
    lowest      how far below the best c <= (1 + min c) / 2
    steepest    argmin dc/du, at most the best: where a larger rate pays most

c(u) is the loss to expect of a rate that is off by a factor of 1.8 either way, so that its minimum
keeps away from a cliff. The slope is taken with respect to u = log10 of the rate. On a grid that is
even in u, a slope with respect to the rate itself is divided by rates of 1e-8, and the least noise
at the low end is then the steepest place of all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainlab.check.learning_rate.refusal import Refusal, diverges, flat, noise, rises

if TYPE_CHECKING:
    from typing import Literal

__all__ = ["Curve", "Floats", "Range"]

Floats = NDArray[np.float64]

WIDTH = 0.25
"""Of the kernel, in decades."""
FINE = 50
"""Places a decade at which the curve is read."""
TIE = 0.01
"""Share of the best decrease within which rates are as good as each other."""
LEAST = 0.02
"""Share of the loss at the start that has to go before anything counts as learned."""
RISEN = 1.1
"""Times the loss at the start: from here on it is no scatter any more."""
CLEAR = 4.0
"""Standard errors of the curve by which it has to fall; of pure noise about one curve in a hundred
does: the best of many rates was chosen."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """From where to where a rate is worth using."""

    lowest: float | None
    """Below it less than half of the best decrease is reached; None: below the grid."""
    best: float
    """In two figures."""
    edge: float | None
    """Above it some seed reaches less than half of its own, or diverges; None: above the grid."""
    steepest: float
    """Where the loss falls fastest with the logarithm of the rate."""
    decrease: float
    """The share of the loss at the start that is gone at the best rate."""
    bests: tuple[float, ...]
    """Each seed's own best: how far one seed alone would have been off."""

    @property
    def spread(self) -> float:
        """Standard deviation of the seeds' own bests, in decades; NaN for one seed."""
        return float(np.std(np.log10(self.bests), ddof=1)) if len(self.bests) > 1 else math.nan


@dataclass(frozen=True)
class Curve:
    """The losses of short trainings over a grid of rates, each of the same seeds."""

    rates: Floats
    """[R], ascending, even in their logarithm."""
    loss: Floats
    """[R, S]; not finite where it diverged."""
    start: Floats
    """[S]"""

    @property
    def shares(self) -> Floats:
        """What is left of the loss at the start, at most 1: q [R, S]."""
        return np.clip(self._left, 0.0, 1.0)

    @property
    def _left(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            left = self.loss / self.start
        return np.where(np.isfinite(left), left, 1.0)

    @property
    def diverged(self) -> NDArray[np.int64]:
        """How many seeds diverged at each rate, [R]."""
        return np.asarray((~np.isfinite(self.loss)).sum(axis=1))

    @property
    def stable(self) -> int:
        """How many rates lie below the first at which any seed diverged."""
        lost = np.flatnonzero(self.diverged)
        return int(lost[0]) if len(lost) else len(self.rates)

    def places(self) -> Floats:
        """Give log10 of the rates at which the curve is read: those at which nobody diverged."""
        low, high = np.log10(self.rates[[0, self.stable - 1]])
        return np.linspace(low, high, 1 + round(FINE * (high - low)))

    def smooth(self, shares: Floats, at: Floats) -> Floats:
        """Average shares [R, ...] around the places `at` [G], by the kernel: [G, ...]."""
        apart = (at[:, None] - np.log10(self.rates)[None, :]) / WIDTH
        weight = np.exp(-(apart**2) / 2)
        return np.asarray((weight / weight.sum(axis=1, keepdims=True)) @ shares)

    def middle(self) -> tuple[Floats, Floats]:
        """Give the places u and the curve c(u) of the median over the seeds."""
        at = self.places()
        return at, self.smooth(np.median(self.shares, axis=1), at)

    def read(self) -> Range | Refusal:
        """Find the range, or say why there is none."""
        if not self.stable:
            return diverges(self.rates[0], int(self.diverged[0]), self.loss.shape[1])
        at, c = self.middle()
        decrease = 1 - float(c.min())
        if decrease < LEAST:
            return rises(self.rates[0]) if self._risen else flat(decrease, LEAST, self._lost)
        if decrease < CLEAR * self.error(at[c.argmin()]):
            return noise(decrease)
        edge = self._edge(at, c)
        below, c = at[: edge + 1], c[: edge + 1]
        best = _best(below, c)
        bottom, _ = _around(c, (1 + c.min()) / 2)
        return Range(
            lowest=None if bottom == 0 else float(10 ** at[bottom]),
            best=best,
            edge=None if self._open(edge, at) else float(10 ** at[edge]),
            steepest=_steepest(below, c, best),
            decrease=1 - float(c.min()),
            bests=tuple(_best(at, each) for each in self.smooth(self.shares, at).T),
        )

    def error(self, place: float) -> float:
        """Give the standard error of c at a place, from the scatter between neighbouring rates.

        sigma = median |q[r-1] - 2 q[r] + q[r+1]| * 1.4826 / sqrt(6), blind to what is straight and
        to a few cliffs; the median of S seeds has sigma * sqrt(pi / 2 S), the kernel averages it.
        """
        seeds = self.loss.shape[1]
        bends = np.abs(np.diff(np.clip(self._left, 0, 2), n=2, axis=0))
        sigma = float(np.median(bends)) * 1.4826 / math.sqrt(6)
        weight = self.smooth(np.eye(len(self.rates)), np.array([place]))
        one = math.sqrt(math.pi / (2 * seeds)) if seeds > 2 else math.sqrt(1 / seeds)
        return sigma * one * float(np.linalg.norm(weight))

    def beyond(self) -> Literal["lower", "higher"] | None:
        """Say on which side of the grid a better rate may lie."""
        if not self.stable:
            return "lower"
        at, c = self.middle()
        if 1 - c.min() < LEAST:
            if self._risen:
                return "lower"
            return "higher" if self._open(len(at) - 1, at) else None
        c = c[: self._edge(at, c) + 1]
        bottom, top = _ties(c)
        if bottom == 0:
            return "lower"
        return "higher" if self._open(top, at) else None

    def _edge(self, at: Floats, c: Floats) -> int:
        """Give the last place, from the lowest of c [G] on, at which no seed has lost its half.

        Where one has lost it at the lowest already, the last place before. A seed that learns
        nothing at any rate has nothing to lose.
        """
        own = self.smooth(self.shares, at)
        decrease = 1 - own.min(axis=0)
        learns = decrease >= LEAST
        most = 1 - decrease[learns] / 2
        lowest = int(c.argmin())
        held = (own[:, learns] <= most).all(axis=1)
        failed = (self.shares[:, learns] > most).any(axis=1)
        held &= at <= self._tried(at[_ties(c)[0]], failed)
        before = np.flatnonzero(held[: lowest + 1])
        if not len(before):
            return lowest
        lost = np.flatnonzero(~held[before[-1] :])
        return int(before[-1] + lost[0] - 1) if len(lost) else len(c) - 1

    def _tried(self, start: float, failed: NDArray[np.bool_]) -> float:
        """Give log10 of the last rate, from `start` on, before one at which a seed failed [R].

        A seed that fails at one rate alone hardly moves its smooth curve.
        """
        tried = np.log10(self.rates)
        beyond = tried[failed & (tried > start)]
        return max(start, tried[tried < beyond[0]].max()) if len(beyond) else math.inf

    def _open(self, place: int, at: Floats) -> bool:
        """Whether a place is the upper end of a grid on which nothing diverged."""
        return place == len(at) - 1 and self.stable == len(self.rates)

    @property
    def _risen(self) -> bool:
        """Whether every seed's loss is higher than at the start even at the lowest rate."""
        return float(self._left[0].min()) > RISEN

    @property
    def _lost(self) -> float | None:
        """The first rate at which a seed diverged."""
        return float(self.rates[self.stable]) if self.stable < len(self.rates) else None


def _around(c: Floats, most: float) -> tuple[int, int]:
    """Give the ends of the places around the minimum at which the curve is at most so high."""
    lowest = int(c.argmin())
    above = np.flatnonzero(c > most)
    left, right = above[above < lowest], above[above > lowest]
    return (
        int(left[-1]) + 1 if len(left) else 0,
        int(right[0]) - 1 if len(right) else len(c) - 1,
    )


def _ties(c: Floats) -> tuple[int, int]:
    """Give the ends of the places that are as good as the minimum."""
    return _around(c, c.min() + TIE * (1 - c.min()))


def _best(at: Floats, c: Floats) -> float:
    bottom, top = _ties(c)
    return float(f"{10 ** ((at[bottom] + at[top]) / 2):.1e}")


def _steepest(at: Floats, c: Floats, best: float) -> float:
    if len(at) < 3:
        return best
    slope = np.gradient(c, at)
    below = at <= math.log10(best)
    return float(10 ** at[below][slope[below].argmin()]) if below.any() else best
