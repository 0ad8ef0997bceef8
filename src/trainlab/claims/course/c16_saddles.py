"""C16: SGD stalls at a saddle that momentum, RMSprop, Adam and noise leave."""

from __future__ import annotations

import numpy as np
import torch

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.paths import QUICK_STEPS, Walk, keys, starts, until
from trainlab.surfaces.functions import DEPTH, saddle

__all__ = ["CLAIM"]

ARMS = {
    "SGD": ("sgd", 0.0),
    "momentum": ("momentum", 0.0),
    "RMSprop": ("rmsprop", 0.0),
    "Adam": ("adam", 0.0),
    "SGD + noise": ("sgd", 0.01),
}
RATES = tuple(10 ** (place / 4) for place in range(-12, 4))
STEPS, DRAWN = 2000, 60


def measured(ask: Ask) -> Found:
    """Walk from beside the saddle's ridge, each rule at its own best rate, and from the ridge."""
    steps = QUICK_STEPS if ask.quick else STEPS
    level = np.inf if ask.quick else -DEPTH / 2
    start, other = (beside(keys(ask, "start", tuning=tuning)) for tuning in (False, True))
    both = torch.cat([start, start * torch.tensor([1.0, 0.0])])
    values, curves, notes = {}, {}, []
    drawn = np.unique(np.geomspace(1, steps, DRAWN).astype(int))
    for arm, (rule, noise) in ARMS.items():
        over, key = Walk(rule, saddle, steps, noise), keys(ask, "noise")
        rate = over.best_rate(other, RATES, keys(ask, "noise", tuning=True), level)
        path = over.path(both, rate, key.repeat(2))
        taken = until(over.losses(path), level)
        values[arm] = taken[: ask.pairs].numpy()
        away = path[drawn, : ask.pairs, 1].abs()
        curves[arm] = Curve(drawn.astype(float), away.T.numpy())
        left = int(taken[ask.pairs :].isfinite().sum())
        notes.append(f"{arm}: best rate {rate:.3g}; {left} of {ask.pairs} leave the ridge itself")
    return Found(values=values, curves=curves, notes=tuple(notes))


def beside(key: torch.Tensor) -> torch.Tensor:
    """Start within 1 of the saddle along x, and 1e-10 to 1e-4 beside the ridge."""
    x, decades = starts(key, (-1.0, -10.0), (1.0, -4.0)).unbind(dim=1)
    return torch.stack([x, 10**decades], dim=1)


CLAIM = Claim(
    statement="SGD stalls at a saddle that momentum, RMSprop, Adam and gradient noise leave.",
    source="Dauphin et al. 2014, section 4; Ge, Huang, Jin & Yuan 2015; Jin et al. 2017",
    data="constructed: a saddle of curvatures 1 and -0.01, beside whose ridge the paths begin",
    recipe={},
    pairs=64,
    measure=measured,
    quantity="updates until the loss stays below half the way down to the minimum, each rule at "
    "the best of 16 rates, found on other starts; pairs share the start",
    expects=tuple(
        Expect(f"{arm} needs at most half of SGD's", of=arm, to="SGD", ratio=True, below=0.5)
        for arm in list(ARMS)[1:]
    ),
    figure=Lines(x="updates", y="distance from the ridge (minimum: 1)", log_x=True, log=True),
    holds_when="Where the way down is far gentler than the walls, which limit SGD's rate; SGD is "
    "slow there, not stuck. On the ridge itself no rule leaves without noise: the gradient along "
    "the way down is 0, and so is its momentum and its RMS.",
)
