"""The files and folders that a recipe names, each by an option that is marked ON_DISK."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trainlab.recipe.members import Leaf, leaves
from trainlab.recipe.schema import Recipe

__all__ = ["anchored", "missing"]


def anchored(recipe: Recipe) -> Recipe:
    """Give a recipe that names what is there by whole paths: it reads the same from any folder."""
    for leaf in _named(recipe):
        path = _path(leaf)
        if path.exists() and str(path) != leaf.value:
            recipe = recipe.replace(leaf.key, str(path))
    return recipe


def missing(recipe: Recipe) -> Leaf | None:
    """Give the first file or folder of the data that is not there."""
    data = (leaf for leaf in _named(recipe) if leaf.key.startswith("data."))
    return next((leaf for leaf in data if not _path(leaf).exists()), None)


def _named(recipe: Recipe) -> Iterator[Leaf]:
    return (leaf for leaf in leaves(recipe) if leaf.on_disk and leaf.value)


def _path(leaf: Leaf) -> Path:
    return Path(leaf.value).expanduser().absolute()
