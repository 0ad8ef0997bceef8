"""C22: second order wins on small, smooth, full-batch problems, and not otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.compared import Compare
from trainlab.claims.probes.populations import follow, scored
from trainlab.comparison.design import Design
from trainlab.comparison.statistics.interval import Array
from trainlab.comparison.tuning import TUNING_SEED
from trainlab.engine.training import Training

__all__ = ["CLAIM"]

FIRST_ORDER = {"Adam": "adam", "momentum": "momentum"}
SEARCHING = {"L-BFGS": ("lbfgs", 40), "Newton-CG": ("newton_cg", 20)}
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
LEVEL, LEAST, DRAWN = 1e-2, 1e-12, 41
BATCHES = [
    "data.source=digits",
    "network={name: mlp, widths: [64, 64]}",
    "train.batch_size=32",
    "train.precision=fp32",
    "train.evaluate_every=50steps",
]
SMALL_BATCHES = Compare(
    arms={
        "Adam, batches": [*BATCHES, "optimizer.rule=adam", "train.length=400steps"],
        "L-BFGS, batches": [*BATCHES, "optimizer.rule=lbfgs", "train.length=200steps"],
    },
    design=Design(tune=("optimizer.lr",), trials=6, rounds=2, halving=False),
)


def measured(ask: Ask) -> Found:
    """Count evaluations on all of a small data set, and compare on small batches of a larger."""
    ways, notes, rates = {}, [], RATES[:1] if ask.quick else RATES
    for arm, rule in FIRST_ORDER.items():
        other = [f"optimizer.rule={rule}", f"seed={ask.recipe.seed + TUNING_SEED}"]
        costs = [until(*way(ask, *other, f"optimizer.lr={lr}")) for lr in rates]
        best = rates[int(np.argmin([np.log(cost).mean() for cost in costs]))]
        ways[arm] = way(ask, f"optimizer.rule={rule}", f"optimizer.lr={best}")
        notes.append(f"{arm}: best rate {best:g}")
    for arm, (rule, steps) in SEARCHING.items():
        ways[arm] = way(ask, f"optimizer.rule={rule}", f"train.length={steps}steps")
    batches = SMALL_BATCHES(ask)
    values = {arm: until(*found) for arm, found in ways.items()} | dict(batches.values)
    curves = {arm: drawn(*found) for arm, found in ways.items()}
    return replace(batches, values=values, curves=curves, notes=(*notes, *batches.notes))


def way(ask: Ask, *changes: str) -> tuple[Array, Array]:
    """Train on all examples at once: evaluations asked for and training loss, [P, K] each."""
    looks = {"asked": asked, "loss": scored("train")}
    found = follow(ask.changed(*changes), looks)
    return found["asked"].y, found["loss"].y


def asked(training: Training) -> Tensor:
    """Give the losses with gradients, and products with the Hessian, asked for so far: [P]."""
    population = training.population
    count = population.slots.get("evaluations")
    return torch.full((population.p,), float(training.t)) if count is None else count[:, 0]


def until(cost: Array, loss: Array) -> Array:
    """Give the evaluations until the loss is at the level; twice all of them if it never is."""
    there = loss <= LEVEL
    first = np.take_along_axis(cost, there.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(there.any(axis=1), np.maximum(first, 1), 2 * np.maximum(cost[:, -1], 1))


def drawn(cost: Array, loss: Array) -> Curve:
    """Give the loss over evaluations, at places that all pairs share."""
    x = np.geomspace(1, max(2.0, float(cost[:, -1].min())), DRAWN)
    rows = [
        np.interp(x, own, np.log(seen.clip(LEAST))) for own, seen in zip(cost, loss, strict=True)
    ]
    return Curve(x, np.exp(np.stack(rows)))


CLAIM = Claim(
    statement="Second-order methods win on small, smooth, full-batch problems, and not otherwise.",
    source="Nocedal & Wright 2006, chapter 7; Bottou, Curtis & Nocedal 2018, section 6",
    data="real: wine, all examples at once, tanh; digits in batches of 32, relu",
    recipe={
        "data": {"source": "wine", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [16], "activation": "tanh"},
        "schedule": "constant",
        "train": {
            "length": "100steps",
            "batch_size": 1000,
            "evaluate_every": "1steps",
            "precision": "fp64",
        },
    },
    measure=measured,
    quantity="wine: evaluations (a gradient or a product with the Hessian) until the training loss "
    f"is {LEVEL:g}; first-order rules at the best of {len(RATES)} rates, the others untuned. "
    "Digits: test accuracy after 400 gradients, tuned (L-BFGS: 200 updates of two or more)",
    expects=(
        *(
            Expect(f"{arm} needs fewer than {rival}", of=arm, to=rival, ratio=True, below=1)
            for arm in SEARCHING
            for rival in FIRST_ORDER
        ),
        Expect(
            "in small batches L-BFGS does not win: half a point ahead at most",
            of="L-BFGS, batches",
            to="Adam, batches",
            below=0.5,
            unit="points",
        ),
    ),
    figure=Lines(x="evaluations", y="training loss, nats", log_x=True, log=True),
    holds_when="Where the loss is the same function at every step, smooth, and wanted to many "
    "digits: the lower the loss that is asked for, the larger the lead, as the figure shows. To a "
    "moderate loss on an easy problem a tuned first-order rule is sooner there: a line search has "
    "its price, and what tuning cost is not counted.",
)
