"""What torch's oracles in test_table and the expressions in test_fused leave open."""

from __future__ import annotations

import pytest
import torch

from trainlab.rules import RULES, apply, in_place
from trainlab.rules.in_place import IN_PLACE

NAMES = ["adadelta", "adamax", "lion", "rmsprop_centred"]


def test_each_way_in_place_belongs_to_a_rule() -> None:
    laws = {(RULES[n].direction.law, RULES[n].preconditioner.law) for n in NAMES}
    assert laws == set(IN_PLACE)


@pytest.mark.parametrize("name", [*NAMES, "nadam", "radam", "rmsprop"])
def test_tensors_stay_where_they_are_and_the_gradient_is_only_read(name: str) -> None:
    rule, theta, g = RULES[name], torch.ones(3, 5), torch.full((3, 5), 0.5)
    slots = rule.init(theta)
    before, kept = dict(slots), theta
    for t in range(1, 8):
        apply(rule, theta, g, slots, {"lr": 0.1, "t": t})
    assert theta is kept and not torch.equal(theta, torch.ones(3, 5))
    assert all(slots[key] is before[key] for key in before)
    assert torch.equal(g, torch.full((3, 5), 0.5))


def test_a_gradient_without_spread_stays_finite() -> None:
    rule, theta = RULES["rmsprop_centred"], torch.ones(1, 2)
    slots = rule.init(theta)
    for t in range(1, 200):
        apply(rule, theta, torch.full((1, 2), 1e-3), slots, {"lr": 1e-3, "t": t, "beta2": 0.5})
    assert theta.isfinite().all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("most", [4, 7, 16])
def test_some_weights_at_a_time_come_to_the_same_bits(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, theta = RULES[name], torch.linspace(-1, 1, 21).reshape(3, 7)
    found = []
    for size in (100, most):
        monkeypatch.setattr(in_place, "IN_CACHE", size)
        moved, slots = theta.clone(), rule.init(theta)
        for t in range(1, 8):
            apply(rule, moved, torch.sin(theta * t), slots, {"lr": 0.1, "t": t})
        found.append([moved, *slots.values()])
    assert all(map(torch.equal, *found))
