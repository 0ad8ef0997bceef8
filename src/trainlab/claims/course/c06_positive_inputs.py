"""C06: what is always positive pulls a unit's weights all up or all down."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.populations import Look, follow, gradient, scored
from trainlab.comparison.statistics.interval import Array
from trainlab.engine.training import Training

__all__ = ["CLAIM"]

HIDDEN = {
    "sigmoid": ["network.activation=sigmoid"],
    "tanh": ["network.activation=tanh"],
}
PIXELS = {
    "pixels 0 to 1": ["network=linear", "data.preprocess=[min_max]"],
    "pixels less their mean": ["network=linear", "data.preprocess=[min_max, mean_image]"],
}
SIZES = (1, 2, 4, 8, 16, 32, 64)
BATCHES = 16
TARGET = 0.7
"""Of the training loss, nats: until there all arms are followed."""


def measured(ask: Ask) -> Found:
    """Count gradients of one sign at growing batch sizes, and measure how straight the way is."""
    values: dict[str, Array] = {}
    curves: dict[str, Curve] = {}
    for arm, changes in HIDDEN.items():
        looks = {str(size): one_signed("linear2.weight", size) for size in SIZES}
        recipe = ask.changed(*changes, "train.evaluate_every=20%")
        seen = follow(recipe, looks)
        shares = np.stack([curve.y.mean(axis=1) for curve in seen.values()], axis=1)
        curves[arm] = Curve(np.asarray(SIZES, float), shares)
        values |= {f"{arm}, one example": shares[:, 0], f"{arm}, 64 examples": shares[:, -1]}
    notes = list[str]()
    layers = dict.fromkeys(HIDDEN, "linear2.weight") | dict.fromkeys(PIXELS, "output.weight")
    for arm, changes in (HIDDEN | PIXELS).items():
        values[f"{arm}, way"], missed = _way(ask, changes, layers[arm])
        if missed:
            notes.append(f"{arm}: {missed} of {ask.pairs} missed the loss: followed to the end")
    return Found(values=values, curves=curves, notes=tuple(notes))


def one_signed(name: str, size: int) -> Look:
    """Give what reads, in percent, how many gradients of a unit share the sign of most: [P]."""

    def look(training: Training) -> Tensor:
        population, (x, y) = training.population, training.task.part("train")
        shares = []
        for first in range(0, size * BATCHES, size):
            x_batch, y_batch = (part[:, first : first + size] for part in (x, y))
            g = gradient(
                training,
                x_batch.expand(population.p, *x_batch.shape[1:]),
                y_batch.expand(population.p, *y_batch.shape[1:]),
            )
            weight = population.layout.unpack(g)[name]
            up, down = ((sign * weight > 0).sum(dim=2).double() for sign in (1, -1))
            shares.append((torch.maximum(up, down) / (up + down).clamp(min=1)).mean(dim=1))
        return 100 * torch.stack(shares).mean(dim=0)

    return look


def _way(ask: Ask, changes: list[str], name: str) -> tuple[Array, int]:
    """Give the way of a weight to the target over how far it came, [P], and who missed it.

    Who misses the target is followed to the end.
    """
    recipe = ask.changed(*changes, "train.evaluate_every=1steps")
    seen = follow(recipe, {"way": winding(name), "loss": scored("train")})
    there = seen["loss"].y <= TARGET
    reached = there.any(axis=1)
    place = np.where(reached, there.argmax(axis=1), there.shape[1] - 1)
    return seen["way"].y[np.arange(len(place)), place], int((~reached).sum())


def winding(name: str) -> Callable[[Training], Tensor]:
    """Give what reads a weight's path length over its displacement, [P]; 1 is straight."""
    places: list[Tensor] = []
    length = torch.zeros(())

    def look(training: Training) -> Tensor:
        nonlocal length
        population = training.population
        places.append(population.layout.unpack(population.theta)[name].flatten(1).clone())
        if len(places) == 1:
            return torch.ones(population.p)
        length = length + (places[-1] - places[-2]).norm(dim=1)
        del places[1:-1]
        found: Tensor = length / (places[-1] - places[0]).norm(dim=1)
        return found

    return look


CLAIM = Claim(
    statement="Where all inputs of a unit are positive its gradients share one sign, and learning "
    "zig-zags.",
    source="LeCun, Bottou, Orr & Mueller 1998, Efficient BackProp, sections 4.3 and 4.4",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64, 64], "init": "xavier_normal"},
        "optimizer": {"rule": "sgd", "lr": 0.3},
        "schedule": "constant",
        "train": {"length": "400steps", "batch_size": 16},
    },
    measure=measured,
    quantity="share of the gradients of a unit's 64 incoming weights, in the second layer, that "
    "have the sign of most (even odds give 55 %); path length over displacement of a layer's "
    "weights until a training loss of 0.7 nats; pairs share batches",
    expects=(
        Expect(
            "sigmoid, one example: all share one sign",
            of="sigmoid, one example",
            above=100,
            below=100,
            unit="%",
        ),
        Expect("tanh, one example: mixed", of="tanh, one example", below=75, unit="%"),
        Expect(
            "64 examples: still more of one sign with sigmoids than with tanh",
            of="sigmoid, 64 examples",
            to="tanh, 64 examples",
            above=5,
            unit="points",
        ),
        Expect(
            "a tenth more of a way with sigmoids than with tanh",
            of="sigmoid, way",
            to="tanh, way",
            ratio=True,
            above=1.1,
        ),
        Expect(
            "a tenth more of a way with positive pixels than with centred ones",
            of="pixels 0 to 1, way",
            to="pixels less their mean, way",
            ratio=True,
            above=1.1,
        ),
    ),
    figure=Lines(x="examples in a batch", y="gradients of one sign, %", log_x=True),
    holds_when="Of a single example the one sign is exact, whatever the data. Signs mix "
    "only slowly as a batch grows: of 64 digits, five gradients in six still agree. Centring the "
    "inputs of each layer, by preprocessing, tanh or a norm, removes the cause.",
)
