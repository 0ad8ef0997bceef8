"""What needs the test alone, on many draws: coverage, power, and what other tests would do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.calibrate.bank import Array, Bank
from benchmarks.calibrate.counts import Count, Sizes, scale_of
from benchmarks.calibrate.draws import differing
from benchmarks.calibrate.rates import Rate
from trainlab.comparison.statistics.power import power
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.tests import Test

__all__ = ["covered", "halves", "powers", "tests"]

ALPHA = 0.05
PAIRS = (4, 6, 8, 12, 16, 24, 32)
EFFECTS = (0.5, 1.0)
"""True differences of a power curve, in sds of a difference."""
TESTS = ("t", "adjusted_t", "guarded_t", "sign_flip", "signed_rank")
COVERED = ("t", "adjusted_t", "guarded_t", "sign_flip")
CHANGES = ((1, "half the rate"), (2, "sgd"))
"""Arms that truly differ from the first, by their place in a bank."""
BLOCK = 256
FLIPPED = 12
"""Pairs up to which sign-flip intervals are drawn: 4,096 means each."""


def covered(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Count the intervals that hold the bank's mean difference, of arms that truly differ."""
    scale = scale_of(bank)
    for place, way in CHANGES:
        differences = scale.factor * (bank.arms[:, 0] - bank.arms[:, place])
        for test in COVERED:
            for pairs in PAIRS:
                if test != "sign_flip" or pairs <= FLIPPED:
                    rule = Terms(test=test).rule(pairs, scale.step)
                    rate = _coverage(differences, rule, (sizes.rows, pairs), rng)
                    yield _count(bank, "coverage", f"{way}, {test}", pairs, (rate, 1 - ALPHA))


def powers(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Count the claims where the mean is d sds, and the shape that of real differences."""
    scale = scale_of(bank)
    for place, way in CHANGES:
        differences = scale.sign * scale.factor * (bank.arms[:, 0] - bank.arms[:, place])
        centred = differences - differences.mean()
        for effect in EFFECTS:
            shifted = centred + effect * centred.std()
            for pairs in PAIRS:
                rows = _drawn(shifted, (sizes.rows, pairs), rng)
                p = Terms().rule(pairs, scale.step).p(rows, "two-sided")
                hits = int(((p <= ALPHA) & (rows.mean(-1) > 0)).sum())
                rate = Rate(hits, sizes.rows)
                planned = power(effect, pairs, ALPHA)
                yield _count(bank, "power", f"{way}, d = {effect:g}", pairs, (rate, planned))


def tests(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Count what each test claims of the same pairs of equal arms."""
    scale = scale_of(bank)
    for pairs in (4, 8, 12, 16):
        rows = scale.factor * _null_rows(bank.copies, (sizes.rows // 4, pairs), rng)
        for test in TESTS:
            rule = Terms(test=test).rule(pairs, scale.step)
            hits = sum(int((rule.p(block, "two-sided") <= ALPHA).sum()) for block in _blocks(rows))
            rate = Rate(hits, len(rows))
            yield _count(bank, "equal arms, by test", f"paired, {test}", pairs, (rate, ALPHA))


def halves(bank: Bank, sizes: Sizes, rng: np.random.Generator) -> Iterator[Count]:
    """Count the same on the two halves of a bank: what its own finite size does to a rate."""
    middle, scale = len(bank.arms) // 2, scale_of(bank)
    rule = Terms().rule(8, scale.step)
    for half, rows in enumerate((slice(None, middle), slice(middle, None)), 1):
        nulls = scale.factor * _null_rows(bank.copies[rows], (sizes.rows, 8), rng)
        hits = int((rule.p(nulls, "two-sided") <= ALPHA).sum())
        rate = Rate(hits, len(nulls))
        yield _count(bank, "halves of a bank", f"false claims, half {half}", 8, (rate, ALPHA))
        differences = scale.factor * (bank.arms[rows, 0] - bank.arms[rows, 1])
        rate = _coverage(differences, rule, (sizes.rows, 8), rng)
        yield _count(bank, "halves of a bank", f"coverage, half {half}", 8, (rate, 1 - ALPHA))


def _coverage(
    differences: Array, rule: Test, size: tuple[int, int], rng: np.random.Generator
) -> Rate:
    rows, truth = _drawn(differences, size, rng), differences.mean()
    slack = 1e-12 * np.abs(differences).max()
    inside = 0
    for block in _blocks(rows):
        found = rule.interval(block, 1 - ALPHA)
        inside += int(((found.low - slack <= truth) & (truth <= found.high + slack)).sum())
    return Rate(inside, size[0])


def _blocks(rows: Array) -> Iterator[Array]:
    """Give some rows at a time: sign flips keep up to 2^16 numbers of each."""
    for first in range(0, len(rows), BLOCK):
        yield rows[first : first + BLOCK]


def _drawn(differences: Array, size: tuple[int, int], rng: np.random.Generator) -> Array:
    return differing(differences[:, None], size, rng)[0]


def _null_rows(copies: Array, size: tuple[int, int], rng: np.random.Generator) -> Array:
    """Draw differences of two copies of a seed, which way by chance; a row has no seed twice."""
    order = rng.random((size[0], len(copies))).argsort(1)[:, : size[1]]
    two = rng.random((*size, copies.shape[1])).argsort(-1)
    return np.asarray(copies[order, two[..., 0]] - copies[order, two[..., 1]])


def _count(bank: Bank, question: str, way: str, pairs: int, found: tuple[Rate, float]) -> Count:
    return Count(
        question=question,
        study=bank.study,
        metric=bank.metric,
        way=way,
        pairs=pairs,
        rate=found[0],
        nominal=found[1],
    )
