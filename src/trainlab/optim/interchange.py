"""What states are called where torch has the class, so that either goes on with the other's."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.errors import InputError
from trainlab.optim.row import NONE, Names, State, columns_of
from trainlab.rules import Rule

__all__ = ["SLOTS", "alone", "completed", "names_of"]

ADAM: Names = {"m": "exp_avg", "v": "exp_avg_sq", "peak": "max_exp_avg_sq"}

SLOTS: Mapping[str, Names] = {
    "SGD": {"m": "momentum_buffer"},
    "Adagrad": {"v": "sum"},
    "Adadelta": {"v": "square_avg", "d": "acc_delta"},
    "RMSprop": {"v": "square_avg", "a": "grad_avg", "ball": "momentum_buffer"},
    "Adam": ADAM,
    "AdamW": ADAM,
    "Adamax": {"m": "exp_avg", "u": "exp_inf"},
    "NAdam": {**ADAM, "lack1": "mu_product"},
    "RAdam": ADAM,
    "Muon": {"ball": "momentum_buffer"},
}
"""By class, what torch calls the rule's slots; the others keep the rule's own names."""
LACKS = {"lack1": "beta1", "lack2": "beta2"}
"""Slots that torch does not keep but computes from the count of steps: the powers of a beta."""


def names_of(kind: type) -> Names:
    """Give the names for an optimizer's class, or for a user's class made of it."""
    known = (SLOTS[each.__name__] for each in kind.__mro__ if each.__name__ in SLOTS)
    return next(known, NONE)


def alone(state: State) -> State:
    """Give a state whose counts no other parameter shares, in a type that torch can add to."""
    own = {k: v.clone() for k, v in state.items() if isinstance(v, Tensor) and v.numel() == 1}
    return {**state, **own, **({"step": own["step"].double()} if "step" in own else {})}


def completed(state: State, rule: Rule, h: Mapping[str, Value], names: Names) -> State:
    """Add what torch does not keep; raises InputError for the state of another rule."""
    kept = {name: value for name, value in state.items() if value is not None}
    wanted = [names.get(name, name) for name in rule.init(torch.zeros(1, 2))]
    if wanted and not kept.keys() & set(wanted):
        raise InputError(
            f"the state is another optimizer's: it keeps {', '.join(kept)}",
            allowed=wanted,
            next_step="load what an optimizer of this class, or torch's of this name, has saved",
        )
    kept.setdefault("step", torch.tensor(1))  # torch's SGD and Muon do not count
    for name in columns_of(rule) & LACKS.keys():
        lack = float(h[LACKS[name]]) ** int(kept["step"])
        kept.setdefault(names.get(name, name), torch.tensor([lack], dtype=torch.float64))
    return kept
