"""The data that a run or a comparison began with, when it is taken up again."""

from __future__ import annotations

from pathlib import Path

from trainlab.data import Raw
from trainlab.errors import RunError
from trainlab.recipe import Recipe
from trainlab.recipe.files import missing
from trainlab.store import Run

__all__ = ["check_same", "check_there", "other_data"]


def check_there(recipe: Recipe, file: Path) -> None:
    """Raise RunError where what the recipe reads has moved; `file` is what keeps the recipe."""
    gone = missing(recipe)
    if gone is not None:
        raise RunError(
            f"the data that it began with are not there any more: {gone.value}",
            where=f"{file}, {gone.key}",
            next_step="bring them back, or write their new place into this file",
        )


def check_same(raw: Raw, run: Run) -> None:
    """Raise RunError for other data than those the run was trained on."""
    digest = run.fitted()[1].get("digest", "")
    if digest and digest != raw.digest:
        raise other_data(str(run.path))


def other_data(where: str) -> RunError:
    """Say that what was begun cannot go on with the data that there are."""
    return RunError(
        "the data are not those that it began with",
        where=where,
        next_step="put those back, or begin anew with these",
    )
