"""C12: statistics of few examples are noise; those of one example's groups are not."""

from trainlab.claims.probes.grids import AccuracyAt
from trainlab.claims.say import Claim, Expect, Lines, sgd, vary

__all__ = ["CLAIM"]

IN_PROPORTION = "optimizer.lr_scaling={name: linear, base: 64}"

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
        arms=vary("network.norm", {"batch norm": "batch", "group norm": "group"}),
        places={size: [f"train.batch_size={size}", IN_PROPORTION] for size in (2, 4, 8, 64)},
    ),
    quantity="test accuracy at the end, rates in proportion to the batch",
    expects=(
        Expect(
            "batch norm: worse", "batch norm at 2", less="batch norm at 64", below=-1, unit="points"
        ),
        Expect(
            "group norm: no worse",
            "group norm at 2",
            less="group norm at 64",
            above=-1,
            unit="points",
        ),
    ),
    figure=Lines(x="examples in a batch", y="test accuracy at the end", log_x=True),
    holds_when="Where a batch's statistics rest on few values: fully connected layers, as here, "
    "where two examples leave of each unit only which of the two is larger. From 8 examples on "
    "batch norm is the better one. A convolution counts pixels too, and so stands smaller "
    "batches.",
)
