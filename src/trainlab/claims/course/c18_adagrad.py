"""C18: AdaGrad's rate decays until it stalls, RMSprop's does not; AdaGrad is for sparse features.

Three experiments: rates on digits, a long valley, texts whose words are rare or not.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.compared import Compare
from trainlab.claims.probes.paths import QUICK_STEPS, Walk, keys, starts, until
from trainlab.claims.probes.populations import follow
from trainlab.comparison.design import Design
from trainlab.engine.training import Training
from trainlab.surfaces import rosenbrock

__all__ = ["CLAIM"]

ARMS = {"AdaGrad": "adagrad", "RMSprop": "rmsprop"}
EARLY = 0.1
RATES = tuple(10 ** (place / 4) for place in range(-14, 2))
LEVEL, STEPS = 1e-2, 2000
TEXTS = ["network={name: linear}", "data.preprocess=[]", "train.length=2ep", "train.batch_size=16"]


def measured(ask: Ask) -> Found:
    """Read the rates of a training, walk down a bent valley, and learn texts."""
    values, curves = {}, {}
    for arm, rule in ARMS.items():
        seen = follow(ask.changed(f"optimizer.rule={rule}"), {arm: rate})[arm]
        early = next(k for k, x in enumerate(seen.x) if x >= EARLY * seen.x[-1])
        kept = seen.y[:, early:] / seen.y[:, early, None]
        curves[arm] = Curve(seen.x[early:], kept)
        values[f"{arm}, rate"] = kept[:, -1]
        values[f"{arm}, updates"] = arrived(ask, rule)
    notes = []
    for kind, exponent in (("sparse", 1), ("dense", 0)):
        found = texts(exponent)(ask)
        values[f"gain, {kind}"] = found.values["AdaGrad"] - found.values["SGD"]
        notes += [f"{kind}: {note}" for note in found.notes if note.startswith("best")]
    return Found(values=values, curves=curves, notes=tuple(notes))


def rate(training: Training) -> Tensor:
    """Give the median over the weights of one over the root of what was gathered, [P]."""
    return 1 / (training.population.slots["v"].sqrt().median(dim=1).values + 1e-10)


def arrived(ask: Ask, rule: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Count the updates down Rosenbrock's valley, at the rule's best rate; twice all if never."""
    over = Walk(rule, rosenbrock, QUICK_STEPS if ask.quick else STEPS)
    own, other = (
        starts(keys(ask, "start", tuning=tuning), (-2, -1), (2, 3)) for tuning in (False, True)
    )
    best = over.best_rate(other, RATES, keys(ask, "none", tuning=True), LEVEL)
    loss = over.losses(over.path(own, best, keys(ask, "none")))
    return np.asarray(until(loss, LEVEL).clamp(max=2.0 * over.steps))


def texts(exponent: int) -> Compare:
    """Compare AdaGrad with SGD on words of which few are common, or all alike."""
    source = f"data.source={{name: words, exponent: {exponent}}}"
    return Compare(
        arms={
            "AdaGrad": [source, *TEXTS, "optimizer.rule=adagrad"],
            "SGD": [source, *TEXTS, "optimizer.rule=sgd"],
        },
        design=Design(tune=("optimizer.lr",), trials=8, halving=False),
    )


CLAIM = Claim(
    statement="AdaGrad's rate decays until it stalls, RMSprop's does not; on sparse features "
    "AdaGrad shines.",
    source="Duchi, Hazan & Singer 2011, section 1.3; Tieleman & Hinton 2012, lecture 6.5",
    data="real: digits, for the rates; constructed: Rosenbrock's valley, and texts of 200 words "
    "that are rare by Zipf's law (sparse) or all in half of the texts (dense)",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [32, 32]},
        "optimizer": {"rule": "adagrad"},
        "schedule": "constant",
        "train": {"length": "1000steps", "batch_size": 32, "evaluate_every": "25steps"},
    },
    pairs=12,
    measure=measured,
    quantity="rate of the median weight at the end over that after a tenth of the run; updates "
    "down the valley, each rule at the best of 16 rates; gain in test accuracy of AdaGrad over "
    "SGD, both tuned; pairs share start, split and batches",
    expects=(
        Expect("AdaGrad's rate halves at least", of="AdaGrad, rate", ratio=True, below=0.5),
        Expect("RMSprop's does not", of="RMSprop, rate", ratio=True, above=0.5),
        Expect(
            "AdaGrad arrives later",
            of="AdaGrad, updates",
            to="RMSprop, updates",
            ratio=True,
            above=1,
        ),
        Expect("sparse: AdaGrad is better than SGD", of="gain, sparse", above=1, unit="points"),
        Expect(
            "more so than where features are dense",
            of="gain, sparse",
            to="gain, dense",
            above=0,
            unit="points",
        ),
    ),
    figure=Lines(x="updates", y="rate of the median weight / after a tenth", log=True),
    holds_when="The sum of squares grows for as long as gradients do not fade: with much noise, or "
    "a loss that stays up. Where gradients go to 0, as on data that the network learns by heart, "
    "the sum settles and so does the rate; a larger lr makes up for what it lost.",
)
