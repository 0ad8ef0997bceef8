"""C18: a rate that decays until it stalls, and what it is good for."""

from trainlab.claims.probes.fading import FadingRate
from trainlab.claims.probes.gains import Gain
from trainlab.claims.probes.valleys import BentValley
from trainlab.claims.say import DIGITS, TUNED, Claim, Expect, Lines, Together, vary

__all__ = ["CLAIM"]

FADING = {"AdaGrad": "adagrad", "RMSprop": "rmsprop"}
SHINING = vary("optimizer.rule", {"AdaGrad": "adagrad", "SGD": "sgd"})
RATES = tuple(10 ** (place / 4) for place in range(-14, 2))
TEXTS = ["network={name: linear}", "data.preprocess=[]", "train.length=2ep", "train.batch_size=16"]
WORDS = {
    "sparse": ["data.source={name: words, exponent: 1}", *TEXTS],
    "dense": ["data.source={name: words, exponent: 0}", *TEXTS],
}

CLAIM = Claim(
    statement="AdaGrad's rate decays until it stalls, RMSprop's does not; on sparse features "
    "AdaGrad shines.",
    source="Duchi, Hazan & Singer 2011, section 1.3; Tieleman & Hinton 2012, lecture 6.5",
    data="real: digits, for the rates; constructed: Rosenbrock's valley, and texts of 200 words "
    "that are rare by Zipf's law (sparse) or all in half of the texts (dense)",
    recipe={
        **DIGITS,
        "network": {"name": "mlp", "widths": [32, 32]},
        "optimizer": {"rule": "adagrad"},
        "schedule": "constant",
        "train": {"length": "1000steps", "batch_size": 32, "evaluate_every": "25steps"},
    },
    pairs=12,
    measure=Together(
        FadingRate(arms=vary("optimizer.rule", FADING)),
        BentValley(arms=FADING, rates=RATES),
        Gain(arms=SHINING, problems=WORDS, design=TUNED),
    ),
    quantity="rate of the median weight at the end over that after a tenth of the run; updates "
    "down the valley, each rule at the best of 16 rates; gain in test accuracy of AdaGrad over "
    "SGD, both tuned; pairs share start, split and batches",
    expects=(
        Expect("AdaGrad's rate halves", "AdaGrad, rate", factor=True, below=0.5),
        Expect("RMSprop's does not", "RMSprop, rate", factor=True, above=0.5),
        Expect("AdaGrad is slower", "AdaGrad, updates", over="RMSprop, updates", above=1),
        Expect("sparse: AdaGrad is better than SGD", "gain, sparse", above=1, unit="points"),
        Expect("more than where dense", "gain, sparse", less="gain, dense", above=0, unit="points"),
    ),
    figure=Lines(x="updates", y="rate of the median weight / after a tenth", log=True),
    holds_when="The sum of squares grows for as long as gradients do not fade: with much noise, or "
    "a loss that stays up. Where gradients go to 0, as on data that the network learns by heart, "
    "the sum settles and so does the rate; a larger lr makes up for what it lost.",
)
