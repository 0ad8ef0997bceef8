"""Newton-CG as a torch optimizer."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.optim import Optimizer

from trainlab.errors import InputError
from trainlab.optim.flat import flat_row, scatter, the_only_group
from trainlab.optim.stepper import Parameters
from trainlab.rules.second_order import SECOND_ORDER, Place, Product, guarded

__all__ = ["NewtonCG"]

Closure = Callable[[], Tensor]


class NewtonCG(Optimizer):
    """The Newton step by conjugate gradients on products with the Hessian, and a line search.

    `step(closure)` takes one Newton step. The closure computes the loss and nothing else, neither
    `zero_grad()` nor `backward()`: the loss is differentiated twice here, and .grad is left alone.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        damping: float = 0.0,
        forcing: float = 0.5,
        max_products: int = 50,
        max_eval: int = 25,
        tolerance_change: float = 1e-9,
    ) -> None:
        options = {
            "lr": lr,
            "damping": damping,
            "forcing": forcing,
            "max_products": max_products,
            "max_eval": max_eval,
            "tolerance_change": tolerance_change,
        }
        for name, value in options.items():
            if not value >= 0:
                raise InputError(f"{name} is {value}", allowed=["0 or more"], next_step="change it")
        super().__init__(params, options)
        the_only_group(self.param_groups, "NewtonCG")

    @property
    def _params(self) -> list[Tensor]:
        return the_only_group(self.param_groups, "NewtonCG")

    @torch.no_grad()
    def step(self, closure: Closure) -> Tensor:  # type: ignore[override]
        """Take one Newton step; give the loss before it."""
        params = self._params
        group, state = self.param_groups[0], self.state[params[0]]
        landscape, theta = _Landscape(closure, params), flat_row(params)
        everyone = torch.ones(1, 1, dtype=torch.bool, device=theta.device)
        h = {
            "t": 1.0,
            "lr": float(group["lr"]),
            "damping": float(group["damping"]),
            "forcing": float(group["forcing"]),
            "products": group["max_products"],
            "evaluations": group["max_eval"],
            "tolerance": float(group["tolerance_change"]),
        }
        start = landscape.survey(theta)
        found = SECOND_ORDER["newton_cg"].search(start, landscape, {}, h, everyone)
        scatter(found.theta, params)
        state["n_iter"] = state.get("n_iter", 0) + 1
        state["func_evals"] = state.get("func_evals", 0) + 1 + int(found.evaluations)
        return landscape.loss


class _Landscape:
    """A closure's loss as a function of one row."""

    def __init__(self, closure: Closure, params: list[Tensor]) -> None:
        self.closure = torch.enable_grad()(closure)
        self.params = params

    def survey(self, theta: Tensor) -> Place:
        """Evaluate where the parameters stand, so that it can be differentiated once more."""
        loss = self.closure()
        self.loss, self.slopes = loss.detach(), self._slopes(loss, twice=True)
        return Place(theta, _column(loss), flat_row(self.slopes))

    def at(self, theta: Tensor, asked: Tensor) -> Place:
        """Evaluate at a row."""
        scatter(theta, self.params)
        loss = self.closure()
        return Place(theta, _column(loss), flat_row(self._slopes(loss)))

    def curvature(self, theta: Tensor) -> Product:
        """Give the product with the Hessian where the survey was."""

        def product(v: Tensor) -> Tensor:
            parts = torch.split(v[0], [p.numel() for p in self.params])
            shaped = [part.view(p.shape) for part, p in zip(parts, self.params, strict=True)]
            bent = [
                (g, part) for g, part in zip(self.slopes, shaped, strict=True) if g.requires_grad
            ]
            if not bent:
                return torch.zeros_like(v)
            outputs, along = zip(*bent, strict=True)
            return flat_row(
                torch.autograd.grad(
                    outputs, self.params, along, retain_graph=True, materialize_grads=True
                )
            )

        return product

    def _slopes(self, loss: Tensor, *, twice: bool = False) -> tuple[Tensor, ...]:
        try:
            slopes = torch.autograd.grad(
                loss, self.params, create_graph=twice, materialize_grads=True
            )
        except RuntimeError as error:
            raise InputError(
                f"the closure's loss cannot be differentiated: {str(error).splitlines()[0]}",
                next_step="let the closure return the loss and not call backward()",
            ) from error
        if twice and guarded(*slopes):
            raise InputError(
                "the closure's gradient cannot be differentiated: "
                "it holds a function marked with @once_differentiable",
                next_step="use LBFGS, which needs no second derivative",
            )
        return slopes


def _column(loss: Tensor) -> Tensor:
    return loss.detach().reshape(1, 1).to(torch.float64)
