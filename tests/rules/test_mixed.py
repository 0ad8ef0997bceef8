from __future__ import annotations

import pytest
import torch

from trainlab.rules import RULES, apply
from trainlab.rules.algebra import Rule
from trainlab.rules.mixed import WHICH, Mixed
from trainlab.tables import Table

NAMES = [name for name in RULES if name != "muon"]  # which asks for a layout


def gradients(steps: int, shape: tuple[int, int]) -> list[torch.Tensor]:
    torch.manual_seed(0)
    return list(torch.randn(steps, *shape, dtype=torch.float64))


def stepped(rule: Rule, theta: torch.Tensor, rows: slice, lr: torch.Tensor) -> torch.Tensor:
    """Take five steps with these rows of the same gradients."""
    theta = theta[rows].clone()
    slots = rule.init(theta)
    for t, g in enumerate(gradients(5, (len(lr), theta.shape[1])), start=1):
        h = {"lr": lr[rows] if len(theta) < len(lr) else lr, "t": float(t)}
        apply(rule, theta, g[rows], slots, h)
    return theta


@pytest.mark.parametrize("width", [6, 5000])
def test_each_member_takes_the_steps_of_its_own_rule(width: int) -> None:
    of = [place for place in range(len(NAMES)) for _ in range(2)]
    mixed = Mixed([RULES[name] for name in NAMES], of)
    torch.manual_seed(1)
    theta = torch.randn(len(of), width, dtype=torch.float64)
    lr = torch.linspace(0.01, 0.1, len(of), dtype=torch.float64)[:, None]
    together = stepped(mixed, theta, slice(None), lr)
    for place, name in enumerate(NAMES):
        rows = slice(2 * place, 2 * place + 2)
        alone = stepped(RULES[name], theta, rows, lr)
        torch.testing.assert_close(together[rows], alone, rtol=1e-12, atol=1e-14)


def test_the_expression_takes_the_same_step() -> None:
    mixed = Mixed([RULES["sgd"], RULES["adam"]], [0, 1, 1])
    theta = torch.zeros(3, 4, dtype=torch.float64)
    slots, (g,) = mixed.init(theta), gradients(1, (3, 4))
    amount, after = mixed.step(g, slots, {"lr": 0.1, "t": 1.0})
    apply(mixed, theta, g, slots, {"lr": 0.1, "t": 1.0})
    torch.testing.assert_close(theta, -amount, rtol=1e-12, atol=0)
    for name in slots:
        torch.testing.assert_close(after[name], slots[name], rtol=1e-12, atol=1e-14)


def test_rows_keep_their_rule_when_others_leave() -> None:
    mixed = Mixed([RULES["sgd"], RULES["lion"]], [0, 0, 1])
    theta = torch.zeros(3, 4)
    slots = {name: slot[[1, 2]] for name, slot in mixed.init(theta).items()}
    runs = [(rows, rule) for rows, rule, _ in mixed.parts(slots)]
    assert runs == [(slice(0, 1), RULES["sgd"]), (slice(1, 2), RULES["lion"])]


def test_a_slot_of_one_name_has_one_width_in_all_rules() -> None:
    rules: Table[Rule] = RULES
    mixed = Mixed([rules[name] for name in NAMES], range(len(NAMES)))
    slots = mixed.init(torch.zeros(len(NAMES), 4))
    assert slots[WHICH].flatten().tolist() == list(range(len(NAMES)))
    for place, name in enumerate(NAMES):
        for slot, own in rules[name].init(torch.zeros(1, 4)).items():
            assert slots[slot][place : place + 1].equal(own)
