"""C19: without bias correction Adam's first steps have the wrong size."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.populations import follow
from trainlab.engine.training import Training

__all__ = ["CLAIM"]

ARMS = {
    "corrected": "optimizer.rule={direction: averaged, preconditioner: rms_debiased}",
    "uncorrected": "optimizer.rule={direction: smoothed, preconditioner: rms}",
}
FIRST = 10


def measured(ask: Ask) -> Found:
    """Measure how far weights move in a step, in units of the rate."""
    values, curves = {}, {}
    for arm, rule in ARMS.items():
        curve = follow(ask.changed(rule, "optimizer.beta2=0.999"), {arm: Moved()})[arm]
        curves[arm] = Curve(curve.x[1:], curve.y[:, 1:])
        values[f"{arm}, first"] = curve.y[:, 1]
        values[arm] = np.exp(np.log(curve.y[:, 1 : FIRST + 1]).mean(axis=1))
    return Found(values=values, curves=curves)


class Moved:
    """Gives the root mean square of the last step over the rate, of the weights that moved: [P]."""

    def __init__(self) -> None:
        self.before: Tensor | None = None

    def __call__(self, training: Training) -> Tensor:
        """Look at a population after a step."""
        theta = training.population.theta.double()
        step = theta - (theta if self.before is None else self.before)
        self.before = theta.clone()
        moved = (step != 0).sum(dim=1).clamp(min=1)
        return (step.square().sum(dim=1) / moved).sqrt() / RATE


RATE = 1e-3

CLAIM = Claim(
    statement="Without bias correction Adam's first steps have the wrong size.",
    source="Kingma & Ba 2015, section 3 and section 6.4",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64]},
        "optimizer": {"rule": "adam", "lr": RATE},
        "schedule": "constant",
        "train": {"length": "50steps", "evaluate_every": "1steps", "precision": "fp64"},
    },
    measure=measured,
    quantity=f"root mean square of a weight's step over the rate, at the first step and over the "
    f"first {FIRST}; beta1 0.9, beta2 0.999; pairs share initial weights and batches",
    expects=(
        Expect("corrected: the first is the rate", of="corrected, first", above=0.9, below=1.1),
        Expect("uncorrected: the first is too long", of="uncorrected, first", above=2),
        Expect(
            "the first ten are twice too long at least",
            of="uncorrected",
            to="corrected",
            ratio=True,
            above=2,
        ),
    ),
    figure=Lines(x="updates", y="step / rate", log_x=True, log=True),
    holds_when="With beta2 closer to 1 than beta1, as usual: the first step is then (1 - beta1) / "
    "sqrt(1 - beta2) of the rate, 3.2 with the usual values, and 1 with beta2 = 0.99.",
)
