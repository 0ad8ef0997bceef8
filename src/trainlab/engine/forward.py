"""Two ways to compute the losses and gradients of all rows, with the same numbers.

`Batched` runs the module once for all rows under `torch.func.vmap`. `Rows` calls the module
directly for each row: faster for a single member, where vmap's dispatch costs more than the
arithmetic, and for convolutions on a CPU, with a worker on each core; and the fallback for
operations that have no batching rule. The weights are views into theta both ways. What a pure
module does is recorded and replayed (`traced.py`): of all rows in one call, and of one row alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from functools import partial
from typing import Protocol

import torch
from torch import Tensor, nn
from torch._utils import _flatten_dense_tensors
from torch.func import functional_call, vmap

from trainlab.engine.crew import Crew
from trainlab.engine.population import Population
from trainlab.engine.traced import Replayed
from trainlab.losses import LossRow

__all__ = [
    "QUIET",
    "Batched",
    "Forward",
    "Objective",
    "Predictor",
    "Rows",
    "State",
    "forward_by",
]

Objective = LossRow
State = dict[str, Tensor]


RECORDED = 1 << 18
"""Values of one member's batch up to which its step is recorded: larger ones take so long that what
stands around the kernels counts for nothing, and a recording would hold their memory once more."""
UNRECORDED = 100
"""Steps of one member before its step is recorded, which takes as long as some hundred of them."""


class Quiet:
    """Within it torch does not warn of each operation without a batching rule, run row by row.

    Outside it warns again, as is its default: torch does not tell whether it did before.
    """

    def __enter__(self) -> None:
        _warn_of_fallbacks(False)

    def __exit__(self, *fault: object) -> None:
        _warn_of_fallbacks(True)


QUIET = Quiet()
_warn_of_fallbacks: Callable[[bool], None] = torch._C._functorch._set_vmap_fallback_warning_enabled  # type: ignore[attr-defined]


class Predictor(Protocol):
    """Computes outputs of a population's rows."""

    def outputs(self, x: Tensor, *, shared: bool = False) -> Tensor:
        """Predict in evaluation mode: x [P, B, ...], or [B, ...] if shared -> [P, B, ...]."""


class Forward(Predictor, Protocol):
    """Computes losses and gradients too."""

    def gradient(
        self, x: Tensor, y: Tensor, smoothing: Tensor | float, asked: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Differentiate: x, y [P, B, ...] -> mean loss [P], its gradient [P, N].

        Rows that are not asked for, bool [P], may be left out, and then get zeros.
        """

    def losses(
        self, theta: Tensor, buffers: State, x: Tensor, y: Tensor, smoothing: Tensor | float
    ) -> Tensor:
        """Give each member's mean loss [P] at theta [P, N]; buffers move, nothing else does."""


def forward_by(
    batching: str,
    population: Population,
    objective: Objective,
    amp: torch.dtype | None = None,
    workers: int = 1,
) -> Forward:
    """Give the way of that name: "vmap", or "rows" with so many workers."""
    if batching == "vmap":
        return Batched(population, objective, amp)
    return Rows(population, objective, amp, workers)


class Batched:
    """All rows in one call of the module, by its batching rules."""

    def __init__(
        self, population: Population, objective: Objective, amp: torch.dtype | None = None
    ) -> None:
        self.population = population
        self.objective = objective
        self.cast = _caster(population, amp)
        self.differentiate: Callable[..., tuple[Tensor, Tensor]] = self._differentiated
        if population.pure:
            depends = objective, amp, tuple(population.buffers)
            recordings = population.recordings.setdefault(depends, {})
            self.differentiate = Replayed(self._differentiated, recordings)

    def outputs(self, x: Tensor, *, shared: bool = False) -> Tensor:
        """Predict in evaluation mode: x [P, B, ...], or [B, ...] if shared -> [P, B, ...]."""
        population = self.population
        population.module.eval()
        weights = population.layout.unpack(population.theta)
        run = vmap(self._call, (0, 0, None if shared else 0), randomness="different")
        with torch.no_grad(), self.cast(), QUIET:
            return _full(run(weights, population.buffers, x), population)

    def gradient(
        self, x: Tensor, y: Tensor, smoothing: Tensor | float, asked: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Differentiate: x, y [P, B, ...] -> mean loss [P], its gradient [P, N]; of all rows."""
        population = self.population
        population.module.train()
        if population.torch_seeds:
            torch.manual_seed(population.torch_seeds[0])
        with QUIET:
            return self.differentiate(population.theta, population.buffers, x, y, smoothing)

    def losses(
        self, theta: Tensor, buffers: State, x: Tensor, y: Tensor, smoothing: Tensor | float
    ) -> Tensor:
        """Give each member's mean loss [P] at theta [P, N]; buffers move, nothing else does."""
        weights = self.population.layout.unpack(theta)
        each = 0 if isinstance(smoothing, Tensor) else None
        run = vmap(self._loss, (0, 0, 0, 0, each), randomness="different")
        found: Tensor = run(weights, buffers, x, y, smoothing)
        return found

    def _differentiated(
        self, theta: Tensor, buffers: State, x: Tensor, y: Tensor, smoothing: Tensor | float
    ) -> tuple[Tensor, Tensor]:
        theta = theta.detach().requires_grad_()
        losses = self.losses(theta, buffers, x, y, smoothing)
        (gradient,) = torch.autograd.grad(losses.sum(), theta)
        return losses.detach(), gradient

    def _call(self, weights: State, buffers: State, x: Tensor) -> Tensor:
        output: Tensor = functional_call(self.population.module, (weights, buffers), (x,))
        return output

    def _loss(
        self, weights: State, buffers: State, x: Tensor, y: Tensor, smoothing: Tensor | float
    ) -> Tensor:
        with self.cast():
            output = self._call(weights, buffers, x)
        # by the plain expression: torch's fused loss falls apart into more pieces under vmap
        return self.objective(_full(output, self.population), y, label_smoothing=smoothing).mean()


class Rows:
    """Each row by its own copy of the module, whose weights are views into theta."""

    def __init__(
        self,
        population: Population,
        objective: Objective,
        amp: torch.dtype | None = None,
        workers: int = 1,
    ) -> None:
        self.population = population
        self.objective = objective
        self.cast = _caster(population, amp)
        self.crew = Crew(workers)
        self.modules = [_bound(population, row) for row in range(population.p)]
        self.parameters = [
            [p for p in module.parameters() if p.requires_grad] for module in self.modules
        ]
        self.steps = 0
        self.alone: Callable[..., tuple[Tensor, Tensor]] | None = None
        if population.pure and population.p == 1:
            depends = "alone", objective, amp, tuple(population.buffers)
            recordings = population.recordings.setdefault(depends, {})
            self.alone = Replayed(self._differentiated, recordings)

    def outputs(self, x: Tensor, *, shared: bool = False) -> Tensor:
        """Predict in evaluation mode: x [P, B, ...], or [B, ...] if shared -> [P, B, ...]."""

        def predicted(row: int) -> Tensor:
            with torch.no_grad(), self.cast():
                output: Tensor = self.modules[row].eval()(x if shared else x[row])
                return output

        rows = self.crew.each(predicted, len(self.modules))
        return _full(torch.stack(rows), self.population)

    def gradient(
        self, x: Tensor, y: Tensor, smoothing: Tensor | float, asked: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Differentiate: x, y [P, B, ...] -> mean loss [P], its gradient [P, N]; else zeros."""
        theta = self.population.theta
        if self.alone is not None and x.numel() <= RECORDED:
            self.steps += 1
            way = self.alone if self.steps > UNRECORDED else self._differentiated
            return way(theta, self.population.buffers, x, y, smoothing)
        wanted = [True] * len(self.modules) if asked is None else asked.tolist()

        def differentiated(row: int) -> tuple[Tensor, Tensor]:
            if wanted[row]:
                return self._row(row, x[row], y[row], _at(smoothing, row))
            return theta.new_zeros(()), torch.zeros_like(theta[row])

        rows = self.crew.each(differentiated, len(self.modules))
        losses, gradients = zip(*rows, strict=True)
        return torch.stack(losses), torch.stack(gradients)

    def losses(
        self, theta: Tensor, buffers: State, x: Tensor, y: Tensor, smoothing: Tensor | float
    ) -> Tensor:
        """Give each member's mean loss [P] at theta [P, N]; buffers move, nothing else does."""
        return torch.stack(
            [
                self._loss(row, theta, buffers, (x[row], y[row]), _at(smoothing, row))
                for row in range(len(self.modules))
            ]
        )

    def _differentiated(
        self, theta: Tensor, buffers: State, x: Tensor, y: Tensor, smoothing: Tensor | float
    ) -> tuple[Tensor, Tensor]:
        """Differentiate the only row as a function of its tensors, that it may be recorded."""
        weights = {
            name: weight.detach().requires_grad_()
            for name, weight in self.population.layout.unpack(theta[0]).items()
        }
        own = {name: buffer[0] for name, buffer in buffers.items()}
        with self.cast():
            output = functional_call(self.modules[0].train(), (weights, own), (x[0],))
        full = _full(output, self.population)
        loss = self.objective.mean(full, y[0], label_smoothing=_at(smoothing, 0))
        parts = torch.autograd.grad(loss, list(weights.values()), materialize_grads=True)
        flat: Tensor = _flatten_dense_tensors(parts)  # type: ignore[no-untyped-call]
        return loss.detach().unsqueeze(0), flat.unsqueeze(0)

    def _loss(
        self,
        row: int,
        theta: Tensor,
        buffers: State,
        batch: tuple[Tensor, Tensor],
        smoothing: Tensor | float,
    ) -> Tensor:
        weights = self.population.layout.unpack(theta[row])
        own = {name: buffer[row] for name, buffer in buffers.items()}
        if self.population.torch_seeds:
            torch.manual_seed(self.population.torch_seeds[row])
        with self.cast():
            output = functional_call(self.modules[row].train(), (weights, own), (batch[0],))
        full = _full(output, self.population)
        return self.objective(full, batch[1], label_smoothing=smoothing).mean()

    def _row(
        self, row: int, x: Tensor, y: Tensor, smoothing: Tensor | float
    ) -> tuple[Tensor, Tensor]:
        module = self.modules[row]
        if not module.training:
            module.train()
        if self.population.torch_seeds:
            torch.manual_seed(self.population.torch_seeds[row])
        with self.cast():
            output = module(x)
        loss = self.objective.mean(_full(output, self.population), y, label_smoothing=smoothing)
        parts = torch.autograd.grad(loss, self.parameters[row], materialize_grads=True)
        flat: Tensor = _flatten_dense_tensors(parts)  # type: ignore[no-untyped-call]
        return loss.detach(), flat


def _bound(population: Population, row: int) -> nn.Module:
    """Copy the skeleton and let its weights and buffers be views of a row."""
    module = deepcopy(population.module)
    for name, weight in population.layout.unpack(population.theta[row]).items():
        _place(module, name, nn.Parameter(weight))
    for name, buffer in population.buffers.items():
        frozen = name in dict(population.module.named_parameters())
        view = buffer[row]
        _place(module, name, nn.Parameter(view, requires_grad=False) if frozen else view)
    return module


def _place(module: nn.Module, name: str, tensor: Tensor) -> None:
    """Set a named tensor in every place that holds it, so that tied weights stay tied."""
    path, _, leaf = name.rpartition(".")
    old = getattr(module.get_submodule(path), leaf)
    for owner in module.modules():
        for held in (owner._parameters, owner._buffers):
            for key, value in held.items():
                if value is old:
                    held[key] = tensor  # type: ignore[assignment]


def _caster(
    population: Population, amp: torch.dtype | None
) -> Callable[[], AbstractContextManager[object]]:
    if amp is None:
        return nullcontext
    return partial(torch.autocast, population.theta.device.type, dtype=amp)


def _full(output: Tensor, population: Population) -> Tensor:
    """Undo autocast's narrowing before a loss is taken."""
    return output.to(population.theta.dtype)


def _at(value: Tensor | float, row: int) -> Tensor | float:
    return value[row] if isinstance(value, Tensor) else value
