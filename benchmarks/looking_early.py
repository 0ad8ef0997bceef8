"""Which way of looking early holds alpha, and at what price: python -m benchmarks.looking_early.

Prints the tables of docs/design/0006-looking-early.md. Nothing is timed: differences are drawn
from laws whose mean is 0 (how often is something claimed at any look?) or d standard deviations
(after how many pairs?). Every claim is two-sided at 5 %.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from trainlab.comparison.statistics.best import beaten
from trainlab.comparison.statistics.looks import planned
from trainlab.comparison.statistics.student import guarded_p, t_p

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Array]

ALPHA = 0.05
TIMES = 20_000
PLANS = ((4, 8, 12, 16, 20, 24, 28, 32), (3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64))
SHARES: Mapping[str, Callable[[Array], Array]] = {
    "even": np.ones_like,
    "in proportion": lambda n: n / n[-1],
    "quadratic": lambda n: (n / n[-1]) ** 2,
}
MIXTURE = 1.5
"""c^2 of the mixtures: tightest at about 12 pairs."""


def counts(rng: np.random.Generator, size: tuple[int, int]) -> Array:
    """Accuracies of two networks of 95 % on 45 examples."""
    return (rng.binomial(45, 0.95, size) - rng.binomial(45, 0.95, size)) / 45.0


NULLS: Mapping[str, Draw] = {
    "normal": lambda rng, size: rng.standard_normal(size),
    "Laplace": lambda rng, size: rng.laplace(size=size),
    "t, 3 degrees": lambda rng, size: rng.standard_t(3, size),
    "1 in 10 eight times as wide": lambda rng, size: (
        rng.standard_normal(size) * np.where(rng.random(size) < 0.1, 8.0, 1.0)
    ),
    "accuracy counts": counts,
    "-1, 0, 1; 70 % zeros": lambda rng, size: rng.choice([-1.0, 0, 1], size, p=[0.15, 0.7, 0.15]),
    "-1 or 1": lambda rng, size: rng.choice([-1.0, 1.0], size),
    "gamma, skewness 1": lambda rng, size: rng.gamma(4, size=size) - 4,
    "rare errors, skewness 1": lambda rng, size: rng.binomial(45, 0.02, size) - 0.9,
    "exponential, skewness 2": lambda rng, size: rng.exponential(size=size) - 1,
    "lognormal, skewness 6": lambda rng, size: rng.lognormal(size=size) - np.exp(0.5),
    "-9 once in 10, else 1": lambda rng, size: np.where(rng.random(size) < 0.1, -9.0, 1.0),
}


def looked(rows: Array, at: Array, test: Callable[[Array], Array]) -> Array:
    """Give p of every row at every look, [rows, looks]."""
    return np.stack([test(rows[:, : int(n)]) for n in at], -1)


def asymptotic(rows: Array, at: Array) -> Array:
    """Waudby-Smith et al. 2021, theorem 2.2: the sd as if it were known."""
    t = students(rows, at)
    rho = 1 / MIXTURE
    return t**2 >= 2 * (at * rho + 1) / (at * rho) * np.log(np.sqrt(at * rho + 1) / ALPHA)


def t_mixture(rows: Array, at: Array) -> Array:
    """Lai 1976; Wang and Ramdas 2023: an exact e-process of normal differences."""
    u, a = students(rows, at) ** 2 / (at - 1), MIXTURE / (at + MIXTURE)
    log_e = np.log(a) / 2 + at / 2 * (np.log1p(u) - np.log1p(a * u))
    return log_e >= np.log(1 / ALPHA)


def sign_bets(rows: Array, at: Array) -> Array:
    """Bets tanh(k d / size so far) of symmetric differences, mixed over k and the side."""
    size = np.sqrt(np.cumsum(rows**2, 1) / np.arange(1, rows.shape[1] + 1))
    past = np.concatenate([np.abs(rows[:, :1]), size[:, :-1]], 1)
    past = np.where(past > 0, past, 1.0)
    bets = [side * np.tanh(k * rows / past) for k in (0.25, 0.5, 1, 2) for side in (-0.999, 0.999)]
    wealth = np.mean([np.exp(np.cumsum(np.log1p(bet), 1)) for bet in bets], 0)
    return wealth[:, at.astype(int) - 1] >= 1 / ALPHA


def students(rows: Array, at: Array) -> Array:
    """Give t at every look; infinite where differences are equal and not 0."""
    found = []
    for n in at.astype(int):
        mean, sd = rows[:, :n].mean(1), rows[:, :n].std(1, ddof=1)
        equal = sd <= 1e-10 * np.abs(rows[:, :n]).max(1)
        t = mean * np.sqrt(n) / np.where(equal, 1.0, sd)
        found.append(np.where(equal, np.where(np.abs(mean) > 1e-10, np.inf, 0.0), t))
    return np.clip(np.stack(found, -1), -1e6, 1e6)


def ways(at: Array) -> dict[str, Callable[[Array], Array]]:
    """Give each way as rows -> whether each look claims something, [rows, looks]."""
    found: dict[str, Callable[[Array], Array]] = {
        "t once, at the end": lambda rows: looked(rows, at[-1:], t_p) <= ALPHA,
        "t at every look": lambda rows: looked(rows, at, t_p) <= ALPHA,
        "asymptotic sequence": lambda rows: asymptotic(rows, at),
        "t mixture": lambda rows: t_mixture(rows, at),
        "sign bets": lambda rows: sign_bets(rows, at),
    }
    normal = np.random.default_rng(1).standard_normal((5 * TIMES, int(at[-1])))
    for kind, test in (("t", t_p), ("guarded t", guarded_p)):
        seen = looked(normal, at, test)
        for name, share in SHARES.items():
            if kind == "t" or name == "in proportion":
                level = np.quantile((seen / share(at)).min(1), ALPHA) * share(at)
                found[f"{kind}, {name}"] = lambda rows, test=test, level=level: (
                    looked(rows, at, test) <= level
                )
    return found


def main() -> None:
    """Print both tables for each plan."""
    for plan in PLANS:
        at = np.array(plan, float)
        rng = np.random.default_rng(5)
        found = ways(at)
        print(f"\nlooks at {', '.join(map(str, plan))}\n")
        print("| differences |", " | ".join(found), "|\n|---|" + "---|" * len(found))
        for name, draw in NULLS.items():
            rows = draw(rng, (TIMES, plan[-1]))
            rates = [100 * way(rows).any(1).mean() for way in found.values()]
            print(f"| {name} |", " | ".join(f"{rate:.1f}" for rate in rates), "|")
        print("\n| d |", " | ".join(found), "|\n|---|" + "---|" * len(found))
        for d in (0.5, 1, 2, 4):
            rows = rng.standard_normal((TIMES // 4, plan[-1])) + d
            print(f"| {d} |", " | ".join(pairs(way(rows), at) for way in found.values()), "|")
    print("\n| race of | the best was dropped | left alone | trainings |\n|---|---|---|---|")
    print("| 8 equal arms |", race((0.0,) * 8), "|")
    print("| 1 ahead of 7 by 1 sd |", race((1.0, *[0.0] * 7)), "|")
    print("| 2 ahead of 6 by 2 sd |", race((2.0, 2.0, *[0.0] * 6)), "|")
    print("| 8 apart by 1 sd each |", race(tuple(float(k) for k in range(7, -1, -1))), "|")


def race(leads: tuple[float, ...], times: int = 1000) -> str:
    """Race arms whose means lead by so much: the best first, in sds of a difference.

    Gives how often the best was dropped, how often it was left alone, and the trainings it took.
    """
    looks, k = planned(most=32), len(leads)
    rng = np.random.default_rng(9)
    scores = rng.normal(0, np.sqrt(0.5), (times, k, looks.most)) + np.array(leads)[:, None]
    still, taken = np.ones((times, k), dtype=bool), np.zeros(times)
    before = 0
    for n in looks.at:
        racing = still.sum(1) > 1
        taken += np.where(racing, still.sum(1), 0) * (n - before)
        seen = scores[:, :, :n]
        p = looks.at_look(n).p(seen[:, :, None] - seen[:, None], "greater")
        p = np.where(still[:, :, None] & still[:, None], p, 1.0)
        still &= ~np.array([beaten(one, ALPHA, k) for one in p]) | ~racing[:, None]
        before = n
    alone = (still.sum(1) == 1) & still[:, 0]
    return (
        f"{100 * (1 - still[:, 0].mean()):.1f} % | {100 * alone.mean():.0f} % | {taken.mean():.0f}"
    )


def pairs(claims: Array, at: Array) -> str:
    """Give the mean pairs until a claim or the end, and how often there was a claim."""
    at = at[-claims.shape[1] :]
    first = np.where(claims.any(1), at[claims.argmax(1)], at[-1])
    return f"{first.mean():.1f} ({100 * claims.any(1).mean():.0f} %)"


if __name__ == "__main__":
    main()
