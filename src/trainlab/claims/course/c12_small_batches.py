"""C12: statistics of few examples are noise; those of one example's groups are not."""

from __future__ import annotations

from trainlab.claims.claim import Claim, Expect, Lines
from trainlab.claims.probes.grids import AccuracyAt
from trainlab.claims.recipes import sgd

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Batch norm gets worse as the batch shrinks; group norm does not.",
    source="Wu & He 2018, section 4.1",
    data="real: digits, half of them for the test",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"], "split": {"test": 0.5}},
        **sgd(lr=0.4),
        "network": {"name": "mlp", "widths": [64, 64]},
        "train": {"length": "10ep", "evaluate_every": "5ep"},
    },
    any_recipe=True,
    measure=AccuracyAt(
        arms={"batch norm": ["network.norm=batch"], "group norm": ["network.norm=group"]},
        places={
            2: ["train.batch_size=2", "optimizer.lr=0.0125"],
            4: ["train.batch_size=4", "optimizer.lr=0.025"],
            8: ["train.batch_size=8", "optimizer.lr=0.05"],
            64: ["train.batch_size=64", "optimizer.lr=0.4"],
        },
    ),
    quantity="test accuracy after 10 epochs, rates in proportion to the batch; pairs share split "
    "and seed",
    expects=(
        Expect(
            "batch norm loses a point at 2 examples against 64, at least",
            of="batch norm at 2",
            to="batch norm at 64",
            below=-1,
            unit="points",
        ),
        Expect(
            "group norm loses less than a point",
            of="group norm at 2",
            to="group norm at 64",
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
