"""SWATS: begins with Adam, ends with SGD, member by member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.averages import Value, debias, ema, row_dot
from trainlab.rules.algebra import Factor, Hyper, Rule, Slots, hyper_of, new_slots
from trainlab.tables import Card

__all__ = ["SWITCH", "Swats", "watch"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Swats:
    """Adam until the SGD rate that its own steps imply settles, then SGD at that rate.

    Keskar & Socher 2017, https://arxiv.org/abs/1712.07628, algorithm 1. One thing is added: after
    the switch the rate follows lr, as a share of it, so that schedules go on working.
    """

    adam: Rule
    hyper: Mapping[str, float]
    card: Card
    elementwise: bool = False

    def init(self, theta: Tensor) -> dict[str, Tensor]:
        """Give Adam's slots, the ball of SGD, and the state of the switch."""
        return self.adam.init(theta) | new_slots(SWITCH, theta)

    def step(
        self, g: Tensor, slots: Mapping[str, Tensor], h: Mapping[str, Value]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Give the step of each member's phase; Adam's slots rest after the switch."""
        adam_step, moved = self.adam.step(g, slots, h)
        switched = slots["switched"] > 0
        after = {name: torch.where(switched, slots[name], moved[name]) for name in moved}
        s, named = Slots(after), hyper_of(self.hyper, h, g)
        s.ball = torch.where(switched, named.beta1 * s.ball + g, 0.0)
        sgd_step = s.ball * s.share * named.lr * (1 - named.beta1)
        watch(row_dot(adam_step, g), row_dot(adam_step, adam_step), s, named)
        return torch.where(switched, sgd_step, adam_step), dict(vars(s))


SWITCH = Factor(
    law=lambda g, s, h: g,
    rows=("ball",),
    columns={"rate": 0.0, "lack": 1.0, "share": 0.0, "switched": 0.0},
    card=Card(does="the state of the switch: implied rate, its share of lr, whether it happened"),
)


def watch(along: Tensor, square: Tensor, s: Slots, h: Hyper) -> None:
    """Average the rate at which SGD would have gone as far along g; switch when it settles.

    `along` is p.g and `square` p.p, of Adam's step p.
    """
    seen = (along != 0) & (s.switched == 0)  # the paper skips a step with p.g = 0
    implied = square / along
    s.rate = torch.where(seen, ema(s.rate, implied, h.beta2), s.rate)
    s.lack = torch.where(s.switched > 0, s.lack, s.lack * h.beta2)
    settled = debias(s.rate, s.lack)
    now = seen & ((settled - implied).abs() < h.settle) & (h.t > 1)
    largest = h.lr.amax(dim=-1, keepdim=True) if isinstance(h.lr, Tensor) else h.lr
    s.share = torch.where(now, settled / largest, s.share)
    s.switched = torch.where(now, 1.0, s.switched)
