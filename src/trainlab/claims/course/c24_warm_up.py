"""C24: warm-up at large rates and large batches."""

import math

from trainlab.claims.probes.lost_runs import LostRuns
from trainlab.claims.say import DIGITS, Claim, Expect, Lines

__all__ = ["CLAIM"]

WARM_UPS = {
    "none": ["schedule={name: cosine}"],
    "constant": ["schedule={name: cosine, warmup: 10%, warmup_from: 0.1, warmup_shape: constant}"],
    "gradual": ["schedule={name: cosine, warmup: 10%, warmup_from: 0.1, warmup_shape: linear}"],
}

CLAIM = Claim(
    statement="At large rates and batches a warm-up is needed, and a gradual one is better than a "
    "constant one, which ends in a jump.",
    source="Goyal et al. 2017, Accurate, large minibatch SGD, section 2.2",
    data="real: digits",
    recipe={
        **DIGITS,
        "network": {"name": "mlp", "widths": [64, 64, 64]},
        "optimizer": {"rule": "momentum", "momentum": 0.9},
        "train": {"length": "200steps", "batch_size": 256, "evaluate_every": "200steps"},
        "seed": 100,
    },
    measure=LostRuns(arms=WARM_UPS, rates=(0.025, 0.05, 0.1, 0.2, 0.4, 0.8), guessing=math.log(10)),
    quantity="test loss at the end, guessing at worst, and the share of runs that diverge or end "
    "above half the loss of guessing, over rates 0.025 to 0.8",
    expects=(
        Expect("none: more are lost", "none, lost", less="gradual, lost", above=5, unit="points"),
        Expect("gradual beats none", "gradual", over="none", below=0.9),
        Expect("gradual beats constant", "gradual", over="constant", below=0.9),
    ),
    figure=Lines(x="learning rate", y="test loss at the end, nats", log=True, log_x=True),
    holds_when="Where the first steps bear less than later ones: deep networks with normalisation "
    "or attention, batches of thousands. A small network of ReLUs is not of that kind: a rate that "
    "is too large fails it whenever it is reached, by SGD and Adam as by momentum.",
)
