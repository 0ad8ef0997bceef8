"""C25: clipping, and what it does to an exploding gradient's length and direction."""

from trainlab.claims.probes.clipping import ClippedDirection
from trainlab.claims.say import Claim, Compare, Design, Expect, Lines, Together, sgd

__all__ = ["CLAIM"]

TRAINED = Compare(
    arms={
        "not clipped": [],
        "by norm": ["optimizer.clip_norm=1.0"],
        "by value": ["optimizer.clip_value=0.1"],
    },
    design=Design(metric="rmse"),
)

CLAIM = Claim(
    statement="Clipping saves a recurrent network from exploding gradients; by norm it keeps the "
    "gradient's direction, by value it does not.",
    source="Pascanu, Mikolov & Bengio 2013, section 3.2",
    data="constructed: the adding problem over 40 steps",
    recipe={
        **sgd(lr=1.0),
        "data": {"source": {"name": "adding", "length": 40, "examples": 1000}},
        "network": {"name": "rnn", "hidden": 32, "activation": "relu"},
        "train": {"length": "200steps", "evaluate_every": "20steps", "batch_size": 32},
    },
    measure=Together(TRAINED, ClippedDirection(norm=0.1, value=0.01)),
    quantity="root mean squared error on test after 200 updates at one rate, infinite for a run "
    "that diverged; cosine of the first gradient with itself clipped",
    expects=(
        Expect("clipped by norm it ends lower", "by norm", less="not clipped", below=0),
        Expect("by norm: the same direction", "cosine, by norm", above=1 - 1e-9, below=1 + 1e-9),
        Expect("by value: another direction", "cosine, by value", below=0.99),
    ),
    lost=("not clipped",),
    figure=Lines(x="updates", y="validation loss, squared error", log=True),
    holds_when="Where gradients explode: long sequences, a recurrent matrix that stretches, a "
    "large rate. Where none is longer than the limit, clipping does nothing.",
)
