"""Finding a recipe: a file, a run's folder, or the name of a built-in recipe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trainlab.built_in import built_in
from trainlab.errors import RecipeError, UnknownName, nearest
from trainlab.recipe.schema import Recipe
from trainlab.recipe.text import read
from trainlab.tables import fold

__all__ = ["load", "names_a_file"]

SUFFIXES = (".yaml", ".yml")


def load(source: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe from a file, a run's folder, or by the name of a built-in one.

    Raises RecipeError, or UnknownName for a name that no recipe or table has.
    """
    path = Path(source)
    if source and path.is_dir():
        path = path / "recipe.yaml"
    if path.is_file():
        return read(_text(path), str(path), overrides)
    if isinstance(source, Path) or names_a_file(path):
        raise _no_file(path)
    name = _built_in_name(source)
    return read(built_in()[name].text, name, overrides)


def names_a_file(path: Path) -> bool:
    """Say whether a recipe is named as a file is: no built-in one has a suffix or a folder."""
    return path.suffix in SUFFIXES or len(path.parts) > 1


def _built_in_name(given: str) -> str:
    known = built_in()
    name = next((name for name in known if fold(name) == fold(given)), None)
    if name is None:
        raise UnknownName(
            f"there is no recipe {given!r}: neither a file nor a built-in recipe",
            allowed=known,
            given=given,
            next_step="see them described: trainlab recipes",
        )
    return name


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(
            "this is no text file: a recipe is YAML in UTF-8",
            where=f"{path}, byte {error.start}",
        ) from None
    except OSError as error:
        raise RecipeError(f"cannot read the recipe: {error.strerror}", where=str(path)) from None


def _no_file(path: Path) -> RecipeError:
    files = sorted(near.name for near in path.parent.glob("*.y*ml") if near.is_file())
    beside = [name for name in files if not name.startswith(".")]
    stems = {Path(name).stem: name for name in [*built_in(), *beside]}
    close = nearest(path.stem, stems)  # without suffixes, which all are alike
    return RecipeError(
        f"there is no recipe file {path}",
        allowed=[*beside, *built_in()],
        given=stems.get(close, ""),
        next_step="see the built-in recipes: trainlab recipes",
    )
