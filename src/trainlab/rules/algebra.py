"""Update rules for a population: one row of every tensor is one member.

    theta <- theta - lr * direction(g) * preconditioner(g)

A rule is a product of two factors. Both read the *raw* gradient, side by side; each owns its slots.

    theta, g, a row slot      [P, N]
    a column slot             [P, 1]
    t, every hyperparameter   a number, or a tensor that broadcasts to [P, N], in theta's dtype:
                              [P, 1] per member, [1, N] per weight
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.layout import Layout
from trainlab.tables import Card

__all__ = [
    "Factor",
    "Hyper",
    "Law",
    "Named",
    "Product",
    "Rule",
    "Shaped",
    "Slots",
    "hyper_of",
    "new_slots",
    "on",
]


class Named:
    """A mapping read by attribute, so that a rule reads like its paper.

    A plain class, since dynamo cannot trace types.SimpleNamespace.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Tensor: ...  # a number behaves alike
        def __setattr__(self, name: str, value: Tensor) -> None: ...


Slots = Named
"""Named state tensors; a factor rebinds its own and never writes into them."""
Hyper = Named
"""Named hyperparameters, and t: steps taken by the member, counting this one."""
Law = Callable[[Tensor, Slots, Hyper], Tensor | float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Factor:
    """One half of a rule: where to go, or how far along each coordinate."""

    law: Law
    rows: tuple[str, ...] = ()
    """Slots of shape [P, N], zero at the start."""
    columns: Mapping[str, float] = field(default_factory=dict)
    """Slots of shape [P, 1], with their value at the start."""
    reads: Mapping[str, float] = field(default_factory=dict)
    """Hyperparameters that the law reads, with their defaults."""
    card: Card


class Rule(Protocol):
    """What the engine knows of a rule; its slots are a flat dict of tensors, P first."""

    @property
    def hyper(self) -> Mapping[str, float]:
        """Every hyperparameter that the rule reads, with its default."""

    @property
    def card(self) -> Card:
        """The rule's card."""

    @property
    def elementwise(self) -> bool:
        """Whether a weight's update depends on no other weight, so that columns may be cut."""

    def init(self, theta: Tensor) -> dict[str, Tensor]:
        """Give the slots before the first step."""

    def step(
        self, g: Tensor, slots: Mapping[str, Tensor], h: Mapping[str, Value]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Give the amount to subtract from theta, and the slots after it; change nothing.

        `h` holds lr and t; what else it lacks has the rule's default.
        """


@runtime_checkable
class Shaped(Protocol):
    """A rule that takes weights as matrices, and must be told how a row divides into weights."""

    def on(self, layout: Layout) -> Rule:
        """Give the rule for rows of this layout."""


def on(rule: Rule, layout: Layout) -> Rule:
    """Give a rule for rows of this layout; most rules do not ask."""
    return rule.on(layout) if isinstance(rule, Shaped) else rule


@dataclass(frozen=True, kw_only=True, eq=False)
class Product:
    """The rule lr * direction * preconditioner."""

    direction: Factor
    preconditioner: Factor
    hyper: Mapping[str, float]
    card: Card
    elementwise: bool = True
    steady: bool = True
    """Whether its betas keep their values, as kernels take for granted that correct by beta^t."""

    def init(self, theta: Tensor) -> dict[str, Tensor]:
        """Give zero rows, and columns at their start."""
        return new_slots(self.direction, theta) | new_slots(self.preconditioner, theta)

    def step(
        self, g: Tensor, slots: Mapping[str, Tensor], h: Mapping[str, Value]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Give lr * direction * preconditioner, and the slots after it."""
        s, named = Slots(slots), hyper_of(self.hyper, h, g)
        step = self.direction.law(g, s, named)
        return named.lr * self.preconditioner.law(g, s, named) * step, dict(vars(s))


def hyper_of(defaults: Mapping[str, float], given: Mapping[str, Value], g: Tensor) -> Hyper:
    """Name the hyperparameters of a step; t becomes a tensor of g's dtype, or of float32."""
    t = torch.as_tensor(given["t"], dtype=exact(g.dtype), device=g.device)
    return Hyper({k: _held(v, g.dtype) for k, v in {**defaults, **given, "t": t}.items()})


def _held(value: Value, dtype: torch.dtype) -> Value:
    """Round a number as a tensor would hold it, so that a number and a column give the same bits.

    Dekker 1971: c - (c - value) with c = value (2^29 + 1) keeps float32's 24 bits. A compiler
    would simplify it away, and promises no bits.
    """
    if isinstance(value, Tensor) or dtype != torch.float32 or torch.compiler.is_compiling():
        return value
    c = value * (2.0**29 + 1)
    return c - (c - value)


def new_slots(factor: Factor, theta: Tensor) -> dict[str, Tensor]:
    """Give the slots that a factor declares, for theta [P, N]."""
    rows = {name: torch.zeros_like(theta) for name in factor.rows}
    column = theta[:, :1].to(exact(theta.dtype))
    return rows | {name: torch.full_like(column, start) for name, start in factor.columns.items()}


def exact(dtype: torch.dtype) -> torch.dtype:
    """Give the type of columns: of a half, 0.999 would be 1 and no two steps would follow 256."""
    return torch.promote_types(dtype, torch.float32)
