"""Preconditioners: how far, per coordinate. `g [P, N] -> [P, N]`, or a number."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.averages import Value, debias, ema, power, wide
from trainlab.rules.algebra import Factor, Hyper, Slots
from trainlab.tables import Card, Table

__all__ = ["PRECONDITIONERS", "rectifier"]


def unit(g: Tensor, s: Slots, h: Hyper) -> float:
    """Treat all coordinates alike: 1."""
    return 1.0


def summed(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Sum: v <- v + g^2; 1 / (sqrt(v) + eps)."""
    s.v = torch.addcmul(s.v, g, g)
    return s.v.sqrt().add_(h.eps).reciprocal_()


def rms(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Average: v <- beta2 v + (1 - beta2) g^2; 1 / (sqrt(v) + eps)."""
    s.v = ema(s.v, g.square(), h.beta2)
    return s.v.sqrt().add_(h.eps).reciprocal_()


def rms_centred(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Divide by the spread of g, not by its size."""
    s.v = ema(s.v, g.square(), h.beta2)
    s.a = ema(s.a, g, h.beta2)
    return (s.v - s.a.square()).clamp_(min=0).sqrt_().add_(h.eps).reciprocal_()


def rms_debiased(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Take rms of v / (1 - beta2^t), without the pull towards the zero start."""
    s.v, s.lack2 = ema(s.v, g.square(), h.beta2), s.lack2 * h.beta2
    return debias(s.v, s.lack2).sqrt_().add_(h.eps).reciprocal_()


def rms_peak(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Take rms_debiased of the largest v so far, so that the rate of a coordinate never rises."""
    s.v, s.lack2 = ema(s.v, g.square(), h.beta2), s.lack2 * h.beta2
    s.peak = torch.maximum(s.peak, s.v)
    return debias(s.peak, s.lack2).sqrt_().add_(h.eps).reciprocal_()


def rms_rectified(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Take rms_debiased times r(t), which mends the variance of the first steps; else 1."""
    s.v, s.lack2 = ema(s.v, g.square(), h.beta2), s.lack2 * h.beta2
    r = rectifier(h.beta2, h.t)
    return torch.where(r > 0, r * (1 - s.lack2).sqrt() / (s.v.sqrt() + h.eps), 1.0)


def rectifier(beta2: Value, t: Tensor) -> Tensor:
    """Give r(t), or 0 where the average is too short; in float64, as rho is a small difference."""
    beta2, fade = torch.as_tensor(beta2, dtype=t.dtype), power(beta2, wide(t))
    longest = 2 / (1 - wide(beta2)) - 1
    rho = longest - 2 * wide(t) * fade / (1 - fade)
    r = (rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho)
    return torch.where(rho > 5, r, 0.0).sqrt().to(t.dtype)


def decayed_max(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Fade: u <- max(beta2 u, |g| + eps); 1 / u."""
    s.u = torch.maximum(h.beta2 * s.u, g.abs() + h.eps)
    return s.u.reciprocal()


def unit_matched(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Give RMS(past steps) / RMS(past gradients): the step has the units of theta."""
    s.v = ema(s.v, g.square(), h.beta2)
    ratio = ((s.d + h.eps) / (s.v + h.eps)).sqrt()
    s.d = ema(s.d, (ratio * g).square(), h.beta2)
    return ratio


PRECONDITIONERS = Table(
    "preconditioner",
    {
        "unit": Factor(
            law=unit,
            card=Card(
                does="treats all coordinates alike",
                formula="1",
                helps="where coordinates have like scales; often generalises best",
                hurts="sparse features, coordinates of very different scales",
                values="nothing to choose",
                paper="Cauchy 1847",
                torch="SGD",
            ),
        ),
        "summed": Factor(
            law=summed,
            rows=("v",),
            reads={"eps": 1e-10},
            card=Card(
                does="divides by the root of the sum of all past squared gradients",
                formula="v <- v + g^2; 1 / (sqrt(v) + eps)",
                helps="sparse features: rare coordinates keep a large rate",
                hurts="long trainings: the rate only falls, until it stalls",
                values="eps 1e-10",
                paper="Duchi, Hazan & Singer 2011",
                dialect="torch's: eps outside the root, the sum starts at 0",
                torch="the denominator of Adagrad",
            ),
        ),
        "rms": Factor(
            law=rms,
            rows=("v",),
            reads={"beta2": 0.99, "eps": 1e-8},
            card=Card(
                does="divides by the running RMS of the gradient",
                formula="v <- beta2 v + (1 - beta2) g^2; 1 / (sqrt(v) + eps)",
                helps="non-stationary losses, recurrent networks",
                hurts="the first steps are 1 / sqrt(1 - beta2) times too long",
                values="beta2 0.99, eps 1e-8",
                paper="Tieleman & Hinton 2012, lecture 6.5",
                dialect="torch's: eps outside the root (TensorFlow and optax: inside)",
                torch="the denominator of RMSprop; beta2 is alpha",
            ),
        ),
        "rms_centred": Factor(
            law=rms_centred,
            rows=("v", "a"),
            reads={"beta2": 0.99, "eps": 1e-8},
            card=Card(
                does="divides by the running standard deviation of the gradient",
                formula="a <- beta2 a + (1 - beta2) g; 1 / (sqrt(v - a^2) + eps)",
                helps="where gradients are steady: steps grow along them",
                hurts="a steady gradient has no spread: steps can grow very large",
                values="beta2 0.99, eps 1e-4 or more",
                paper="Graves 2013, equations 38 to 41",
                dialect="torch's: eps outside the root; v - a^2 is kept from falling below 0",
                torch="RMSprop(centered=True)",
            ),
        ),
        "rms_debiased": Factor(
            law=rms_debiased,
            rows=("v",),
            columns={"lack2": 1.0},
            reads={"beta2": 0.999, "eps": 1e-8},
            card=Card(
                does="divides by the running RMS of the gradient, corrected for its zero start",
                formula="1 / (sqrt(v / (1 - beta2^t)) + eps)",
                helps="steps of the right size from the first on",
                hurts="rare large gradients are forgotten after 1 / (1 - beta2) steps",
                values="beta2 0.999, eps 1e-8; eps up to 1e-3 calms a noisy start",
                paper="Kingma & Ba 2015, algorithm 1",
                torch="the denominator of Adam",
            ),
        ),
        "rms_peak": Factor(
            law=rms_peak,
            rows=("v", "peak"),
            columns={"lack2": 1.0},
            reads={"beta2": 0.999, "eps": 1e-8},
            card=Card(
                does="divides by the largest running RMS so far",
                formula="peak <- max(peak, v); 1 / (sqrt(peak / (1 - beta2^t)) + eps)",
                helps="where rare, large, informative gradients must not be forgotten",
                hurts="one outlier slows a coordinate for good",
                values="beta2 0.999, eps 1e-8",
                paper="Reddi, Kale & Kumar 2018, algorithm 2",
                dialect="torch's: the peak of the biased average, then corrected"
                " (paper: no correction; optax: the peak of the corrected average)",
                torch="the denominator of Adam(amsgrad=True)",
            ),
        ),
        "rms_rectified": Factor(
            law=rms_rectified,
            rows=("v",),
            columns={"lack2": 1.0},
            reads={"beta2": 0.999, "eps": 1e-8},
            card=Card(
                does="rms_debiased, held back while too few gradients were seen to trust it",
                formula="rho = 2/(1-beta2) - 1 - 2 t beta2^t/(1-beta2^t); where rho > 5:"
                " r(rho) sqrt(1 - beta2^t) / (sqrt(v) + eps), else 1",
                helps="Adam without a hand-made warm-up",
                hurts="small beta2: while rho <= 5 the step is plain momentum at Adam's rate",
                values="beta2 0.999, eps 1e-8",
                paper="Liu et al. 2020, algorithm 2",
                dialect="torch's: eps is added to sqrt(v) before the correction",
                torch="the denominator of RAdam",
            ),
        ),
        "decayed_max": Factor(
            law=decayed_max,
            rows=("u",),
            reads={"beta2": 0.999, "eps": 1e-8},
            card=Card(
                does="divides by the largest recent gradient, which fades",
                formula="u <- max(beta2 u, |g| + eps); 1 / u",
                helps="sparse gradients, embeddings; no correction needed",
                hurts="outliers: one large gradient shortens about 1 / (1 - beta2) steps",
                values="beta2 0.999, eps 1e-8",
                paper="Kingma & Ba 2015, algorithm 2",
                dialect="torch's: eps inside the maximum",
                torch="the denominator of Adamax",
            ),
        ),
        "unit_matched": Factor(
            law=unit_matched,
            rows=("v", "d"),
            reads={"beta2": 0.9, "eps": 1e-6},
            card=Card(
                does="the RMS of past steps over the RMS of past gradients",
                formula="sqrt((d + eps) / (v + eps)); d <- beta2 d + (1 - beta2) step^2",
                helps="no rate to choose: lr 1 is the paper's rule",
                hurts="starts slowly, as eps sets the first steps; rarely the best in the end",
                values="lr 1, beta2 0.9 (paper 0.95), eps 1e-6",
                paper="Zeiler 2012, algorithm 1",
                torch="Adadelta; beta2 is rho",
            ),
        ),
    },
)
