"""The user's own code that a run or a comparison began with, when it is taken up again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from trainlab.errors import RunError
from trainlab.recipe import Recipe
from trainlab.recipe.code import own_code

__all__ = ["check_code", "code_of_all"]


def code_of_all(recipes: Iterable[Recipe]) -> dict[str, str]:
    """Give a digest of each module of the user's own that any of the recipes rests on."""
    return reduce(lambda found, recipe: found | own_code(recipe), recipes, dict[str, str]())


def check_code(began: Mapping[str, str] | None, recipes: Iterable[Recipe], where: str) -> None:
    """Raise RunError for other code; a module that is not found is told when it is imported."""
    now = code_of_all(recipes) if began else {}
    changed = [name for name, told in (began or {}).items() if now.get(name, told) != told]
    if changed:
        raise RunError(
            f"the code of {', '.join(changed)} is not what it began with",
            where=where,
            next_step="put it back as it was (comments may differ), or begin anew",
        )
