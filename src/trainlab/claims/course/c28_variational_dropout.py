"""C28: dropout in recurrent networks, one mask for all steps or another at each."""

from trainlab.claims.say import Claim, Compare, Expect, Lines

__all__ = ["CLAIM"]

DROPPED = ["regularize.input_dropout=0.25", "regularize.recurrent_dropout=0.25"]

CLAIM = Claim(
    statement="In recurrent networks dropout with one mask for all steps beats dropout that draws "
    "another at each step.",
    source="Gal & Ghahramani 2016, A theoretically grounded application of dropout in recurrent "
    "neural networks, sections 4 and 5",
    data="real: digits, read row by row, 270 of them to learn from",
    recipe={
        "data": {"source": "digits", "split": {"val": 0.1, "test": 0.75}},
        "network": {"name": "lstm", "hidden": 64},
        "optimizer": {"rule": "adam", "lr": 0.003, "clip_norm": 1.0},
        "schedule": "cosine",
        "train": {"length": "400steps", "batch_size": 32, "evaluate_every": "40steps"},
    },
    measure=Compare(
        arms={
            "none": [],
            "each step": [*DROPPED, "network.variational=false"],
            "one mask": DROPPED,
        },
    ),
    quantity="test accuracy after 400 updates, dropout 0.25 on inputs and state",
    expects=(
        Expect("one mask beats many", "one mask", less="each step", above=0.5, unit="points"),
        Expect("one mask helps", "one mask", less="none", above=0.5, unit="points"),
    ),
    figure=Lines(x="updates", y="validation loss, nats"),
    holds_when="Where sequences are long and the network overfits: noise drawn anew at each step "
    "adds up in the state, and erases memory. Over eight steps little adds up, and one mask on the "
    "inputs blinds a whole column of pixels, which another mask at each step does not.",
)
