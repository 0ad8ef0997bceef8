"""C08: ReLUs that a large rate pushes out of reach of every example."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.entering import entering
from trainlab.claims.probes.populations import Look, follow
from trainlab.comparison.statistics.interval import Array
from trainlab.engine.training import Training

__all__ = ["CLAIM"]

ARMS = {"ReLU": "relu", "leaky ReLU": "leaky_relu", "ELU": "elu"}
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
DEAD = 1e-3
"""A unit whose slope is at most this on every training example is dead; an ELU can be so too."""


def measured(ask: Ask) -> Found:
    """Count dead units after training at growing rates, and those that came back from half way."""
    curves: dict[str, Curve] = {}
    values: dict[str, Array] = {}
    for arm, activation in ARMS.items():
        first = f"network.activation={activation}"
        runs = [_run(ask, first, rate) for rate in RATES]
        curves[arm] = Curve(np.asarray(RATES), np.stack([share for share, _ in runs], 1))
        values |= {arm: curves[arm].y[:, -1], f"{arm}, smallest rate": curves[arm].y[:, 0]}
        values[f"{arm}, revived"] = _share(np.sum([counts for _, counts in runs], axis=0))
    return Found(values=values, curves=curves)


def _run(ask: Ask, activation: str, rate: float) -> tuple[Array, Array]:
    """Give the dead at the end in percent, [P], and [2, P]: dead half way, alive after."""
    flags = list[Tensor]()
    recipe = ask.changed(activation, f"optimizer.lr={rate}")
    follow(recipe, {"dead": dead(flags)})
    middle, end = flags[len(flags) // 2], flags[-1]
    counts = torch.stack([middle.sum(1), (middle & ~end).sum(1)])
    return 100 * end.double().mean(1).numpy(), counts.double().numpy()


def dead(flags: list[Tensor]) -> Look:
    """Give what reads the share of dead hidden units in percent [P], and keeps which they are."""

    def look(training: Training) -> Tensor:
        x, _ = training.task.part("train")
        layers = entering(training, x[0], "activation")
        slopes = [_slope(training, name, z) for name, z in layers.items()]
        now = torch.cat([(slope <= DEAD).all(dim=1) for slope in slopes], dim=1)
        seen = flags[-1].clone() if flags else now.clone()
        seen[list(training.population.members)] = now  # who diverged stays as last seen
        flags.append(seen)
        return 100 * now.double().mean(dim=1)

    return look


def _slope(training: Training, layer: str, z: Tensor) -> Tensor:
    """Give an activation's slope at what enters it, [P, B, units]."""
    z = z.detach().requires_grad_()
    out = training.population.module.get_submodule(layer)(z.clone())
    return torch.autograd.grad(out.sum(), z)[0].abs()


def _share(counts: Array) -> Array:
    dead, revived = counts
    return np.asarray(100 * revived / np.maximum(dead, 1))


CLAIM = Claim(
    statement="Too large a learning rate kills ReLUs for good; leaky ReLUs and ELUs do not die.",
    source="Maas, Hannun & Ng 2013, section 2; Clevert, Unterthiner & Hochreiter 2016",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64, 64], "init": "he_normal"},
        "optimizer": {"rule": "sgd", "lr": 0.1},
        "schedule": "constant",
        "train": {"length": "300steps", "evaluate_every": "50steps"},
    },
    measure=measured,
    quantity="hidden units whose slope is at most 0.001 on every training example, after 300 "
    "updates at rates from 0.01 to 1; pairs share initial weights and batches",
    expects=(
        Expect(
            "ReLUs: more are dead at rate 1 than at 0.01",
            of="ReLU",
            to="ReLU, smallest rate",
            above=10,
            unit="points",
        ),
        Expect("dead half way and alive at the end", of="ReLU, revived", below=5, unit="%"),
        Expect("leaky ReLUs at rate 1: none dies", of="leaky ReLU", below=1, unit="%"),
        Expect("ELUs at rate 1: none dies", of="ELU", below=1, unit="%"),
    ),
    figure=Lines(x="learning rate", y="dead hidden units, %", log_x=True),
    holds_when="Where the rate is so large that one step throws the biases and weights past all "
    "examples. Looked at after the rule was fixed, so only a hint: at rate 2 a third to a half of "
    "the ReLUs die, but there the network fails as a whole, and leaky ReLUs and ELUs diverge. A "
    "unit of the first layer never returns, since its inputs stay; one above may, when the layers "
    "below it move.",
)
