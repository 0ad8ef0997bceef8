"""C09: inputs on one scale make a rounder bowl."""

from __future__ import annotations

from trainlab.claims.claim import Claim, Expect, Lines
from trainlab.claims.probes.bowls import Descent, Stretch
from trainlab.claims.recipes import sgd
from trainlab.claims.together import Together

__all__ = ["CLAIM"]

ARMS = {
    "wine raw": [],
    "wine standardised": ["data.preprocess=[standardize]"],
    "tumours raw": ["data.source=breast_cancer"],
    "tumours standardised": ["data.source=breast_cancer", "data.preprocess=[standardize]"],
}

CLAIM = Claim(
    statement="Standardised inputs make the problem better conditioned, and learning faster.",
    source="LeCun, Bottou, Orr & Mueller 1998, Efficient BackProp, sections 4.3 and 5",
    data="real: wine, breast cancer, in their own units",
    recipe={
        **sgd(lr=0.1),
        "data": {"source": "wine"},
        "network": "linear",
        "train": {"length": "500steps", "evaluate_every": "1steps", "batch_size": 100000},
    },
    measure=Together(Descent(arms=ARMS, target=0.2, rates=(1.0, 4.0, 16.0)), Stretch(arms=ARMS)),
    quantity="largest over smallest curvature of softmax regression, pairs share their split; "
    "updates of all examples until a training loss of 0.2 nats, at most 500, each arm at the best "
    "of three rates, pairs share initial weights",
    expects=(
        *(
            Expect(
                f"{data}: more stretched raw, tenfold at least",
                of=f"{data} raw, stretch",
                to=f"{data} standardised, stretch",
                ratio=True,
                above=10,
            )
            for data in ("wine", "tumours")
        ),
        *(
            Expect(
                f"{data}: at least twice the updates raw",
                of=f"{data} raw",
                to=f"{data} standardised",
                ratio=True,
                above=2,
            )
            for data in ("wine", "tumours")
        ),
    ),
    figure=Lines(x="updates", y="training loss, nats", log=True),
    holds_when="Where features differ in scale or lie far from zero. Standardising does not "
    "decorrelate: features that repeat each other, as those of the tumours do, leave the bowl "
    "stretched by a hundred thousand, which costs nothing where the target needs no flat "
    "direction. Rules with a scale for each weight, such as Adam, depend on it less.",
)
