"""C25: clipping, and what it does to an exploding gradient's length and direction."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Expect, Found, Lines, joined
from trainlab.claims.compared import Compare
from trainlab.claims.probes.populations import begun, gradient
from trainlab.comparison.design import Design
from trainlab.rules.around.gradients import clip_by_norm, clip_by_value

__all__ = ["CLAIM"]

LIMIT, VALUE = 0.1, 0.01
TRAINED = Compare(
    arms={
        "not clipped": [],
        "by norm": ["optimizer.clip_norm=1.0"],
        "by value": ["optimizer.clip_value=0.1"],
    },
    design=Design(metric="rmse"),
)


def measured(ask: Ask) -> Found:
    """Compare a gradient's direction before and after, then train with and without."""
    training = begun(ask.changed())
    g = gradient(training, *training.feed.at(0)).double()
    training.feed.close()
    cosines = {
        "cosine, by norm": _cosine(g, clip_by_norm(g, LIMIT)),
        "cosine, by value": _cosine(g, clip_by_value(g, VALUE)),
    }
    directions = Found(values={name: row.numpy() for name, row in cosines.items()})
    return joined(TRAINED(ask), directions)


def _cosine(first: Tensor, second: Tensor) -> Tensor:
    return torch.cosine_similarity(first, second, dim=1)


CLAIM = Claim(
    statement="Clipping saves a recurrent network from exploding gradients; by norm it keeps the "
    "gradient's direction, by value it does not.",
    source="Pascanu, Mikolov & Bengio 2013, section 3.2",
    data="constructed: the adding problem over 40 steps",
    recipe={
        "data": {"source": {"name": "adding", "length": 40, "examples": 1000}},
        "network": {"name": "rnn", "hidden": 32, "activation": "relu"},
        "optimizer": {"rule": "sgd", "lr": 1.0},
        "schedule": "constant",
        "train": {"length": "200steps", "evaluate_every": "20steps", "batch_size": 32},
    },
    measure=measured,
    quantity="root mean squared error on test after 200 updates at one rate, infinite for a run "
    "that diverged; cosine of the first gradient with itself clipped",
    expects=(
        Expect("clipped by norm it ends lower", of="by norm", to="not clipped", below=0),
        Expect("by norm: the same direction", of="cosine, by norm", above=1 - 1e-9, below=1 + 1e-9),
        Expect("by value: another direction", of="cosine, by value", below=0.99),
    ),
    lost=("not clipped",),
    figure=Lines(x="updates", y="validation loss, squared error", log=True),
    holds_when="Where gradients explode: long sequences, a recurrent matrix that stretches, a "
    "large rate. Where none is longer than the limit, clipping does nothing.",
)
