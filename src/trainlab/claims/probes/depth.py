"""How signals grow or fade from one hidden layer to the next, before the first step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trainlab.claims.claim import Arms, Ask, Curve, Found
from trainlab.claims.probes.populations import signal_of
from trainlab.comparison.statistics.interval import Array

__all__ = ["ThroughDepth"]


@dataclass(frozen=True, kw_only=True)
class ThroughDepth:
    """Measures the root mean square, over examples and units, of what each hidden layer gives.

    What is left of it in the end: `arm, last`, and `arm, last / first`; the factor on it from layer
    to layer, `arm, a layer`; and how far `last / first` is from 1, `arm, drift`.
    """

    arms: Arms
    back: bool = False
    """Whether of gradients, whose way ends in the first layer, and not of activations."""

    def __call__(self, ask: Ask) -> Found:
        """Look at the networks of each arm as they begin."""
        curves = {arm: self._by_layer(ask.changed(*said)) for arm, said in self.arms.items()}
        values: dict[str, Array] = {}
        for arm, curve in curves.items():
            first, last = curve.y[:, 0], curve.y[:, -1]
            kept = first / last if self.back else last / first
            values |= {
                f"{arm}, last": last,
                f"{arm}, last / first": kept,
                f"{arm}, a layer": kept ** (1 / (len(curve.x) - 1)),
                f"{arm}, drift": np.abs(kept - 1),
            }
        return Found(values=values, curves=curves)

    def _by_layer(self, ask: Ask) -> Curve:
        rows = []
        for signal in signal_of(ask):
            hidden = [each for each in signal.layers if each.name.startswith("activation")]
            seen = [layer.gradient if self.back else layer.activation for layer in hidden]
            rows.append([math.hypot(each.mean, each.std) for each in seen])
        y = np.asarray(rows)
        return Curve(np.arange(1.0, y.shape[1] + 1), y)
