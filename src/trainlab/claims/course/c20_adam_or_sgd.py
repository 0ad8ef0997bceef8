"""C20: Adam is fast, SGD with momentum generalises."""

from __future__ import annotations

from trainlab.claims.claim import Claim, Expect, Lines
from trainlab.claims.compared import LAST_WEIGHTS, RATE_TUNED, Compare, reaching
from trainlab.claims.together import Together

__all__ = ["ADAM_OR_SGD", "CLAIM"]

LARGE_TEST = {"val": 0.15, "test": 0.4}
"""Half a point can be seen on it."""
ADAM_OR_SGD = {
    "data": {"source": "digits", "preprocess": ["standardize"], "split": LARGE_TEST},
    "network": {"name": "mlp", "widths": [64, 64]},
    "optimizer": {"rule": "adam"},
    "regularize": LAST_WEIGHTS,
    "train": {"length": "300steps", "batch_size": 32, "evaluate_every": "5steps"},
}
ADAM, SGD = ["optimizer.rule=adam"], ["optimizer.rule=momentum"]
GOOD = Compare(arms={"Adam": ADAM, "SGD + momentum": SGD}, design=RATE_TUNED, curve="val/accuracy")
FAST = Compare(arms={"Adam, updates": ADAM, "SGD + momentum, updates": SGD}, design=reaching(0.9))

CLAIM = Claim(
    statement="Adam is fast, SGD with momentum generalises better.",
    source="Wilson, Roelofs, Stern, Srebro & Recht 2017; against it Choi et al. 2019",
    data="real: digits",
    recipe=ADAM_OR_SGD,
    pairs=16,
    any_recipe=True,
    measure=Together(GOOD, FAST),
    quantity="updates until 90% of validation is right, and test accuracy of the last weights; for "
    "each, every arm is tuned anew with as many trials; pairs share split, initial weights and "
    "batches",
    expects=(
        Expect(
            "Adam is faster", of="Adam, updates", to="SGD + momentum, updates", ratio=True, below=1
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
