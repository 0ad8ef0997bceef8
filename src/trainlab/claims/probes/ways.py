"""The ways of weights: how far they get from where they began, and how straight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainlab.claims.claim import Arms, Ask, Found
from trainlab.claims.probes.populations import Look, each_followed, follow, reached, scored, weight
from trainlab.comparison.statistics.interval import Array
from trainlab.engine.training import Training

__all__ = ["Moved", "ZigZag", "moved", "winding"]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Measures, `arm, moved`, how far a layer's weights get, as a share of their length."""

    arms: Arms
    layer: str

    def __call__(self, ask: Ask) -> Found:
        """Train every arm to the end."""
        curves = each_followed(ask, self.arms, lambda: moved(f"{self.layer}.weight"))
        values = {f"{arm}, moved": curve.y[:, -1] for arm, curve in curves.items()}
        return Found(values=values, curves=curves)


@dataclass(frozen=True, kw_only=True)
class ZigZag:
    """Measures, `arm, way`, path length over displacement of a layer's weights: 1 is straight."""

    arms: Arms
    layer: str
    target: float
    """The training loss until which all arms are followed; who misses it, to the end."""

    def __call__(self, ask: Ask) -> Found:
        """Train every arm until the target, and tell who missed it."""
        values, notes = {}, list[str]()
        for one, (arm, said) in ask.over(self.arms.items()):
            values[f"{arm}, way"], missed = self._way(one.changed(*said))
            if missed:
                notes.append(f"{arm}: {missed} of {ask.pairs} missed the loss: followed to the end")
        return Found(values=values, notes=tuple(notes))

    def _way(self, ask: Ask) -> tuple[Array, int]:
        """Give the way until the target, [P], and how many missed it."""
        looks = {"way": winding(f"{self.layer}.weight"), "loss": scored("train")}
        seen = follow(ask.changed("train.evaluate_every=1steps"), looks)
        place, there = reached(seen["loss"].y, self.target)
        return seen["way"].y[np.arange(len(place)), place], int((~there).sum())


def moved(name: str) -> Look:
    """Give what reads how far a weight is from where it began, as a share of its length: [P]."""
    start: list[Tensor] = []

    def look(training: Training) -> Tensor:
        place = weight(training, name).flatten(1)
        if not start:
            start.append(place.clone())
        found: Tensor = (place - start[0]).norm(dim=1) / start[0].norm(dim=1)
        return found

    return look


def winding(name: str) -> Look:
    """Give what reads a weight's path length over its displacement, [P]; 1 is straight."""
    places: list[Tensor] = []
    length = torch.zeros(())

    def look(training: Training) -> Tensor:
        nonlocal length
        places.append(weight(training, name).flatten(1).clone())
        if len(places) == 1:
            return torch.ones(len(places[0]))
        length = length + (places[-1] - places[-2]).norm(dim=1)
        del places[1:-1]
        found: Tensor = length / (places[-1] - places[0]).norm(dim=1)
        return found

    return look
