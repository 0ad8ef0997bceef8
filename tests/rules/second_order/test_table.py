from __future__ import annotations

import pytest

from trainlab.rules import EVERY_RULE, RULES
from trainlab.rules.second_order import SECOND_ORDER, SearchRule


@pytest.mark.parametrize("name", SECOND_ORDER)
def test_every_row_cites_an_algorithm_and_reads_a_rate(name: str) -> None:
    row = SECOND_ORDER[name]
    assert "algorithm" in row.card.paper
    assert all((row.card.formula, row.card.helps, row.card.hurts, row.card.values))
    assert "lr" in row.hyper
    assert all(type(value) is float for value in row.hyper.values())


@pytest.mark.parametrize("name", EVERY_RULE)
def test_a_rule_searches_or_takes_a_gradient(name: str) -> None:
    assert isinstance(EVERY_RULE[name], SearchRule) == (name in SECOND_ORDER)
    assert (name in RULES) != (name in SECOND_ORDER)
