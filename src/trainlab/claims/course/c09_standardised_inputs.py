"""C09: inputs on one scale make a rounder bowl."""

from trainlab.claims.probes.bowls import Descent, Stretch
from trainlab.claims.say import Claim, Expect, Lines, Together, sgd

__all__ = ["CLAIM"]

CANCER, STANDARDISED = "data.source=breast_cancer", "data.preprocess=[standardize]"
ARMS = {
    "wine raw": [],
    "wine scaled": [STANDARDISED],
    "cancer raw": [CANCER],
    "cancer scaled": [CANCER, STANDARDISED],
}

CLAIM = Claim(
    statement="Standardised inputs make the problem better conditioned, and learning faster.",
    source="LeCun, Bottou, Orr & Mueller 1998, Efficient BackProp, sections 4.3 and 5",
    data="real: wine, breast cancer, in their own units or standardised",
    recipe={
        **sgd(lr=0.1),
        "data": {"source": "wine"},
        "network": "linear",
        "train": {"length": "500steps", "evaluate_every": "1steps", "batch_size": 100000},
    },
    measure=Together(Descent(arms=ARMS, target=0.2, rates=(1.0, 4.0, 16.0)), Stretch(arms=ARMS)),
    quantity="largest over smallest curvature of softmax regression; updates by all examples until "
    "a training loss of 0.2 nats, at most 500, each arm at the best of three rates; pairs share "
    "split and initial weights",
    expects=(
        Expect("wine: rounder", "wine raw, stretch", over="wine scaled, stretch", above=10),
        Expect("wine: sooner", "wine raw", over="wine scaled", above=2),
        Expect("cancer: rounder", "cancer raw, stretch", over="cancer scaled, stretch", above=10),
        Expect("cancer: sooner", "cancer raw", over="cancer scaled", above=2),
    ),
    figure=Lines(x="updates", y="training loss, nats", log_x=True, log=True),
    holds_when="Where features differ in scale or lie far from zero. Standardising does not "
    "decorrelate: features that repeat each other, as those of the tumours do, leave the bowl "
    "stretched by a hundred thousand, which costs nothing where the target needs no flat "
    "direction. Rules with a scale for each weight, such as Adam, depend on it less.",
)
