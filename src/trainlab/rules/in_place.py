"""Products of factors written in place, as torch writes them, for what torch has no fused kernel.

A rule's expression makes a new tensor a pass; in place there are about half as many passes, and
little new memory. They take numbers, since torch's in-place operations do. On a CPU as many weights
are stepped at a time as stay in its cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps

import torch
from torch import Tensor

from trainlab.rules import directions, preconditioners
from trainlab.rules.algebra import Law
from trainlab.rules.blocks import blocks

__all__ = ["IN_PLACE", "in_cache", "rectifier_at"]

Slots = dict[str, Tensor]
Numbers = Mapping[str, float]
Step = Callable[[Tensor, Tensor, Slots, Numbers], None]
IN_CACHE = 1 << 18
"""Weights that are stepped at a time on a CPU."""
BLOCK = 512
"""Steps of which a number is tabulated at a time."""


def rmsprop_centred(theta: Tensor, g: Tensor, slots: Slots, h: Numbers) -> None:
    """Divide by the root of v - a^2."""
    v, a = _squares(g, slots, h), slots["a"].lerp_(g, 1 - h["beta2"])
    spread = v.addcmul(a, a, value=-1).clamp_(min=0).sqrt_().add_(h["eps"])
    theta.addcdiv_(g, spread, value=-h["lr"])


def adadelta(theta: Tensor, g: Tensor, slots: Slots, h: Numbers) -> None:
    """Scale by the root of d over the root of v."""
    v, d = _squares(g, slots, h), slots["d"]
    step = d.add(h["eps"]).sqrt_().div_(v.add(h["eps"]).sqrt_()).mul_(g)
    d.mul_(h["beta2"]).addcmul_(step, step, value=1 - h["beta2"])
    theta.sub_(step, alpha=h["lr"])


def adamax(theta: Tensor, g: Tensor, slots: Slots, h: Numbers) -> None:
    """Divide by the fading maximum."""
    m, rate = _average(g, slots, h)
    u = slots["u"].mul_(h["beta2"])
    torch.maximum(u, g.abs().add_(h["eps"]), out=u)
    theta.addcdiv_(m, u, value=-rate)


def lion(theta: Tensor, g: Tensor, slots: Slots, h: Numbers) -> None:
    """Go by the signs of an average that is nearer to g than the one that is kept."""
    m = slots["m"]
    theta.add_(m.lerp(g, 1 - h["beta1"]).sign_(), alpha=-h["lr"])
    m.lerp_(g, 1 - h["beta2"])


def in_cache(step: Step) -> Step:
    """Step some weights at a time; a column, which all weights of a row share, moves with the last.

    No weight's arithmetic changes, so neither do the bits.
    """

    @wraps(step)
    def piecewise(theta: Tensor, g: Tensor, slots: Slots, h: Numbers) -> None:
        if theta.device.type != "cpu" or theta.numel() <= IN_CACHE:
            step(theta, g, slots, h)
            return
        for rows, places in blocks(theta, IN_CACHE, within_rows=True):
            last = places.stop >= theta.shape[1]
            part = {
                name: slot[rows, places]
                if slot.shape[1] > 1
                else (slot[rows] if last else slot[rows].clone())
                for name, slot in slots.items()
            }
            step(theta[rows, places], g[rows, places], part, h)

    return piecewise


IN_PLACE: dict[tuple[Law, Law], Step] = {
    (directions.steepest, preconditioners.rms_centred): in_cache(rmsprop_centred),
    (directions.steepest, preconditioners.unit_matched): in_cache(adadelta),
    (directions.averaged, preconditioners.decayed_max): in_cache(adamax),
    (directions.sign_of_average, preconditioners.unit): in_cache(lion),
}


def _squares(g: Tensor, slots: Slots, h: Numbers) -> Tensor:
    """Advance the average of squares."""
    return slots["v"].mul_(h["beta2"]).addcmul_(g, g, value=1 - h["beta2"])


def rectifier_at(beta2: float, t: float) -> float:
    """Give r(t) of RAdam."""
    block, place = divmod(int(t), BLOCK)
    return _rectifiers(beta2, block)[place]


@lru_cache
def _rectifiers(beta2: float, block: int) -> list[float]:
    """Tabulate r(t) over a block of steps."""
    t = torch.arange(block * BLOCK, (block + 1) * BLOCK, dtype=torch.float64)
    return preconditioners.rectifier(beta2, t).tolist()


def _average(g: Tensor, slots: Slots, h: Numbers) -> tuple[Tensor, float]:
    """Advance the average of gradients; give it, and the rate that corrects it."""
    slots["lack1"].mul_(h["beta1"])
    return slots["m"].lerp_(g, 1 - h["beta1"]), h["lr"] / (1 - h["beta1"] ** h["t"])
