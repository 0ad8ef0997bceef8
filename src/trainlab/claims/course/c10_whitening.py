"""C10: decorrelating goes further than standardising."""

from trainlab.claims.probes.conditioning import Conditioning
from trainlab.claims.say import DIGITS, Claim, Compare, Expect, Lines, Together, reaching, sgd, vary

__all__ = ["CLAIM"]

ARMS = vary(
    "network.norm", {"no norm": "none", "batch norm": "batch", "decorrelated": "decorrelated"}
)

CLAIM = Claim(
    statement="Whitening the activations, by decorrelated batch norm, conditions them better than "
    "batch norm does, and learns faster.",
    source="Huang, Yang, Lang & Deng 2018, sections 3 and 4.1",
    data="real: digits",
    recipe={
        **DIGITS,
        **sgd(lr=0.3),
        "network": {"name": "mlp", "widths": [32, 32], "activation": "relu"},
        "train": {"length": "200steps", "evaluate_every": "4steps", "batch_size": 128},
    },
    measure=Together(
        Conditioning(arms=ARMS, layer="linear2", examples=512),
        Compare(arms=ARMS, design=reaching(0.93, tune="optimizer.lr=0.05..5", trials=5)),
    ),
    quantity="condition number of the covariance of the 32 activations that enter the second "
    "layer, normalised over 512 examples, at the start and after 200 updates; updates until 93 % "
    "of validation is right, each arm at its own tuned rate",
    expects=(
        Expect("start: a fifth lower", "decorrelated, start", over="batch norm, start", below=0.8),
        Expect("end: a fifth lower", "decorrelated, end", over="batch norm, end", below=0.8),
        Expect("decorrelated: fewer updates", "decorrelated", over="batch norm", below=1),
    ),
    figure=Lines(x="updates", y="condition number of what enters layer 2", log=True),
    holds_when="The conditioning always. The speed where poor conditioning limits it: here batch "
    "norm is fast already, and decorrelating takes more updates, at each of the rates 0.1, 0.3, 1 "
    "and 2.3 as at the tuned ones. Deeper networks and larger batches may turn it round; neither "
    "is tested here.",
)
