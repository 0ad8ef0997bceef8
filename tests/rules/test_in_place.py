"""What torch's oracles in test_table and the expressions in test_fused leave open."""

from __future__ import annotations

import pytest
import torch

from trainlab.rules import RULES, apply
from trainlab.rules.in_place import IN_PLACE

NAMES = ["adadelta", "adamax", "lion", "nadam", "radam", "rmsprop", "rmsprop_centred"]


def test_each_way_in_place_belongs_to_a_rule() -> None:
    laws = {(RULES[n].direction.law, RULES[n].preconditioner.law) for n in NAMES}
    assert laws == set(IN_PLACE)


@pytest.mark.parametrize("name", NAMES)
def test_tensors_stay_where_they_are_and_the_gradient_is_only_read(name: str) -> None:
    rule, theta, g = RULES[name], torch.ones(3, 5), torch.full((3, 5), 0.5)
    slots = rule.init(theta)
    before, kept = dict(slots), theta
    for t in range(1, 8):
        apply(rule, theta, g, slots, {"lr": 0.1, "t": t})
    assert theta is kept and not torch.equal(theta, torch.ones(3, 5))
    assert all(slots[key] is before[key] for key in before)
    assert torch.equal(g, torch.full((3, 5), 0.5))


def test_members_of_nadam_keep_their_own_momenta() -> None:
    """A member that was trained at another beta1 has another product of momenta."""
    rule, g = RULES["nadam"], torch.full((2, 3), 2.0, dtype=torch.float64)
    theta = torch.ones_like(g)
    slots = rule.init(theta)
    slots["lack1"][1] = 0.5
    amount, after = rule.step(g, slots, {"lr": 0.1, "t": 3})
    apply(rule, theta, g, slots, {"lr": 0.1, "t": 3})
    assert not torch.equal(amount[0], amount[1])
    torch.testing.assert_close(after["lack1"], slots["lack1"], rtol=1e-14, atol=0)


def test_a_gradient_without_spread_stays_finite() -> None:
    rule, theta = RULES["rmsprop_centred"], torch.ones(1, 2)
    slots = rule.init(theta)
    for t in range(1, 200):
        apply(rule, theta, torch.full((1, 2), 1e-3), slots, {"lr": 1e-3, "t": t, "beta2": 0.5})
    assert theta.isfinite().all()
