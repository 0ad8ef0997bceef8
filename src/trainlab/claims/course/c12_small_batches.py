"""C12: statistics of few examples are noise; those of one example's groups are not."""

from __future__ import annotations

import numpy as np

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.compared import Compare
from trainlab.comparison.design import Design

__all__ = ["CLAIM"]

NORMS = {"batch norm": "batch", "group norm": "group"}
SIZES = (2, 4, 8, 64)
RATE = 0.4
"""At 64 examples a batch; in proportion for fewer, as Wu & He scale it."""


def measured(ask: Ask) -> Found:
    """Train with both norms at each batch size for as many epochs."""
    arms = {
        f"{arm}, {size}": [
            f"network.norm={norm}",
            f"train.batch_size={size}",
            f"optimizer.lr={RATE * size / 64}",
        ]
        for arm, norm in NORMS.items()
        for size in SIZES
    }
    found = Compare(arms=arms, design=Design(metric="accuracy"))(ask)
    curves = {
        arm: Curve(
            np.asarray(SIZES, float),
            np.stack([found.values[f"{arm}, {size}"] for size in SIZES], axis=1) / 100,
        )
        for arm in NORMS
    }
    return Found(values=found.values, curves=curves, notes=found.notes)


CLAIM = Claim(
    statement="Batch norm gets worse as the batch shrinks; group norm does not.",
    source="Wu & He 2018, section 4.1",
    data="real: digits, half of them for the test",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"], "split": {"test": 0.5}},
        "network": {"name": "mlp", "widths": [64, 64]},
        "optimizer": {"rule": "sgd", "lr": 0.4},
        "schedule": "constant",
        "train": {"length": "10ep", "evaluate_every": "5ep"},
    },
    any_recipe=True,
    measure=measured,
    quantity="test accuracy after 10 epochs, rates in proportion to the batch; pairs share split "
    "and seed",
    expects=(
        Expect(
            "batch norm loses a point at 2 examples against 64, at least",
            of="batch norm, 2",
            to="batch norm, 64",
            below=-1,
            unit="points",
        ),
        Expect(
            "group norm loses less than a point",
            of="group norm, 2",
            to="group norm, 64",
            above=-1,
            unit="points",
        ),
    ),
    figure=Lines(x="examples in a batch", y="test accuracy after 10 epochs", log_x=True),
    holds_when="Where a batch's statistics rest on few values: fully connected layers, as here, "
    "where two examples leave of each unit only which of the two is larger. From 8 examples on "
    "batch norm is the better one. A convolution counts pixels too, and so stands smaller "
    "batches.",
)
