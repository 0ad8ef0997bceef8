"""Update rules: theta <- theta - lr * direction(g) * preconditioner(g), for rows of members."""

from __future__ import annotations

from trainlab.rules.algebra import Factor, Product, Rule, on
from trainlab.rules.apply import apply
from trainlab.rules.directions import DIRECTIONS
from trainlab.rules.every import EVERY_RULE
from trainlab.rules.preconditioners import PRECONDITIONERS
from trainlab.rules.table import RULES, pair

__all__ = [
    "DIRECTIONS",
    "EVERY_RULE",
    "PRECONDITIONERS",
    "RULES",
    "Factor",
    "Product",
    "Rule",
    "apply",
    "on",
    "pair",
]
