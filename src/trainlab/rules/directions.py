"""Directions: where to go. `g [P, N] -> [P, N]`, from the raw gradient and the slots it owns."""

from __future__ import annotations

import torch
from torch import Tensor

from trainlab.averages import debias, ema, power
from trainlab.rules.algebra import Factor, Hyper, Slots
from trainlab.tables import Card, Table

__all__ = ["DIRECTIONS"]


def steepest(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Go straight down: g."""
    return g


def heavy_ball(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Roll: m <- momentum m + g; go m."""
    s.m = g + h.momentum * s.m
    return s.m


def dampened(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Begin at g, then roll with a share of each g: m <- momentum m + (1 - dampening) g."""
    s.m = (1 - h.dampening * (h.t > 1).to(h.t.dtype)) * g + h.momentum * s.m
    return s.m


def nesterov(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Look ahead of heavy ball: g + momentum m."""
    return g + h.momentum * heavy_ball(g, s, h)


def smoothed(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Average: m <- beta1 m + (1 - beta1) g; go m."""
    s.m = ema(s.m, g, h.beta1)
    return s.m


def averaged(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Go m / (1 - beta1^t): smoothed, without the pull towards its zero start."""
    s.lack1 = s.lack1 * h.beta1
    return debias(smoothed(g, s, h), s.lack1)


def averaged_nesterov(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Look ahead of averaged, with a momentum mu that warms up towards beta1."""
    mu, ahead = (h.beta1 * (1 - 0.5 * power(0.96, h.psi * t)) for t in (h.t, h.t + 1))
    s.lack1 = s.lack1 * mu
    m = smoothed(g, s, h)
    return (1 - mu) / (1 - s.lack1) * g + ahead / (1 - s.lack1 * ahead) * m


def sign_of_average(g: Tensor, s: Slots, h: Hyper) -> Tensor:
    """Go sign(beta1 m + (1 - beta1) g), then m <- beta2 m + (1 - beta2) g."""
    step = torch.sign(ema(s.m, g, h.beta1))
    s.m = ema(s.m, g, h.beta2)
    return step


DIRECTIONS = Table(
    "direction",
    {
        "steepest": Factor(
            law=steepest,
            card=Card(
                does="goes straight down the gradient",
                formula="g",
                helps="smooth, well-conditioned losses; the baseline of every comparison",
                hurts="narrow valleys (it zig-zags), saddles (it stalls)",
                values="its rate alone",
                paper="Cauchy 1847",
                torch="SGD",
            ),
        ),
        "heavy_ball": Factor(
            law=heavy_ball,
            rows=("m",),
            reads={"momentum": 0.9},
            card=Card(
                does="keeps rolling: the sum of past gradients, older ones weighing less",
                formula="m <- momentum m + g; go m",
                helps="narrow valleys: the components that alternate cancel; saddles",
                hurts="where it overshoots; the effective rate is lr / (1 - momentum)",
                values="momentum 0.9, or 0.99 for long flat valleys with a smaller lr",
                paper="Polyak 1964; as written by Sutskever et al. 2013, section 2",
                dialect="torch's: the rate is outside m, no dampening",
                torch="SGD(momentum=...)",
            ),
        ),
        "dampened": Factor(
            law=dampened,
            rows=("m",),
            reads={"momentum": 0.9, "dampening": 0.9},
            card=Card(
                does="heavy ball that takes a share of each gradient but the first",
                formula="m <- g, then m <- momentum m + (1 - dampening) g; go m",
                helps="an average that begins at g: steps of the size of g at any momentum",
                hurts="the first gradient weighs 1 / (1 - dampening) times the others",
                values="dampening as momentum makes an average; 0 is heavy ball",
                paper="torch's SGD since 2012; Kingma & Ba 2015, section 3, for averages",
                dialect="torch's: the first gradient is taken whole",
                torch="SGD(momentum=..., dampening=...)",
            ),
        ),
        "nesterov": Factor(
            law=nesterov,
            rows=("m",),
            reads={"momentum": 0.9},
            card=Card(
                does="heavy ball that looks one step ahead",
                formula="m <- momentum m + g; go g + momentum m",
                helps="damps the oscillation of heavy ball",
                hurts="very noisy gradients: looking ahead repeats the noise",
                values="momentum 0.9",
                paper="Nesterov 1983; Sutskever et al. 2013, section 2.1",
                dialect="torch's, which takes the gradient at theta, not at the point ahead",
                torch="SGD(momentum=..., nesterov=True)",
            ),
        ),
        "smoothed": Factor(
            law=smoothed,
            rows=("m",),
            reads={"beta1": 0.9},
            card=Card(
                does="averages the gradients, and starts slowly",
                formula="m <- beta1 m + (1 - beta1) g; go m",
                helps="Adam without its correction: shows what the correction is for",
                hurts="the first 1 / (1 - beta1) steps are too short",
                values="beta1 0.9; as heavy ball with momentum beta1 and rate lr (1 - beta1)",
                paper="Kingma & Ba 2015, section 3, before the correction",
                torch="SGD(momentum=beta1) with lr (1 - beta1)",
            ),
        ),
        "averaged": Factor(
            law=averaged,
            rows=("m",),
            columns={"lack1": 1.0},
            reads={"beta1": 0.9},
            card=Card(
                does="averages the gradients, corrected for the zero start",
                formula="m <- beta1 m + (1 - beta1) g; go m / (1 - beta1^t)",
                helps="noisy gradients: steps of the right size from the first on",
                hurts="where heavy ball's longer steps are wanted; raise lr then",
                values="beta1 0.9",
                paper="Kingma & Ba 2015, algorithm 1",
                torch="the numerator of Adam",
            ),
        ),
        "averaged_nesterov": Factor(
            law=averaged_nesterov,
            rows=("m",),
            columns={"lack1": 1.0},
            reads={"beta1": 0.9, "psi": 0.004},
            card=Card(
                does="averages the gradients, looking ahead, with a warming momentum",
                formula="mu_t = beta1 (1 - 0.5 * 0.96^(psi t)); go"
                " (1 - mu_t) / (1 - prod mu) g + mu_(t+1) / (1 - mu_(t+1) prod mu) m",
                helps="a little faster than averaged early on",
                hurts="very noisy gradients",
                values="beta1 0.9, psi 0.004",
                paper="Dozat 2016, algorithm 2 with the momentum schedule of its section 4",
                dialect="torch's: the momentum warms up even at psi = 0, where it is beta1 / 2",
                torch="the numerator of NAdam; psi is momentum_decay",
            ),
        ),
        "sign_of_average": Factor(
            law=sign_of_average,
            rows=("m",),
            reads={"beta1": 0.9, "beta2": 0.99},
            card=Card(
                does="steps of equal length along every coordinate, signs from an average",
                formula="go sign(beta1 m + (1 - beta1) g); m <- beta2 m + (1 - beta2) g",
                helps="large batches, transformers; one slot instead of Adam's two",
                hurts="small batches: the sign of noise is a full step",
                values="beta1 0.9, beta2 0.99; lr 3 to 10 times below Adam's, decay as much above",
                paper="Chen et al. 2023, algorithm 2",
                torch="none",
            ),
        ),
    },
)
