"""C09: inputs on one scale make a rounder bowl."""

from __future__ import annotations

import numpy as np
import torch

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.populations import begun, follow, scored
from trainlab.comparison.statistics.interval import Array

__all__ = ["CLAIM"]

SOURCES = {"wine": "wine", "tumours": "breast_cancer"}
ARMS = {"raw": "[]", "standardised": "[standardize]"}
TARGET = 0.2
"""Of the training loss, nats."""
MULTIPLES = (1.0, 4.0, 16.0)
"""Of the rate that is safe for certain, two over the largest curvature that there can be."""


def measured(ask: Ask) -> Found:
    """Measure how stretched the bowl is, and the updates to a target at the best of three rates."""
    values: dict[str, Array] = {}
    curves: dict[str, Curve] = {}
    for source, name in SOURCES.items():
        for arm, steps in ARMS.items():
            chosen = ask.changed(f"data.source={name}", f"data.preprocess={steps}")
            bowls = [_moments(_split(chosen, pair)) for pair in range(ask.pairs)]
            values[f"{source} {arm}, stretch"] = np.array([each[-1] / each[0] for each in bowls])
            best, curve = _descended(chosen)
            values[f"{source} {arm}"], curves[f"{source}, {arm}"] = best, curve
    return Found(values=values, curves=curves)


def _split(ask: Ask, pair: int) -> Ask:
    """Ask for one seed on a split of its own: the bowl depends on nothing else."""
    return ask.changed(f"data.split.seed={pair}", "seeds=1")


def _moments(ask: Ask) -> Array:
    """Give the eigenvalues of E[x x'], x with a 1 for the bias, rising.

    Times 1/C - 1/C^2 they are the curvatures of softmax regression where all C classes are even.
    """
    x = begun(ask).task.part("train")[0][0].double()
    x = torch.cat([x, torch.ones(len(x), 1, dtype=torch.float64)], dim=1)
    return np.asarray(torch.linalg.svdvals(x).square().flip(0) / len(x))


def _descended(ask: Ask) -> tuple[Array, Curve]:
    """Give the updates to the target, [P], and the losses at the rate that needs fewest."""
    safe = 2 / (0.5 * _moments(ask)[-1])  # softmax: no curvature is above half of the inputs'
    runs = [
        follow(ask.changed(f"optimizer.lr={safe * times:.6g}"), {"loss": scored("train")})["loss"]
        for times in MULTIPLES
    ]
    steps = [_reached(run) for run in runs]
    best = int(np.argmin([each.mean() for each in steps]))
    return steps[best], runs[best]


def _reached(run: Curve) -> Array:
    """Give the updates until the target, [P]; the whole run's where it is not reached."""
    there = np.nan_to_num(run.y, nan=np.inf) <= TARGET
    return np.asarray(np.where(there.any(axis=1), run.x[there.argmax(axis=1)], run.x[-1]))


CLAIM = Claim(
    statement="Standardised inputs make the problem better conditioned, and learning faster.",
    source="LeCun, Bottou, Orr & Mueller 1998, Efficient BackProp, sections 4.3 and 5",
    data="real: wine, breast cancer, in their own units",
    recipe={
        "data": {"source": "wine"},
        "network": {"name": "linear"},
        "optimizer": {"rule": "sgd", "lr": 0.1},
        "schedule": "constant",
        "train": {"length": "500steps", "evaluate_every": "1steps", "batch_size": 100000},
    },
    measure=measured,
    quantity="largest over smallest curvature of softmax regression, pairs share their split; "
    "updates of all examples until a training loss of 0.2 nats, at most 500, each arm at the best "
    "of three rates, pairs share initial weights",
    expects=(
        Expect(
            "wine: more stretched raw, tenfold at least",
            of="wine raw, stretch",
            to="wine standardised, stretch",
            ratio=True,
            above=10,
        ),
        Expect(
            "tumours: more stretched raw, tenfold at least",
            of="tumours raw, stretch",
            to="tumours standardised, stretch",
            ratio=True,
            above=10,
        ),
        Expect(
            "wine: at least twice the updates raw",
            of="wine raw",
            to="wine standardised",
            ratio=True,
            above=2,
        ),
        Expect(
            "tumours: at least twice the updates raw",
            of="tumours raw",
            to="tumours standardised",
            ratio=True,
            above=2,
        ),
    ),
    figure=Lines(x="updates", y="training loss, nats", log=True),
    holds_when="Where features differ in scale or lie far from zero. Standardising does not "
    "decorrelate: features that repeat each other, as those of the tumours do, leave the bowl "
    "stretched by a hundred thousand, which costs nothing where the target needs no flat "
    "direction. Rules with a scale for each weight, such as Adam, depend on it less.",
)
