from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainlab.rules.algebra import Factor, Product, hyper_of, new_slots
from trainlab.tables import Card

CARD = Card(does="a test")


def doubled() -> Product:
    """Make a rule of two new factors, as somebody who adds a technique would."""

    def lean(g: torch.Tensor, s: object, h: object) -> torch.Tensor:
        s.seen = s.seen + g
        return h.tilt * g

    def halve(g: torch.Tensor, s: object, h: object) -> float:
        s.count = s.count + 1
        return 0.5

    return Product(
        direction=Factor(law=lean, rows=("seen",), reads={"tilt": 4.0}, card=CARD),
        preconditioner=Factor(law=halve, columns={"count": 7.0}, card=CARD),
        hyper={"lr": 0.1, "tilt": 4.0},
        card=CARD,
    )


def test_a_rule_is_the_product_of_its_factors_and_of_lr() -> None:
    rule, g = doubled(), torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    amount, slots = rule.step(g, rule.init(g), {"lr": 10.0, "t": 1})
    torch.testing.assert_close(amount, 10 * 4 * 0.5 * g)
    assert torch.equal(slots["seen"], g)
    assert slots["count"].tolist() == [[8.0], [8.0]]


def test_what_h_lacks_has_the_rules_default() -> None:
    rule, g = doubled(), torch.ones(1, 2)
    tilted, _ = rule.step(g, rule.init(g), {"t": 1, "tilt": torch.tensor([[1.0]])})
    torch.testing.assert_close(tilted, 0.1 * 0.5 * g)


def test_a_hyperparameter_may_differ_by_weight() -> None:
    rule, g = doubled(), torch.ones(2, 2)
    by_weight = torch.tensor([[1.0, 0.0]])
    amount, _ = rule.step(g, rule.init(g), {"t": 1, "lr": by_weight})
    assert torch.equal(amount, 2 * by_weight.expand(2, 2))


def test_new_slots_have_theta_s_dtype_and_rows() -> None:
    theta = torch.zeros(3, 5, dtype=torch.float64)
    factor = Factor(law=lambda g, s, h: g, rows=("m",), columns={"c": 2.0}, card=CARD)
    slots = new_slots(factor, theta)
    assert torch.equal(slots["m"], theta)
    assert torch.equal(slots["c"], torch.full((3, 1), 2.0, dtype=torch.float64))


@given(st.floats(1e-30, 1e20) | st.sampled_from([0.0, 1e-8, 0.9, 0.999, math.pi, -0.1]))
def test_a_number_is_rounded_as_a_tensor_holds_it(value: float) -> None:
    named = hyper_of({"eps": value}, {"t": 3}, torch.zeros(1, 1))
    assert named.eps == pytest.approx(torch.tensor(value).item(), rel=1e-15)
    wide = hyper_of({"eps": value}, {"t": 3}, torch.zeros(1, 1, dtype=torch.float64))
    assert wide.eps == value
    assert (named.t.dtype, wide.t.dtype) == (torch.float32, torch.float64)
