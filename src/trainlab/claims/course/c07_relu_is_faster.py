"""C07: ReLU learns faster than tanh, and tanh faster than the sigmoid."""

from trainlab.claims.say import DIGITS, Claim, Compare, Expect, Lines, reaching, sgd

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Networks of ReLUs learn faster than those of tanh, and these faster than sigmoids.",
    source="Krizhevsky, Sutskever & Hinton 2012, section 3.1; Glorot, Bordes & Bengio 2011",
    data="real: digits",
    recipe={
        **DIGITS,
        **sgd(lr=0.1),
        "network": {"name": "mlp", "widths": [64, 64, 64], "init": "xavier_normal"},
        "train": {"length": "400steps", "evaluate_every": "4steps"},
    },
    any_recipe=True,
    measure=Compare(
        arms={
            "ReLU": ["network.activation=relu", "network.init=he_normal"],
            "tanh": ["network.activation=tanh"],
            "sigmoid": ["network.activation=sigmoid"],
        },
        design=reaching(0.92),
        curve="val/accuracy",
    ),
    quantity="updates until 92 % of validation is right, each arm at its own tuned rate",
    expects=(
        Expect("ReLU takes fewer than tanh", "ReLU", over="tanh", below=1),
        Expect("tanh takes fewer than sigmoid", "tanh", over="sigmoid", below=1),
    ),
    figure=Lines(x="updates", y="validation accuracy"),
    holds_when="In networks so deep, or on inputs so large, that tanh saturates; and by the clock, "
    "since max(0, x) is cheap. With standardised inputs and three layers tanh does not saturate "
    "and bears as large a rate, at which some runs of ReLUs are lost.",
)
