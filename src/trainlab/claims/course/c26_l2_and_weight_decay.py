"""C26: when a penalty on the weights is the same as shrinking them."""

from __future__ import annotations

import numpy as np
import torch

from trainlab.claims.claim import Ask, Claim, Dots, Expect, Found
from trainlab.claims.probes.populations import trained
from trainlab.comparison.statistics.interval import Array

__all__ = ["CLAIM"]

RULES = {"SGD": "sgd", "Adam": "adam"}


def measured(ask: Ask) -> Found:
    """Train with the penalty and with the decay, and compare where the weights end."""
    return Found(values={name: _apart(ask, rule) for name, rule in RULES.items()})


def _apart(ask: Ask, rule: str) -> Array:
    """Give the distance of the two ends as a share of the weights' length, [P]."""
    ends = [
        trained(ask.changed(f"optimizer.rule={rule}", f"optimizer.decay={way}")).population.theta
        for way in ("coupled", "decoupled")
    ]
    far = torch.linalg.vector_norm(ends[0] - ends[1], dim=1)
    return np.asarray((far / torch.linalg.vector_norm(ends[1], dim=1)).numpy())


CLAIM = Claim(
    statement="An L2 penalty equals weight decay under SGD, and not under Adam.",
    source="Loshchilov & Hutter 2019, propositions 1 and 2",
    data="real: digits; mathematics says the first half of any",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [32], "activation": "tanh"},
        "optimizer": {"lr": 0.01, "weight_decay": 0.1},
        "train": {"length": "200steps", "evaluate_every": "200steps", "precision": "fp64"},
    },
    measure=measured,
    quantity="distance of the weights after 200 updates, penalty against decay, as a share of "
    "their length; same initial weights and batches",
    expects=(
        Expect("SGD: the same to rounding", of="SGD", below=1e-12),
        Expect("Adam: other weights", of="Adam", above=0.01),
    ),
    figure=Dots(y="distance, share of the weights' length", log=True),
    holds_when="Plain SGD, where the decay is multiplied by the rate. Momentum averages the "
    "penalty along with the gradient, and Adam divides it by the gradient's size.",
)
