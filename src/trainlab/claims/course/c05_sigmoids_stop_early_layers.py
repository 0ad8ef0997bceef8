"""C05: what a sigmoid does to the gradient on its way back."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Expect, Found, Lines
from trainlab.claims.probes.populations import by_depth, follow
from trainlab.engine.training import Training

__all__ = ["CLAIM"]

ARMS = {
    "sigmoid": ["network.activation=sigmoid"],
    "tanh": ["network.activation=tanh"],
    "ReLU, He": ["network.activation=relu", "network.init=he_normal"],
}


def measured(ask: Ask) -> Found:
    """Measure gradients at the start, layer by layer, and how far the first layer gets."""
    curves = by_depth(ask, ARMS, back=True)
    layers = len(curves["tanh"].x) - 1
    back = {
        f"{arm}, a layer": (curve.y[:, 0] / curve.y[:, -1]) ** (1 / layers)
        for arm, curve in curves.items()
    }
    far = {
        f"{arm}, moved": follow(ask.changed(*said), {"moved": moved("linear1.weight")})["moved"]
        for arm, said in ARMS.items()
    }
    return Found(
        values=back | {arm: curve.y[:, -1] for arm, curve in far.items()},
        curves=curves,
    )


def moved(name: str) -> Callable[[Training], Tensor]:
    """Give what reads how far a weight is from where it began, as a share of its length: [P]."""
    start: list[Tensor] = []

    def look(training: Training) -> Tensor:
        population = training.population
        weight = population.layout.unpack(population.theta)[name].flatten(1)
        if not start:
            start.append(weight.clone())
        far: Tensor = torch.linalg.vector_norm(weight - start[0], dim=1)
        length: Tensor = torch.linalg.vector_norm(start[0], dim=1)
        return far / length

    return look


CLAIM = Claim(
    statement="Sigmoids hand back at most a quarter of the gradient, so the early layers of a deep "
    "network hardly learn.",
    source="Bengio, Simard & Frasconi 1994; Glorot & Bengio 2010, section 3.1",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64] * 6, "init": "xavier_normal"},
        "optimizer": {"rule": "sgd", "lr": 0.1},
        "schedule": "constant",
        "train": {"length": "100steps", "evaluate_every": "100steps"},
    },
    measure=measured,
    quantity="factor on the gradient from one hidden layer to the one before; how far the first "
    "layer's weights move in 100 updates, as a share of their length",
    expects=(
        Expect("sigmoid: a quarter a layer", of="sigmoid, a layer", ratio=True, below=0.25),
        Expect("tanh: more than a half", of="tanh, a layer", ratio=True, above=0.5),
        Expect(
            "under sigmoids the first layer moves a hundredth as far as under tanh",
            of="sigmoid, moved",
            to="tanh, moved",
            ratio=True,
            below=0.01,
        ),
    ),
    figure=Lines(x="hidden layer", y="root mean square of the gradient", log=True),
    holds_when="In deep networks without normalisation or residual branches. Rules that scale "
    "each weight's step by itself (RMSprop, Adam) move the first layer all the same.",
)
