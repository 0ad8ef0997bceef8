from __future__ import annotations

import inspect

import pytest
import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.rules import RULES, Rule, apply
from trainlab.rules.apply import BLOCK, _compiled

SHAPES = [(1, BLOCK + 77), (3, BLOCK // 2 + 5), (2, 2 * BLOCK), (9, BLOCK // 4)]


compiling = pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")
"""The compiler warns of its own parts."""


def draw(members: int, n: int, seed: int) -> Tensor:
    return torch.randn(members, n, generator=torch.Generator().manual_seed(seed))


def steps(rule: Rule, theta: Tensor, in_place: bool, h: dict[str, Value]) -> dict[str, Tensor]:
    """Take three steps, by `apply` or by the pure step; give the slots, and theta beside them."""
    theta, slots = theta.clone(), rule.init(theta)
    for t in range(1, 4):
        g = draw(*theta.shape, seed=t)
        if in_place:
            apply(rule, theta, g, slots, {**h, "t": t})
        else:
            amount, slots = rule.step(g, slots, {**h, "t": t})
            theta = theta - amount
    return {"theta": theta, **slots}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("shape", SHAPES)
def test_blocks_change_no_bit(name: str, shape: tuple[int, int]) -> None:
    rule, theta = RULES[name], draw(*shape, seed=0)
    by_member, by_weight = torch.linspace(0.001, 0.01, shape[0]), torch.linspace(0.5, 1, shape[1])
    lr = torch.outer(by_member, by_weight)
    whole, cut = (steps(rule, theta, in_place, {"lr": lr}) for in_place in (False, True))
    assert whole.keys() == cut.keys()
    assert all(torch.equal(whole[key], cut[key]) for key in whole)


@pytest.mark.parametrize("name", ["adam", "nadam", "adadelta", "radam", "swats", "lion"])
def test_a_step_traces_whole(name: str) -> None:
    """fullgraph: dynamo finds nothing in a rule that it would have to leave to Python."""
    rule, theta = RULES[name], draw(2, 5, seed=0)
    traced = torch.compile(rule.step, fullgraph=True, backend="eager")
    slots = rule.init(theta)
    h = {name: torch.full((2, 1), v) for name, v in {**rule.hyper, "t": 3.0}.items()}
    amount, after = rule.step(theta, slots, h)
    again, after_again = traced(theta, slots, h)
    assert torch.equal(amount, again)
    assert all(torch.equal(after[key], after_again[key]) for key in after)


@compiling
def test_each_rule_has_its_own_allowance_of_recompilations() -> None:
    codes = {id(inspect.unwrap(_compiled(rule.step)).__code__) for rule in RULES.values()}
    assert len(codes) == len(RULES)


@compiling
def test_compiled_is_eager_to_rounding() -> None:
    rule, h = RULES["momentum"], {"lr": 0.1}
    theta = draw(2, 33, seed=0)
    eager, fused = theta.clone(), theta.clone()
    slots, slots_fused = rule.init(theta), rule.init(theta)
    for t in range(1, 3):
        g = draw(2, 33, seed=t)
        apply(rule, eager, g, slots, {**h, "t": t})
        apply(rule, fused, g, slots_fused, {**h, "t": t}, compiled=True)
    torch.testing.assert_close(fused, eager, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(slots_fused["m"], slots["m"], rtol=1e-6, atol=1e-6)
