from __future__ import annotations

from trainlab.rules import EVERY_RULE, RULES
from trainlab.rules.second_order import SECOND_ORDER


def test_it_holds_each_rule_once() -> None:
    assert len(EVERY_RULE) == len(RULES) + len(SECOND_ORDER)
    assert EVERY_RULE["adam"] is RULES["adam"]
    assert EVERY_RULE["L-BFGS"] is SECOND_ORDER["lbfgs"]
