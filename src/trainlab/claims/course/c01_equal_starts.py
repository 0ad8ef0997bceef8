"""C01: what starts equal stays equal."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Expect, Found, Lines
from trainlab.claims.probes.populations import follow
from trainlab.engine.training import Training

__all__ = ["CLAIM"]

ARMS = {
    "zeros": "network.init=zeros",
    "constant 0.1": "network.init={name: constant, value: 0.1}",
    "He normal": "network.init=he_normal",
}
ALIKE = 1e-9
"""Two hidden units whose weights differ by no more than this are one."""


def measured(ask: Ask) -> Found:
    """Count the different hidden units of the first layer while it trains."""
    recipes = {arm: ask.changed(change) for arm, change in ARMS.items()}
    curves = {arm: follow(recipe, {arm: different})[arm] for arm, recipe in recipes.items()}
    return Found(values={arm: curve.y[:, -1] for arm, curve in curves.items()}, curves=curves)


def different(training: Training) -> Tensor:
    """Count the rows of the first weight, [P, units, inputs], that no earlier row is like: [P]."""
    population = training.population
    weight = population.layout.unpack(population.theta)["linear1.weight"]
    apart = torch.cdist(weight, weight, compute_mode="donot_use_mm_for_euclid_dist") > ALIKE
    earlier = torch.ones_like(apart[0]).tril(-1)
    return (apart | ~earlier).all(dim=2).sum(dim=1)


CLAIM = Claim(
    statement="Zeros or a constant as initial weights never break the symmetry of hidden units.",
    source="Goodfellow, Bengio & Courville 2016, Deep Learning, section 8.4",
    data="real: digits; the mechanism does not depend on them",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [16, 16], "activation": "tanh"},
        "optimizer": {"rule": "sgd", "lr": 0.1},
        "schedule": "constant",
        "train": {"length": "100steps", "evaluate_every": "10steps", "precision": "fp64"},
    },
    measure=measured,
    quantity="different hidden units of 16 in the first layer after 100 updates",
    expects=(
        Expect("zeros: all 16 are still one", of="zeros", above=1, below=1, unit="units"),
        Expect("a constant: all are one", of="constant 0.1", above=1, below=1, unit="units"),
        Expect("drawn at random: all differ", of="He normal", above=16, below=16, unit="units"),
    ),
    figure=Lines(x="updates", y="different hidden units"),
    holds_when="Always: equal units get equal gradients. Dropout, or a different start of a single "
    "weight, breaks it; so does rounding in the end, where a sum is added up in another order.",
)
