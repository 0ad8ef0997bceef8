"""L-BFGS as a torch optimizer: torch's arguments, defaults, closure and state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from trainlab.averages import row_dot
from trainlab.errors import InputError
from trainlab.optim.flat import flat_gradient, flat_row, scatter, the_only_group
from trainlab.optim.stepper import Group, Parameters
from trainlab.rules.second_order.pairs import two_loops
from trainlab.rules.second_order.wolfe import Point, Wolfe, strong_wolfe

__all__ = ["LBFGS"]

Closure = Callable[[], Any]

SMALLEST = 1e-10
"""Pairs whose y.s is not above it are not kept."""


@dataclass(frozen=True)
class _Here:
    """The loss and the gradient [1, N] where the parameters stand."""

    f: float
    g: Tensor

    def solved(self, group: Group) -> bool:
        """Whether the gradient is small enough to stop."""
        return _largest(self.g) <= float(group["tolerance_grad"])


class LBFGS(Optimizer):
    """A Newton-like step from the curvature that the last steps met. torch's LBFGS.

    `step(closure)` iterates up to `max_iter` times; the closure clears the gradients, computes the
    loss and its gradients, and is called as often as the search asks. The state has torch's names.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        if not lr >= 0:
            raise InputError(f"lr is {lr}", allowed=["0 or more"], next_step="change it")
        if line_search_fn not in (None, "strong_wolfe"):
            raise InputError(
                f"there is no line search {line_search_fn!r}", allowed=["strong_wolfe", "None"]
            )
        options = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, options)
        the_only_group(self.param_groups, "LBFGS")

    @property
    def _params(self) -> list[Tensor]:
        return the_only_group(self.param_groups, "LBFGS")

    @torch.no_grad()
    def step(self, closure: Closure) -> Any:  # type: ignore[override]
        """Iterate on one closure until it is solved or the budget is spent; give the first loss."""
        params = self._params
        group, state = self.param_groups[0], self.state[params[0]]
        closure = torch.enable_grad()(closure)
        first = closure()
        here = _Here(float(first), flat_gradient(params))
        if "d" in state and len(state["d"]) != here.g.shape[1]:
            state.clear()  # layers were swapped: what is known is of other parameters
        state["func_evals"] = state.get("func_evals", 0) + 1
        state.setdefault("n_iter", 0)
        evaluations, goes_on = 1, not here.solved(group)
        for left in range(group["max_iter"] - 1, -1, -1):
            if not goes_on:
                break
            state["n_iter"] += 1
            d, t = _direction(state, here.g, group)
            if row_dot(here.g, d) > -group["tolerance_change"]:
                break
            before = here
            if group["line_search_fn"] is None:
                here, t, asked = self._fixed(closure, here, d, t, last=left == 0)
            else:
                budget = group["max_eval"] - evaluations
                here, t, asked = self._searched(closure, here, d, t, budget)
            state["t"] = t
            state["func_evals"] += asked
            evaluations += asked
            goes_on = (
                evaluations < group["max_eval"]
                and not here.solved(group)
                and _largest(t * d) > group["tolerance_change"]
                and abs(here.f - before.f) >= group["tolerance_change"]
            )
        return first

    def _fixed(
        self, closure: Closure, here: _Here, d: Tensor, t: float, *, last: bool
    ) -> tuple[_Here, float, int]:
        """Go t along d; look where that is, unless nobody will ask."""
        params = self._params
        scatter(flat_row(params) + t * d, params)
        if last:
            return here, t, 0
        return _Here(float(closure()), flat_gradient(params)), t, 1

    def _searched(
        self, closure: Closure, here: _Here, d: Tensor, t: float, budget: int
    ) -> tuple[_Here, float, int]:
        """Search along d, trying t first, with no more than so many evaluations."""
        params = self._params
        theta = flat_row(params)

        def line(t: Tensor, asked: Tensor) -> tuple[Point, Tensor]:
            scatter(theta + t.to(d) * d, params)
            f, g = float(closure()), flat_gradient(params)
            return Point(t, torch.full_like(t, f), row_dot(g, d).to(t)), g

        zero = theta.new_zeros((1, 1), dtype=torch.float64)
        start = Point(zero, zero + here.f, row_dot(here.g, d).to(zero))
        narrow = self.param_groups[0]["tolerance_change"] / _largest(d)
        wolfe = Wolfe(narrow=narrow, evaluations=budget, by_loss=True)
        everyone = torch.ones_like(zero, dtype=torch.bool)
        found = strong_wolfe(line, (start, here.g), zero + t, wolfe, everyone)
        t = float(found.point.t)
        scatter(theta + t * d, params)
        return _Here(float(found.point.f), found.g), t, int(found.evaluations)


def _direction(state: dict[str, Any], g: Tensor, group: Group) -> tuple[Tensor, float]:
    """Take up the pair of the last step; give the way to go [1, N] and the length to try."""
    lr = float(group["lr"])
    if state["n_iter"] == 1:
        d, t = -g, min(1.0, 1.0 / float(g.abs().sum())) * lr
        state.update(old_dirs=[], old_stps=[], ro=[], H_diag=g.new_ones(()))
    else:
        _remember(state, g[0], group["history_size"])
        s, y, rho = (_rows(state[name]) for name in ("old_stps", "old_dirs", "ro"))
        d, t = -two_loops(g, s, y, rho, state["H_diag"].reshape(1, 1)), lr
    state.update(d=d[0], t=t, prev_flat_grad=g[0])
    return d, t


def _remember(state: dict[str, Any], g: Tensor, most: int) -> None:
    y, s = g - state["prev_flat_grad"], state["d"] * state["t"]
    along = y.dot(s)
    if along > SMALLEST:
        for name, value in (("old_dirs", y), ("old_stps", s), ("ro", 1 / along)):
            state[name] = [*state[name], value][-most:]
        state["H_diag"] = along / y.dot(y)


def _rows(vectors: list[Tensor]) -> list[Tensor]:
    return [vector.reshape(1, -1) for vector in vectors]


def _largest(x: Tensor) -> float:
    return float(x.abs().max())
