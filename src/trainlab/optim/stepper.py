"""What all optimizers of the package are: torch's semantics around one rule of the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any, NamedTuple, overload

import torch
from torch import Tensor
from torch._compile import _disable_dynamo
from torch.optim import Optimizer

from trainlab.averages import Value
from trainlab.errors import InputError
from trainlab.optim.in_lists import Around, step_without_slots
from trainlab.optim.interchange import alone, completed, names_of
from trainlab.optim.row import Row, rows_of
from trainlab.rules import Rule

__all__ = ["Group", "Parameters", "Stepper"]

Group = dict[str, Any]
"""A parameter group: torch's options by torch's names, and params."""
Parameters = Iterable[Tensor] | Iterable[Group] | Iterable[tuple[str, Tensor]]

TORCHS_NAMES = {"beta2": ("alpha", "rho"), "psi": ("momentum_decay",)}
"""What torch calls a number that the rules call otherwise."""
BETAS = ("beta1", "beta2")
STARTS = {"initial_accumulator_value": "v"}
"""The slot whose first value an option gives."""
NO_OPTIONS = ("params", "param_names")
FIXED = {float, int, bool, str, tuple, type(None)}
"""Types of options that do not change in place. A tensor may, and is read at every step."""


class Asked(NamedTuple):
    """What a group's options ask for; a tuple, which is made in no time where a rate changes."""

    values: list[Any]
    """The options as they were read; none where they may change in place."""
    rule: Rule
    h: Mapping[str, Value]
    around: Around


@dataclass(frozen=True, kw_only=True, eq=False)
class Gathered:
    """The rows of a group, and what they were made of."""

    params: list[Tensor]
    kinds: list[tuple[Any, ...]]
    rule: Rule
    rows: list[Row]


class Stepper(Optimizer):
    """A torch optimizer whose every group follows a rule of the table.

    As torch's: a parameter without a gradient is skipped and its count of steps stands still; .grad
    is only read; options may be changed between steps, and hold from the next one on. Parameters
    of a group are stepped together as one row, whatever their number.
    """

    def __init__(self, params: Parameters, options: Group) -> None:
        _check(options)
        self._forget()
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
            if torch.compiler.is_compiling():
                _uncompiled(self)
            else:
                self._step_groups()
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Give the state as torch does: nothing of it is shared between parameters."""
        found = super().state_dict()
        own = {place: alone(state) for place, state in found["state"].items()}
        return {**found, "state": own}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what another optimizer of this class gave, or torch's of that name.

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
        for group in self.param_groups:
            group.update({**self.defaults, **group})
            rule = self.rule(group)
            h, names = _hypers(group, rule), names_of(type(self))
            for p in filter(self.state.get, group["params"]):
                self.state[p] = completed(self.state[p], rule, h, names)

    def __setstate__(self, state: Group) -> None:
        super().__setstate__(state)
        self._forget()

    def _forget(self) -> None:
        """Forget what is kept from step to step to save time."""
        self._asked: dict[int, Asked] = {}
        self._rows: dict[int, Gathered] = {}
        self._left: list[Any] = []

    def _step_groups(self) -> None:
        if not _same(self._kept(), self._left):
            self._rows = {}  # somebody wrote into the state
        for place, group in enumerate(self.param_groups):
            asked = self._read(place, group)
            params = [p for p in group["params"] if p.grad is not None and p.numel()]
            if not step_without_slots(asked.rule, params, asked.h, asked.around):
                for row in self._gathered(place, group, asked.rule, params):
                    row.step(asked.h, asked.around)

    def _read(self, place: int, group: Group) -> Asked:
        """Read a group's options, unless they are those of the last step."""
        known = self._asked.get(place)
        if known is None or not _same(group.values(), known.values):
            rule = self.rule(group)
            values = [*group.values()] if _fixed(group) else []
            known = Asked(values=values, rule=rule, h=_hypers(group, rule), around=_around(group))
            self._asked[place] = known
        return known

    def _gathered(self, place: int, group: Group, rule: Rule, params: list[Tensor]) -> list[Row]:
        """Give the rows of a group: those of the last step, unless anything has changed."""
        known = self._rows.get(place)
        kinds = [(p.dtype, p.device, p.shape) for p in params]
        if (
            known is None
            or known.rule is not rule
            or known.kinds != kinds
            or not _same(params, known.params)
        ):
            starts = {slot: group[name] for name, slot in STARTS.items() if name in group}
            rows = rows_of(rule, params, self.state, starts, names_of(type(self)))
            for row in rows:
                for p, state in zip(row.params, row.states(), strict=True):
                    self.state[p] = {**self.state[p], **state}
            known = Gathered(params=params, kinds=kinds, rule=rule, rows=rows)
            self._rows[place], self._left = known, self._kept()
        return known.rows

    def _kept(self) -> list[Any]:
        """Give all that the state holds, of all parameters."""
        return [value for state in self.state.values() for value in state.values()]


@_disable_dynamo  # torch.compiler.disable would import the compiler for those who never compile
def _uncompiled(stepper: Stepper) -> None:
    """Step beside a compiled graph: torch has no compiled form of the kernels that step here."""
    stepper._step_groups()


def _same(now: Iterable[Any], before: Sequence[Any]) -> bool:
    """Tell whether these are the very same objects."""
    these = [*now]
    return len(these) == len(before) and all(map(is_, these, before))


def _fixed(group: Group) -> bool:
    """Tell whether options change only by being replaced."""
    options = [value for name, value in group.items() if name not in NO_OPTIONS]
    kinds = {*map(type, options)}
    if tuple in kinds:
        kinds.update(type(part) for each in options if isinstance(each, tuple) for part in each)
    return kinds <= FIXED


def _hypers(group: Group, rule: Rule) -> dict[str, Value]:
    """Give the rule's numbers from a group's options."""
    return {name: _number(_option(group, name, usual)) for name, usual in rule.hyper.items()}


def _option(group: Group, name: str, usual: float) -> Value:
    if name in group:
        return group[name]  # type: ignore[no-any-return]
    if name in BETAS and "betas" in group:
        return group["betas"][BETAS.index(name)]  # type: ignore[no-any-return]
    found = [group[other] for other in TORCHS_NAMES.get(name, ()) if other in group]
    return found[0] if found else usual


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
