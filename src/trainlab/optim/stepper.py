"""What all optimizers of the package are: torch's semantics around one rule of the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, overload

import torch
from torch import Tensor
from torch.optim import Optimizer

from trainlab.averages import Value
from trainlab.errors import InputError
from trainlab.optim.row import Around, Row, State, rows_of
from trainlab.rules import Rule

__all__ = ["Group", "Parameters", "Stepper"]

Group = dict[str, Any]
"""A parameter group: torch's options by torch's names, and params."""
Parameters = Iterable[Tensor] | Iterable[Group] | Iterable[tuple[str, Tensor]]

RULES_NAMES = {"alpha": "beta2", "rho": "beta2", "momentum_decay": "psi"}
"""How the rules call a number that torch calls otherwise."""
STARTS = {"initial_accumulator_value": "v"}
"""The slot whose first value an option gives."""


class Stepper(Optimizer):
    """A torch optimizer whose every group follows a rule of the table.

    As torch's: a parameter without a gradient is skipped and its count of steps stands still; .grad
    is only read; options may be changed between steps, and hold from the next one on. Parameters
    of a group are stepped together as one row, whatever their number.
    """

    def __init__(self, params: Parameters, options: Group) -> None:
        _check(options)
        self._rows: dict[int, tuple[list[Any], list[Row]]] = {}
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give the rule that a group's options ask for: what a subclass has to say."""
        raise NotImplementedError

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Take one step; `closure` computes the loss and its gradients first, and is returned."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        with torch.no_grad():
            for place, group in enumerate(self.param_groups):
                rule = self.rule(group)
                h, around = _hypers(group, rule), _around(group)
                for row in self._gathered(place, group, rule):
                    row.step(h, around)
        return loss

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what another optimizer of this class gave; torch rounds nothing.

        torch casts a state to the parameter's type: of a half, 0.999 would become 1.
        """
        super().load_state_dict(dict(state_dict))
        params = [p for group in self.param_groups for p in group["params"]]
        places = [place for group in state_dict["param_groups"] for place in group["params"]]
        for p, place in zip(params, places, strict=True):
            saved = state_dict["state"].get(place, {})
            for name, value in saved.items():
                if isinstance(value, Tensor) and value.dtype != self.state[p][name].dtype:
                    self.state[p][name] = value.to(p.device)

    def __setstate__(self, state: Group) -> None:
        super().__setstate__(state)
        self._rows = {}

    def _gathered(self, place: int, group: Group, rule: Rule) -> list[Row]:
        """Give the rows of a group: those of the last step, unless anything has changed."""
        params = [p for p in group["params"] if p.grad is not None]
        signature, rows = self._rows.get(place, ([], []))
        if signature != [rule, self._signs(params)]:
            starts = {slot: group[name] for name, slot in STARTS.items() if name in group}
            rows = rows_of(rule, params, self.state, starts)
            for row in rows:
                for p, state in zip(row.params, row.states(), strict=True):
                    self.state[p] = {**self.state[p], **state}
            self._rows[place] = ([rule, self._signs(params)], rows)
        return rows

    def _signs(self, params: Iterable[Tensor]) -> list[tuple[Any, ...]]:
        """Tell by what a row is known: its parameters as they are, and the state made for them."""
        nothing: State = {}
        state = self.state.get
        return [
            (id(p), p.dtype, p.device, p.shape, *map(id, state(p, nothing).values()))
            for p in params
        ]


def _hypers(group: Group, rule: Rule) -> dict[str, Value]:
    """Give the rule's numbers from a group's options."""
    named = {RULES_NAMES.get(name, name): value for name, value in group.items()}
    if "betas" in group:
        named["beta1"], named["beta2"] = group["betas"]
    return {name: _number(named[name]) for name in rule.hyper if name in named}


def _number(value: Value) -> Value:
    """Read a tensor of one number where that costs no wait: the rules' fast ways take numbers."""
    cheap = isinstance(value, Tensor) and value.device.type == "cpu" and value.numel() == 1
    return float(value) if cheap else value


def _around(group: Group) -> Around:
    return Around(
        decay=float(group.get("weight_decay", 0.0)),
        decoupled=group.get("decoupled_weight_decay", False),
        maximize=group.get("maximize", False),
        lr_decay=group.get("lr_decay", 0.0),
    )


def _check(options: Group) -> None:
    """Refuse what no rule can work with, as torch does."""
    numbers = {k: v for k, v in options.items() if isinstance(v, float | int)}
    for name, value in numbers.items():
        if value < 0 or math.isnan(value):
            raise InputError(f"{name} is {value}", allowed=["0 or more"], next_step="change it")
    for beta in options.get("betas", ()):
        if not 0 <= float(beta) < 1:
            raise InputError(f"betas has {beta}", allowed=["from 0 to below 1"])
