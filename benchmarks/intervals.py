"""Which interval of a mean covers at 8 and 12 pairs: python -m benchmarks.intervals.

Prints tables of docs/design/0010-which-interval.md. Nothing is timed: 20,000 rows of differences
are drawn from each law, centred on 0; 95 % is asked for. The last column of numbers is the power
where the mean of normal differences is one standard deviation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from trainlab.comparison.statistics import bootstrap
from trainlab.comparison.statistics.bootstrap import resampled_means
from trainlab.comparison.statistics.interval import Interval
from trainlab.comparison.statistics.student import moments, t_interval
from trainlab.comparison.statistics.tests import TESTS

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Array]

TIMES, BLOCK, DRAWS = 20_000, 500, 1000

LAWS: Mapping[str, Draw] = {
    "normal": lambda rng, size: rng.standard_normal(size),
    "Laplace": lambda rng, size: rng.laplace(size=size),
    "t, 3 degrees": lambda rng, size: rng.standard_t(3, size),
    "uniform": lambda rng, size: rng.random(size) - 0.5,
    "skewness 0.5": lambda rng, size: rng.gamma(16, size=size) - 16,
    "skewness 1": lambda rng, size: rng.gamma(4, size=size) - 4,
    "skewness 1.5": lambda rng, size: rng.gamma(16 / 9, size=size) - 16 / 9,
    "skewness 2": lambda rng, size: rng.exponential(size=size) - 1,
    "skewness 6": lambda rng, size: rng.lognormal(size=size) - np.exp(0.5),
}


def johnson(rows: Array) -> Interval:
    """Johnson 1978: t about a mean that is moved by the skewness."""
    found, plain = moments(rows), t_interval(rows)
    moved = found.skew * found.sd / (6 * found.n)
    return Interval(plain.estimate, plain.low + moved, plain.high + moved)


def where_it_shows(rows: Array) -> Interval:
    """Guard t only where the skewness seen is beyond its standard error under normal rows."""
    found, n = moments(rows), rows.shape[1]
    error = np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
    plain, guarded = t_interval(rows), TESTS["guarded_t"].interval(rows, 0.95)
    shows = np.abs(found.skew) > error
    low, high = (np.where(shows, g, p) for g, p in zip(guarded[1:], plain[1:], strict=True))
    return Interval(plain.estimate, low, high)


def bootstrap_t(rows: Array) -> Interval:
    """Efron 1979: the quantiles of t over redrawn rows."""
    found, n = moments(rows), rows.shape[1]
    means = resampled_means(rows, draws=DRAWS, seed=0)
    spread = resampled_means(rows * rows, draws=DRAWS, seed=0) - means * means
    error = np.sqrt(np.maximum(spread, 1e-12 * found.sd[:, None] ** 2) / (n - 1))
    low, high = np.quantile((means - found.mean[:, None]) / error, [0.025, 0.975], axis=1)
    scale = found.sd / np.sqrt(n)
    return Interval(found.mean, found.mean - high * scale, found.mean - low * scale)


WAYS: Mapping[str, Callable[[Array], Interval]] = {
    "t": t_interval,
    "skew-adjusted t": lambda rows: TESTS["adjusted_t"].interval(rows, 0.95),
    "Johnson": johnson,
    "guarded t": lambda rows: TESTS["guarded_t"].interval(rows, 0.95),
    "guarded where it shows": where_it_shows,
    "BCa": lambda rows: TESTS["bootstrap"].interval(rows, 0.95),
    "bootstrap t": bootstrap_t,
}


def ends(way: Callable[[Array], Interval], rows: Array) -> tuple[Array, Array]:
    """Give the low and high ends, a block of rows at a time."""
    parts = [way(rows[i : i + BLOCK]) for i in range(0, len(rows), BLOCK)]
    return np.concatenate([p.low for p in parts]), np.concatenate([p.high for p in parts])


def main() -> None:
    """Print coverage and power for each number of pairs."""
    bootstrap.DRAWS = DRAWS  # a tenth of the usual, so that it takes minutes
    for n in (8, 12):
        rng = np.random.default_rng(11)
        print(
            f"\n| {n} pairs |", " | ".join([*LAWS, "power"]), "|\n|---|" + "---|" * 10, flush=True
        )
        rows = {name: draw(rng, (TIMES, n)) for name, draw in LAWS.items()}
        apart = rng.standard_normal((TIMES, n)) + 1
        for name, way in WAYS.items():
            told = []
            for row in rows.values():
                low, high = ends(way, row)
                told.append(f"{100 * ((low <= 0) & (high >= 0)).mean():.1f}")
            told.append(f"{100 * (ends(way, apart)[0] > 0).mean():.0f}")
            print(f"| {name} |", " | ".join(told), "|", flush=True)


if __name__ == "__main__":
    main()
