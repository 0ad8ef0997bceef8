"""C20: Adam is fast, SGD with momentum generalises."""

from __future__ import annotations

from dataclasses import replace

from trainlab.claims.claim import Ask, Claim, Expect, Found, Lines, joined
from trainlab.claims.compared import LAST_WEIGHTS, Compare
from trainlab.comparison.design import Design

__all__ = ["ADAM_OR_SGD", "CLAIM", "TARGET", "TUNED"]

TARGET = 0.9
ADAM_OR_SGD = {
    "data": {
        "source": "digits",
        "preprocess": ["standardize"],
        "split": {"val": 0.15, "test": 0.4},
    },
    "network": {"name": "mlp", "widths": [64, 64]},
    "optimizer": {"rule": "adam"},
    "regularize": LAST_WEIGHTS,
    "train": {"length": "300steps", "batch_size": 32, "evaluate_every": "5steps"},
}
"""Digits with a large test split, so that half a point can be seen."""
TUNED = Design(tune=("optimizer.lr",), trials=8, halving=False)
GOOD = Compare(
    arms={"Adam": ["optimizer.rule=adam"], "SGD + momentum": ["optimizer.rule=momentum"]},
    design=TUNED,
    curve="val/accuracy",
)
FAST = Compare(
    arms={f"{arm}, updates": changes for arm, changes in GOOD.arms.items()},
    design=replace(TUNED, judged="target", target=TARGET, metric="accuracy"),
)


def measured(ask: Ask) -> Found:
    """Ask for the accuracy, tuned for it, and for the speed, tuned for that."""
    return joined(GOOD(ask), replace(FAST(ask), curves={}))


CLAIM = Claim(
    statement="Adam is fast, SGD with momentum generalises better.",
    source="Wilson, Roelofs, Stern, Srebro & Recht 2017; against it Choi et al. 2019",
    data="real: digits",
    recipe=ADAM_OR_SGD,
    pairs=16,
    any_recipe=True,
    measure=measured,
    quantity=f"updates until {TARGET:.0%} of validation is right, and test accuracy of the last "
    "weights; for each, every arm is tuned anew with as many trials; pairs share split, "
    "initial weights and batches",
    expects=(
        Expect(
            "Adam is sooner there",
            of="Adam, updates",
            to="SGD + momentum, updates",
            ratio=True,
            below=1,
        ),
        Expect(
            "SGD + momentum ends better", of="SGD + momentum", to="Adam", above=0, unit="points"
        ),
    ),
    figure=Lines(x="updates", y="validation accuracy"),
    holds_when="Where the scales of gradients differ between layers or over time (transformers, "
    "recurrent nets) Adam is faster; where training goes on long after the training loss is 0 "
    "(image classifiers) SGD has been found better. Tuned alike on a small network, each can do "
    "what the other does.",
)
