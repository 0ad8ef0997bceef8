"""Lookahead around any optimizer: slow weights to which the fast ones return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from trainlab.errors import InputError
from trainlab.optim.wrapped import Closure, Wrapped
from trainlab.rules.around.slow import look_ahead

__all__ = ["Lookahead"]


class Lookahead(Wrapped):
    """k steps of the base, then a share alpha of the way: Lookahead(Adam(...), k=5, alpha=0.5).

    slow <- slow + alpha (p - slow), p <- slow, after every k steps. The slow weights start where
    the parameters are at the first step; the base's own state stays as it is.
    Zhang et al. 2019, algorithm 1.
    """

    def __init__(self, base: Optimizer, k: int = 5, alpha: float = 0.5) -> None:
        if k < 1:
            raise InputError(f"k is {k}", allowed=["1 or more"], next_step="change it")
        if not 0 < alpha <= 1:
            raise InputError(f"alpha is {alpha}", allowed=["above 0, up to 1"])
        self.k, self.alpha, self.steps = k, alpha, 0
        self.slow: dict[Tensor, Tensor] = {}
        super().__init__(base)

    @property
    def own(self) -> dict[str, Any]:
        """Both numbers, the steps taken, and the slow weights by the places of their parameters."""
        slow = {place: self.slow[p] for place, p in self._places() if p in self.slow}
        return {"k": self.k, "alpha": self.alpha, "steps": self.steps, "slow": slow}

    def take(self, own: Mapping[str, Any]) -> None:
        """Take over all of it."""
        self.k, self.alpha, self.steps = own["k"], own["alpha"], own["steps"]
        slow = own["slow"]
        self.slow = {p: slow[place].to(p).clone() for place, p in self._places() if place in slow}

    @torch.no_grad()
    def step(self, closure: Closure | None = None) -> Any:
        """Take the base's step, and every k-th time go back towards the slow weights."""
        for _, p in self._places():
            if p not in self.slow:
                self.slow[p] = p.detach().clone()
        loss = self.base.step(closure)
        self.steps += 1
        for _, p in self._places():
            look_ahead(p, self.slow[p], self.steps, self.k, self.alpha)
        return loss

    def _places(self) -> list[tuple[int, Tensor]]:
        return list(enumerate(p for group in self.param_groups for p in group["params"]))
