"""SGD, Lion and SWATS by torch's kernels for lists of parameters, stepped where they lie.

A step of SGD or Lion is so short that to gather the parameters into rows would cost more than the
step; a row of SWATS is all parameters of a group, and to gather them is a copy of the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules import DIRECTIONS, PRECONDITIONERS, Factor, Product, Rule
from trainlab.rules.swats import Swats
from trainlab.rules.swats_in_place import Member, step_member

__all__ = ["Around", "dense_gradients", "step_in_lists", "step_with_momentum", "step_without_slots"]

STEEPEST = DIRECTIONS["steepest"]
NESTEROV = DIRECTIONS["nesterov"]
LION = DIRECTIONS["sign_of_average"]
UNIT = PRECONDITIONERS["unit"]
BALLS = (DIRECTIONS["heavy_ball"], DIRECTIONS["dampened"], NESTEROV)
"""Directions that torch's kernel of SGD takes."""

Numbers = Mapping[str, Value]


class Around(NamedTuple):
    """What stands around the rule."""

    decay: float = 0.0
    decoupled: bool = False
    maximize: bool = False
    lr_decay: float = 0.0
    """Adagrad's own: the rate is lr / (1 + (t - 1) lr_decay)."""


def step_without_slots(rule: Rule, params: list[Tensor], h: Numbers, around: Around) -> bool:
    """Step by plain SGD, which keeps nothing and counts nothing; tell whether that was asked."""
    lr = h["lr"]
    if not _goes(rule, (STEEPEST,)) or isinstance(lr, Tensor):
        return False
    if params:
        gradients, sign = dense_gradients(params), -1.0 if around.maximize else 1.0
        coupled = _decayed(params, lr, around)
        if coupled != 0:
            gradients = list(torch._foreach_add(gradients, params, alpha=sign * coupled))
        torch._foreach_add_(params, gradients, alpha=-sign * lr)
    return True


def step_with_momentum(
    rule: Rule,
    lists: tuple[list[Tensor], list[Tensor], list[Tensor]],
    t: int,
    h: Numbers,
    around: Around,
) -> bool:
    """Step parameters by gradients and momenta, if the rule and their memory allow it.

    torch's kernel reads memory in order, so all must lie as the momenta do.
    """
    params, gradients, momenta = lists
    if not _goes(rule, BALLS) or any(isinstance(value, Tensor) for value in h.values()):
        return False
    if not h["momentum"] or not _lie_in_order(params, gradients):
        return False  # without momentum torch's kernel takes no momenta
    lr, dampening = float(h["lr"]), float(h.get("dampening", 0.0))
    torch._fused_sgd_(
        params, gradients, momenta, weight_decay=_decayed(params, lr, around),
        lr=lr, momentum=float(h["momentum"]), dampening=dampening,
        nesterov=_goes(rule, (NESTEROV,)),
        maximize=around.maximize, is_first_step=t == 1 and dampening != 0,
    )  # fmt: skip
    return True


def step_in_lists(
    rule: Rule,
    lists: tuple[list[Tensor], list[Tensor]],
    slots: Mapping[str, list[Tensor]],
    columns: Mapping[str, Tensor],
    h: Numbers,
    around: Around,
) -> bool:
    """Step parameters by SWATS or Lion, if one of them is asked and the memory allows it."""
    numbers = {name: value for name, value in h.items() if not isinstance(value, Tensor)}
    lion = _goes(rule, (LION,))
    if not (lion or isinstance(rule, Swats)) or len(numbers) < len(h) or not _lie_in_order(*lists):
        return False
    params, gradients = lists
    if around.maximize:
        gradients = list(torch._foreach_neg(gradients))
    coupled = _decayed(params, numbers["lr"], around)
    if coupled != 0:
        gradients = list(torch._foreach_add(gradients, params, alpha=coupled))
    if lion:
        _step_lion(params, gradients, slots["m"], numbers)
    else:
        member = Member(params, gradients, slots["m"], slots["v"], slots["ball"])
        step_member(member, columns, numbers)
    return True


def _step_lion(
    params: list[Tensor], gradients: list[Tensor], m: list[Tensor], h: Mapping[str, float]
) -> None:
    signs = torch._foreach_lerp(m, gradients, 1 - h["beta1"])
    torch._foreach_sign_(signs)
    torch._foreach_add_(params, signs, alpha=-h["lr"])
    torch._foreach_lerp_(m, gradients, 1 - h["beta2"])


def dense_gradients(params: Sequence[Tensor]) -> list[Tensor]:
    """Read gradients, which are there; a sparse one counts as the dense one it stands for."""
    found: list[Tensor] = [p.grad for p in params]  # type: ignore[misc]
    if {g.layout for g in found} == {torch.strided}:
        return found
    return [g if g.layout == torch.strided else g.to_dense() for g in found]


def _goes(rule: Rule, directions: tuple[Factor, ...]) -> bool:
    """Tell whether a rule is one of these directions, by itself."""
    return (
        isinstance(rule, Product) and rule.preconditioner is UNIT and rule.direction in directions
    )


def _lie_in_order(*lists: list[Tensor]) -> bool:
    """Tell whether kernels can step tensors where they are."""
    served = lists[0][0].device.type in ("cpu", "cuda")
    return served and all(each.is_contiguous() for tensors in lists for each in tensors)


def _decayed(params: list[Tensor], lr: float, around: Around) -> float:
    """Decay what decays beside the rule; give the decay that the kernel adds to the gradients."""
    if around.decay == 0 or not around.decoupled:
        return around.decay
    torch._foreach_mul_(params, 1 - lr * around.decay)
    return 0.0
