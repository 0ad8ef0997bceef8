"""Comparisons drawn from a bank: of arms that are the same, and of arms that differ.

A null comparison draws its seeds without replacement, and which arm gets which score by chance. So
the arms are exchangeable given the bank, exactly: an error is the procedure's, not the bank's. And
the mean difference of disjoint draws varies by 2 s^2 / n, as that of independent ones, whatever
the size of the bank.

apart    every score of every arm is of another seed: nothing is shared
paired   the scores of a pair share the initial weights, and differ in the order of examples
differ   arms that truly differ, paired by seed as `trainlab compare` does; the bank stands for the
         law, its mean difference for the truth, and seeds are drawn with replacement: without, the
         mean of n would keep sqrt(1 - n / seeds) too close to that truth
"""

from __future__ import annotations

import numpy as np

from benchmarks.calibrate.bank import Array

__all__ = ["KINDS", "apart", "differing", "null", "one_apart", "paired"]

KINDS = ("apart", "paired")


def null(kind: str, copies: Array, size: tuple[int, int], rng: np.random.Generator) -> Array:
    """Draw one comparison of `size` arms and pairs of the same recipe: [arms, pairs]."""
    return (apart if kind == "apart" else paired)(copies, size, rng)


def apart(copies: Array, size: tuple[int, int], rng: np.random.Generator) -> Array:
    """Draw arms that share nothing: one copy of each of arms x pairs seeds."""
    seeds = rng.permutation(len(copies))[: size[0] * size[1]]
    return np.asarray(copies[seeds, rng.integers(0, copies.shape[1], len(seeds))].reshape(size))


def paired(copies: Array, size: tuple[int, int], rng: np.random.Generator) -> Array:
    """Draw arms that share the initial weights of each pair: its copies in an order by chance."""
    seeds = rng.permutation(len(copies))[: size[1]]
    rows = rng.permuted(copies[seeds], axis=1)
    return np.ascontiguousarray(rows[:, : size[0]].T)


def one_apart(
    copies: Array, other: Array, size: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Draw arms of which the last truly differs, and the others are the same recipe."""
    seeds = rng.permutation(len(copies))[: size[1]]
    rows = rng.permuted(copies[seeds], axis=1)[:, : size[0] - 1]
    return np.concatenate([rows, other[seeds, None]], 1).T


def differing(pairs: Array, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Draw `shape` comparisons and pairs of two arms that differ: [2, comparisons, pairs]."""
    seeds = rng.integers(0, len(pairs), shape)
    return np.ascontiguousarray(np.moveaxis(pairs[seeds], -1, 0))
