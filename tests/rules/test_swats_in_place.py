"""The kernels' way: against the paper, and against the rule's expression."""

from __future__ import annotations

import pytest
import torch

from tests.rules.test_swats import BETA2, LR, SETTLE, gradients, paper
from trainlab.rules import RULES, apply
from trainlab.rules.swats_in_place import BLOCK


@pytest.mark.parametrize("row", range(4))
def test_a_member_alone_is_the_paper_by_torchs_kernels(row: int) -> None:
    g = gradients(row)
    expected, _ = paper(g, SETTLE[row])
    rule, theta = RULES["swats"], torch.ones(1, 4, dtype=torch.float64)
    slots = rule.init(theta)
    for t in range(1, 81):
        h = {"lr": LR, "beta2": BETA2, "settle": SETTLE[row], "t": t}
        apply(rule, theta, g[t - 1 : t], slots, h)
        torch.testing.assert_close(theta[0], expected[t - 1], rtol=1e-12, atol=1e-13)


def test_large_members_in_both_phases_are_the_expression() -> None:
    rule, draw = RULES["swats"], torch.Generator().manual_seed(0)
    h = {"lr": 1e-3, "settle": torch.tensor([[0.0], [1.0], [0.0]], dtype=torch.float64)}
    theta = torch.randn(3, BLOCK + 77, generator=draw, dtype=torch.float64)
    other, slots, after = theta.clone(), rule.init(theta), rule.init(theta)
    for t in range(1, 7):
        g = torch.randn(theta.shape, generator=draw, dtype=torch.float64)
        apply(rule, theta, g, slots, {**h, "t": t})
        amount, after = rule.step(g, after, {**h, "t": t})
        other = other - amount
    assert slots["switched"].flatten().tolist() == [0, 1, 0]
    torch.testing.assert_close(theta, other, rtol=1e-12, atol=1e-13)
    torch.testing.assert_close(slots, after, rtol=1e-12, atol=1e-13)


def test_without_momentum_the_second_phase_is_plain_sgds() -> None:
    theta, g = torch.randn(2, 1, 40, generator=torch.Generator().manual_seed(2))
    slots = RULES["swats"].init(theta)
    slots["switched"].fill_(1.0)
    slots["share"].fill_(0.5)
    expected = theta - 0.5 * 0.1 * g
    apply(RULES["swats"], theta, g, slots, {"lr": 0.1, "beta1": 0.0, "t": 3.0})
    torch.testing.assert_close(theta, expected)
    assert torch.equal(slots["ball"], g)
