"""Take one step in place: the only file here that knows how, not what."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from trainlab.averages import Value
from trainlab.rules.algebra import Rule

__all__ = ["apply"]


def apply(
    rule: Rule, theta: Tensor, g: Tensor, slots: dict[str, Tensor], h: Mapping[str, Value]
) -> None:
    """Update theta [P, N] and the slots in place by one step of the rule."""
    amount, after = rule.step(g, slots, h)
    theta.sub_(amount)
    for name, value in after.items():
        slots[name].copy_(value)
