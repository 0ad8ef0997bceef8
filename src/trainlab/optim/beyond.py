"""Optimizers that torch lacks: with the paper's arguments, or of any rule by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from trainlab.errors import InputError
from trainlab.optim.stepper import Group, Parameters, Stepper
from trainlab.rules import RULES, Rule, pair

__all__ = ["SWATS", "Lion", "Ruled"]

Betas = tuple[float, float]


class Lion(Stepper):
    """Steps of lr along every coordinate, signs from an average. The paper's, decay decoupled."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-4,
        betas: Betas = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "decoupled_weight_decay": True,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give lion."""
        return RULES["lion"]


class SWATS(Stepper):
    """Begins with Adam, ends with SGD, each group at its own time. The paper's."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        settle: float = 1e-9,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "settle": settle,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give swats."""
        return RULES["swats"]


class Ruled(Stepper):
    """Any rule of the table, or any two factors: Ruled(params, "nesterov * rms", lr=1e-3).

    `hyper` has the names of the rule's own numbers; lr, which every rule has, may also stand by
    itself, where frameworks put it. Decay is decoupled unless said otherwise.
    """

    def __init__(
        self,
        params: Parameters,
        rule: str = "adam",
        hyper: Mapping[str, float] = MappingProxyType({}),
        weight_decay: float = 0.0,
        *,
        lr: float | None = None,
        decoupled_weight_decay: bool = True,
        maximize: bool = False,
    ) -> None:
        reads = _spelled(rule).hyper
        for name in hyper:
            if name not in reads:
                raise InputError(f"{rule} reads no {name!r}", allowed=list(reads), given=name)
        options = {
            "rule": rule,
            **reads,
            **hyper,
            **({} if lr is None else {"lr": lr}),
            "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give the rule of that name, or the pair of those two factors."""
        return _spelled(group["rule"])


@cache
def _spelled(name: str) -> Rule:
    direction, star, preconditioner = (part.strip() for part in name.partition("*"))
    return pair(direction, preconditioner) if star else RULES[direction]
