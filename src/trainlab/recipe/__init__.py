"""Saying what to run: the recipe, its text, and which recipes can run as one program."""

from __future__ import annotations

from trainlab.recipe.json_schema import schema
from trainlab.recipe.members import PerMember, column, leaves, read
from trainlab.recipe.plan import Program, expand, plan
from trainlab.recipe.schema import Recipe

__all__ = ["PerMember", "Program", "Recipe", "column", "expand", "leaves", "plan", "read", "schema"]
