"""C17: momentum damps the oscillation in a narrow valley, Nesterov's more."""

from __future__ import annotations

import numpy as np
import torch

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.paths import QUICK_STEPS, Walk, keys, starts
from trainlab.surfaces import valley

__all__ = ["CLAIM"]

ARMS = {"SGD": "sgd", "momentum": "momentum", "Nesterov": "nesterov"}
BOUNCE = np.linspace(1.05, 1.95, 19)
"""Rate times steepness: above 1 SGD jumps across the valley each step, above 2 it diverges."""
MOMENTUM, STEPS = 0.9, 1200
WAY = 0.1
"""Of the distance along the valley, what is left when a path has arrived."""


def measured(ask: Ask) -> Found:
    """Walk down valleys of other steepness, at rates of equal progress along them."""
    drawn = starts(keys(ask, "start"), (0.5, 0.5, 1.5), (2.0, 2.0, 2.5))
    steep = (10 ** drawn[:, 2]).repeat_interleave(len(BOUNCE))
    start = drawn[:, :2].repeat_interleave(len(BOUNCE), dim=0)
    rate = torch.from_numpy(BOUNCE).repeat(ask.pairs) / steep
    values, curves = {}, {}
    for arm, rule in ARMS.items():
        lr = (rate if arm == "SGD" else rate * (1 - MOMENTUM)).unsqueeze(1)
        steps = QUICK_STEPS if ask.quick else STEPS
        path = Walk(rule, valley(steep), steps).path(start, lr, keys(ask, "none"))
        moved = path[..., 1].diff(dim=0).abs().sum(dim=0) / start[:, 1]
        across = moved.reshape(ask.pairs, len(BOUNCE)).numpy()
        values[arm] = np.exp(np.log(across).mean(axis=1))
        curves[arm] = Curve(BOUNCE, across)
        near = path[..., 0].abs() < (np.inf if ask.quick else WAY) * start[:, 0]
        arrived = (near.int().argmax(dim=0) + 1).double().log()
        values[f"{arm}, updates"] = arrived.reshape(ask.pairs, -1).mean(dim=1).exp().numpy()
    return Found(values=values, curves=curves)


CLAIM = Claim(
    statement="Momentum damps the oscillation in a narrow valley, Nesterov's more.",
    source="Qian 1999; Sutskever, Martens, Dahl & Hinton 2013, section 2",
    data="constructed: straight valleys of condition numbers 32 to 320",
    recipe={},
    pairs=16,
    measure=measured,
    quantity="path across the valley over the first distance from its floor (1: no oscillation), "
    "a mean over rates at which SGD bounces; with momentum at 1 - momentum times SGD's rate, so "
    "that all go equally fast along the valley; pairs share valley and start",
    expects=(
        Expect("momentum damps", of="momentum", to="SGD", ratio=True, below=1),
        Expect("Nesterov's damps", of="Nesterov", to="SGD", ratio=True, below=1),
        Expect("and more", of="Nesterov", to="momentum", ratio=True, below=1),
        Expect(
            "at equal progress along the valley",
            of="momentum, updates",
            to="SGD, updates",
            ratio=True,
            above=0.8,
            below=1.25,
        ),
    ),
    figure=Lines(
        x="SGD's rate x steepness", y="path across / first distance (1: none lost)", log=True
    ),
    holds_when="At equal progress heavy ball damps only where SGD is near the largest rate that "
    "the walls allow (2 / steepness): there SGD bounces for long. Below, heavy ball swings wider "
    "than SGD bounces, since it rolls on; Nesterov's look ahead brakes it. What momentum buys is "
    "speed along the valley.",
)
