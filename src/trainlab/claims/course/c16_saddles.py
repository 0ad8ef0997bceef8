"""C16: SGD stalls at a saddle that momentum, RMSprop, Adam and noise leave."""

from trainlab.claims.probes.saddles import SaddleEscape
from trainlab.claims.say import Claim, Expect, Lines

__all__ = ["CLAIM"]

LEAVING = {
    "momentum": ("momentum", 0.0),
    "RMSprop": ("rmsprop", 0.0),
    "Adam": ("adam", 0.0),
    "SGD + noise": ("sgd", 0.01),
}

CLAIM = Claim(
    statement="SGD stalls at a saddle that momentum, RMSprop, Adam and gradient noise leave.",
    source="Dauphin et al. 2014, section 4; Ge, Huang, Jin & Yuan 2015; Jin et al. 2017",
    data="constructed: a saddle of curvatures 1 and -0.01, beside whose ridge the paths begin",
    recipe={},
    pairs=64,
    measure=SaddleEscape(
        arms={"SGD": ("sgd", 0.0), **LEAVING},
        rates=tuple(10 ** (place / 4) for place in range(-12, 4)),
    ),
    quantity="updates until the loss stays below half the way down to the minimum, each rule at "
    "the best of 16 rates, found on other starts; pairs share the start",
    expects=tuple(
        Expect(f"{arm} needs at most half of SGD's", arm, over="SGD", below=0.5) for arm in LEAVING
    ),
    figure=Lines(x="updates", y="distance from the ridge (minimum: 1)", log_x=True, log=True),
    holds_when="Where the way down is far gentler than the walls, which limit SGD's rate; SGD is "
    "slow there, not stuck. On the ridge itself no rule leaves without noise: the gradient along "
    "the way down is 0, and so is its momentum and its RMS.",
)
