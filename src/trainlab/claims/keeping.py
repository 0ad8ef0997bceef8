"""What was found of each claim, below the runs: RUNS/claims/C07.json, read back and judged again.

The verdict is not kept: it is computed of the values whenever it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from trainlab.claims.claim import Claim, Found
from trainlab.claims.definition import definition
from trainlab.claims.table import CLAIMS
from trainlab.claims.verdict import Verdict, decide
from trainlab.errors import InputError, RunError
from trainlab.recipe.source import load, names_a_file
from trainlab.store import atomic, jsontext

__all__ = ["Kept", "folder_of", "place_of", "read", "read_all", "write"]

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One claim's measurement, and how it came about."""

    name: str
    found: Found
    seconds: float
    """What it took, with the trainings that were known from an earlier sitting."""
    created: str
    command: str
    machine: str
    definition: str
    """Of what was measured: another one, and the claim has changed since."""
    recipe: str = ""
    """The user's recipe that stood in the place of the claim's own, as `place_of` names it."""
    seeds: Sequence[int] = ()
    """Of the pairs."""

    @property
    def claim(self) -> Claim:
        """Give the claim as it reads now."""
        return CLAIMS[self.name]

    @cached_property
    def verdict(self) -> Verdict:
        """Judge what was found by the claim's rule as it reads now."""
        return decide(self.claim, self.found)

    @cached_property
    def current(self) -> bool:
        """Whether the claim still measures what it measured then, on the recipe as it reads now."""
        try:
            recipe = load(self.recipe) if self.recipe else None
        except InputError:
            return False
        return self.definition == definition(self.claim, recipe)


def folder_of(runs: Path, recipe: str = "") -> Path:
    """Give the folder of the claims' results; those on a user's recipe have their own.

    Two files of one name in different places have two.
    """
    folder, place = runs / "claims", Path(place_of(recipe))
    if not place.is_absolute():
        return folder / place
    told_apart = hashlib.sha256(str(place).encode()).hexdigest()[:6]
    return folder / f"{place.stem}-{told_apart}"


def place_of(recipe: str) -> str:
    """Give a recipe that is a file by its whole path, and a built-in one by its name."""
    path = Path(recipe)
    is_file = names_a_file(path) or path.exists()
    return str(path.resolve()) if recipe and is_file else recipe


def write(folder: Path, kept: Kept) -> Path:
    """Write one claim's result, and give its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kept.name}.json"
    facts = {field.name: getattr(kept, field.name) for field in fields(kept)}
    atomic.write_json(path, {"format": FORMAT, **facts, "found": kept.found.to_json()})
    return path


def read(folder: Path, name: str) -> Kept | None:
    """Read one claim's result; None where it was not run.

    So it is where an earlier version did not measure all that the claim speaks of now. Raises
    RunError for a file that is damaged.
    """
    path = folder / f"{name}.json"
    if not path.exists():
        return None
    try:
        said = jsontext.loads(path.read_text())
        said.pop("format")
        kept = Kept(**{**said, "found": Found.of(said["found"])})
        if not kept.current and kept.claim.lacks(kept.found):
            return None
        _ = kept.verdict
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"the result of a claim is damaged: {_first_line(error)}",
            where=str(path),
            next_step=f"run it again: trainlab claims run {name} --again",
        ) from None
    return kept


def read_all(folder: Path) -> Mapping[str, Kept]:
    """Read every result that there is, by claim."""
    found = {name: read(folder, name) for name in CLAIMS}
    return {name: kept for name, kept in found.items() if kept is not None}


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
