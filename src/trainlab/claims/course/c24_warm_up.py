"""C24: warm-up at large rates and large batches."""

from __future__ import annotations

import math

import numpy as np

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.compared import Compare
from trainlab.comparison.design import Design

__all__ = ["CLAIM"]

RATES = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
"""From one that surely works to one that surely does not."""
SCHEDULES = {
    "none": "schedule={name: cosine}",
    "constant": "schedule={name: cosine, warmup: 10%, warmup_from: 0.1, warmup_shape: constant}",
    "gradual": "schedule={name: cosine, warmup: 10%, warmup_from: 0.1, warmup_shape: linear}",
}
GUESSED = math.log(10)
LOST = GUESSED / 2


def measured(ask: Ask) -> Found:
    """Train each warm-up at each rate; a run that diverged is as good as guessing."""
    arms = {
        f"{name} {rate}": [said, f"optimizer.lr={rate}"]
        for name, said in SCHEDULES.items()
        for rate in RATES
    }
    found = Compare(arms=arms, design=Design(metric="loss"))(ask)
    values, curves = {}, {}
    for name in SCHEDULES:
        losses = np.stack([found.values[f"{name} {rate}"] for rate in RATES], axis=1)
        capped = np.minimum(losses, GUESSED)
        values[name], curves[name] = capped.mean(axis=1), Curve(np.asarray(RATES), capped)
        values[f"{name}, lost"] = 100 * (capped > LOST).mean(axis=1)
    return Found(values=values, curves=curves, notes=found.notes)


CLAIM = Claim(
    statement="At large rates and batches a warm-up is needed, and a gradual one is better than a "
    "constant one, which ends in a jump.",
    source="Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64, 64, 64]},
        "optimizer": {"rule": "momentum", "momentum": 0.9},
        "train": {"length": "200steps", "batch_size": 256, "evaluate_every": "200steps"},
        "seed": 100,
    },
    measure=measured,
    quantity="test loss at the end, guessing at worst, and the share of runs that diverge or end "
    "above half the loss of guessing, over rates 0.025 to 0.8; pairs share split, initial weights "
    "and batches",
    expects=(
        Expect("without, more are lost", of="none, lost", to="gradual, lost", above=5, unit="%"),
        Expect("gradual beats none", of="gradual", to="none", ratio=True, below=0.9),
        Expect("gradual beats constant", of="gradual", to="constant", ratio=True, below=0.9),
    ),
    figure=Lines(x="learning rate", y="test loss at the end, nats", log=True, log_x=True),
    holds_when="Where the first steps bear less than later ones: deep networks with normalisation "
    "or attention, batches of thousands. A small network of ReLUs is not of "
    "that kind: a rate that is too large fails it whenever it is reached, by SGD and Adam as by "
    "momentum.",
)
