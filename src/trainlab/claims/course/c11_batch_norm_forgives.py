"""C11: batch norm takes larger rates, and starts that are ten times too small or too large."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.compared import Compare
from trainlab.comparison.design import Design
from trainlab.comparison.statistics.interval import Array

__all__ = ["CLAIM"]

NORMS = {"batch norm": "batch", "no norm": "none"}
RATES = tuple(0.03 * 2**power for power in range(9))
SCALES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Of the initial weights, in terms of He's."""
FEW_RATES = (0.01, 0.1, 1.0)
TRAINS, CHANCE = 90.0, 10.0
"""Test accuracy from which a network counts as trained, and that of a run that diverged, in %."""


def measured(ask: Ask) -> Found:
    """Train at growing rates, and from starts of growing scale at the best of three rates each."""
    few = 2 if ask.quick else None
    grid, starts = RATES[:few], SCALES[:few]
    rates, scales = _at_rates(ask, grid), _from_starts(ask, starts)
    values = {f"{arm}, rate": _largest(found, grid) for arm, found in rates.items()}
    values |= {f"{arm}, spread": np.ptp(found, axis=1) for arm, found in scales.items()}
    curves = {arm: Curve(np.asarray(grid), found / 100) for arm, found in rates.items()}
    return Found(values=values, curves=curves)


def _at_rates(ask: Ask, rates: Sequence[float]) -> dict[str, Array]:
    """Give test accuracies in percent, [P, rates], by norm."""
    arms = {
        f"{norm} {rate}": [f"network.norm={norm}", f"optimizer.lr={rate}"]
        for norm in NORMS.values()
        for rate in rates
    }
    found = _accuracies(ask, arms)
    return {
        arm: np.stack([found[f"{norm} {rate}"] for rate in rates], axis=1)
        for arm, norm in NORMS.items()
    }


def _from_starts(ask: Ask, scales: Sequence[float]) -> dict[str, Array]:
    """Give test accuracies in percent, [P, scales], by norm, each scale at its best rate."""
    arms = {
        f"{norm} {scale} {rate}": [
            f"network.norm={norm}",
            f"network.init={{name: he_normal, gain: {math.sqrt(2) * scale}}}",
            f"optimizer.lr={rate}",
        ]
        for norm in NORMS.values()
        for scale in scales
        for rate in FEW_RATES
    }
    found = _accuracies(ask, arms)
    return {
        arm: np.stack(
            [
                max((found[f"{norm} {scale} {rate}"] for rate in FEW_RATES), key=np.mean)
                for scale in scales
            ],
            axis=1,
        )
        for arm, norm in NORMS.items()
    }


def _accuracies(ask: Ask, arms: dict[str, list[str]]) -> dict[str, Array]:
    found = Compare(arms=arms, design=Design(metric="accuracy"))(ask).values
    return {arm: np.where(np.isfinite(row), row, CHANCE) for arm, row in found.items()}


def _largest(found: Array, grid: Sequence[float]) -> Array:
    """Give the largest rate that trains, [P]; half the smallest where none does."""
    trains = found >= TRAINS
    rates = np.where(trains, np.asarray(grid), grid[0] / 2)
    return np.asarray(rates.max(axis=1))


CLAIM = Claim(
    statement="Batch norm allows larger learning rates and forgives the scale of the initial "
    "weights.",
    source="Ioffe & Szegedy 2015, section 3.3; Bjorck, Gomes, Selman & Weinberger 2018",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [32, 32, 32, 32], "activation": "relu"},
        "optimizer": {"rule": "sgd", "lr": 0.1},
        "schedule": "constant",
        "train": {"length": "200steps", "evaluate_every": "200steps"},
    },
    measure=measured,
    quantity="largest of nine rates, 0.03 to 7.68, that gives 90 % test accuracy after 200 "
    "updates; range of the test accuracy over starts from 0.1 to 10 times He's, each at the best "
    "of three rates; pairs share split and seed",
    expects=(
        Expect(
            "the largest rate is twice as large at least",
            of="batch norm, rate",
            to="no norm, rate",
            ratio=True,
            above=2,
        ),
        Expect(
            "the scale of the start matters less, by 5 points at least",
            of="batch norm, spread",
            to="no norm, spread",
            below=-5,
            unit="points",
        ),
    ),
    figure=Lines(x="learning rate", y="test accuracy after 200 updates", log_x=True),
    holds_when="In networks of several layers without skip connections, such as this one. The "
    "forgiveness is not whole: weights that start ten times too large make batch norm's steps a "
    "hundred times smaller in effect, which takes larger rates or more updates.",
)
