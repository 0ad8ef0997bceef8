"""Larger batches at larger rates, compared example by example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from trainlab.claims.claim import Ask, Curve, Found
from trainlab.claims.compared import Compare

__all__ = ["BatchScaling"]


@dataclass(frozen=True, kw_only=True)
class BatchScaling:
    """Measures, for each `arm`, the validation loss over that of the base, example by example."""

    base: int
    """The batch size that the recipe's rate is for; an arm of its own."""
    updates: int
    """Of the base; larger batches have fewer, so that all see as many examples."""
    looks: int
    arms: Mapping[str, tuple[int, str]]
    """By name, a batch size and how its rate follows: a row of `SCALINGS`, or "" for not at all."""

    def __call__(self, ask: Ask) -> Found:
        """Train every arm, and give the geometric mean of the quotients along its way."""
        found = Compare(arms={arm: self.changes(arm) for arm in self.all})(ask)
        base = found.curves[str(self.base)].y
        return replace(
            found,
            values={
                arm: np.exp(np.log(curve.y / base).mean(axis=1))
                for arm, curve in found.curves.items()
            },
            curves={
                arm: Curve(curve.x * self.all[arm][0], curve.y)
                for arm, curve in found.curves.items()
            },
        )

    @property
    def all(self) -> dict[str, tuple[int, str]]:
        """Give the base and the others."""
        return {str(self.base): (self.base, ""), **self.arms}

    def changes(self, arm: str) -> list[str]:
        """Give what makes an arm: a batch, its rate, and as many examples in all."""
        batch, scaling = self.all[arm]
        updates = self.updates * self.base // batch
        changes = [
            f"train.batch_size={batch}",
            f"train.length={updates}steps",
            f"train.evaluate_every={updates // self.looks}steps",
        ]
        how = f"optimizer.lr_scaling={{name: {scaling}, base: {self.base}}}"
        return [*changes, how] if scaling else changes
