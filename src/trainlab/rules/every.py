"""All update rules by name: those that take one gradient a step, and those that search.

RULES           (gradient, slots) -> amount to subtract
SECOND_ORDER    (landscape, slots) -> where to go; the loss is asked for in several places
"""

from __future__ import annotations

from trainlab.rules.algebra import Rule
from trainlab.rules.second_order import SECOND_ORDER, SearchRule
from trainlab.rules.table import RULES
from trainlab.tables import Table

__all__ = ["EVERY_RULE"]

EVERY_RULE: Table[Rule | SearchRule] = Table("rule", {**RULES, **SECOND_ORDER})
