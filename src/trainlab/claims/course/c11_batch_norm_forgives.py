"""C11: batch norm takes larger rates, and starts that are ten times too small or too large."""

from trainlab.claims.probes.forgiving import LargestRate, SpreadOverStarts
from trainlab.claims.say import DIGITS, Claim, Expect, Lines, Together, sgd, vary

__all__ = ["CLAIM"]

ARMS = vary("network.norm", {"batch norm": "batch", "no norm": "none"})

CLAIM = Claim(
    statement="Batch norm allows larger learning rates and forgives the scale of the initial "
    "weights.",
    source="Ioffe & Szegedy 2015, section 3.3; Bjorck, Gomes, Selman & Weinberger 2018",
    data="real: digits",
    recipe={
        **DIGITS,
        **sgd(lr=0.1),
        "network": {"name": "mlp", "widths": [32, 32, 32, 32], "activation": "relu"},
        "train": {"length": "200steps", "evaluate_every": "200steps"},
    },
    measure=Together(
        LargestRate(arms=ARMS, rates=[0.03 * 2**power for power in range(9)], trains=90.0),
        SpreadOverStarts(arms=ARMS, scales=(0.1, 0.3, 1.0, 3.0, 10.0), rates=(0.01, 0.1, 1.0)),
    ),
    quantity="largest of nine rates, 0.03 to 7.68, that gives 90 % test accuracy after 200 "
    "updates; range of the test accuracy over starts from 0.1 to 10 times He's, each at the best "
    "of three rates; pairs share split and seed",
    expects=(
        Expect("rates twice as large", "batch norm, rate", over="no norm, rate", above=2),
        Expect(
            "less spread", "batch norm, spread", less="no norm, spread", below=-5, unit="points"
        ),
    ),
    figure=Lines(x="learning rate", y="test accuracy after 200 updates", log_x=True),
    holds_when="In networks of several layers without skip connections, such as this one. The "
    "forgiveness is not whole: weights that start ten times too large make batch norm's steps a "
    "hundred times smaller in effect, which takes larger rates or more updates.",
)
