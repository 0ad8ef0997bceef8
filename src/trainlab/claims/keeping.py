"""What was found of each claim, below the runs: RUNS/claims/C07.json, read back and judged again.

The verdict is not kept: it is computed of the values whenever it is asked for.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from trainlab.claims.claim import Claim, Found
from trainlab.claims.table import CLAIMS
from trainlab.claims.verdict import Verdict, decide
from trainlab.errors import RunError
from trainlab.store import atomic, jsontext

__all__ = ["Kept", "definition", "folder_of", "read", "read_all", "write"]

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One claim's measurement, and how it came about."""

    name: str
    found: Found
    seconds: float
    created: str
    command: str
    machine: str
    definition: str
    """Of what was measured: another one, and the claim has changed since."""
    recipe: str = ""
    """The user's recipe that stood in the place of the claim's own."""

    @property
    def claim(self) -> Claim:
        """Give the claim as it reads now."""
        return CLAIMS[self.name]

    @property
    def verdict(self) -> Verdict:
        """Judge what was found by the claim's rule as it reads now."""
        return decide(self.claim, self.found)

    @property
    def current(self) -> bool:
        """Whether the claim still measures what it measured then."""
        return self.definition == definition(self.claim)


def definition(claim: Claim) -> str:
    """Give a digest of what a claim measures; words and expectations are no part of it."""
    said = [claim.recipe, claim.pairs, _source(claim.measure)]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def folder_of(runs: Path, recipe: str = "") -> Path:
    """Give the folder of the claims' results; those on a user's recipe have their own."""
    folder = runs / "claims"
    return folder / Path(recipe).stem if recipe else folder


def write(folder: Path, kept: Kept) -> Path:
    """Write one claim's result, and give its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kept.name}.json"
    facts = {field.name: getattr(kept, field.name) for field in fields(kept)}
    atomic.write_json(path, {"format": FORMAT, **facts, "found": kept.found.to_json()})
    return path


def read(folder: Path, name: str) -> Kept | None:
    """Read one claim's result; None where it was not run, or where the file has no values.

    Raises RunError for a file that is damaged.
    """
    path = folder / f"{name}.json"
    if not path.exists():
        return None
    try:
        said = jsontext.loads(path.read_text())
        said.pop("format")
        return Kept(**{**said, "found": Found.of(said["found"])})
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"the result of a claim is damaged: {error}",
            where=str(path),
            next_step=f"run it again: trainlab claims run {name} --again",
        ) from None


def read_all(folder: Path) -> Mapping[str, Kept]:
    """Read every result that there is, by claim."""
    found = {name: read(folder, name) for name in CLAIMS}
    return {name: kept for name, kept in found.items() if kept is not None}


def _source(measure: Any) -> str:
    """Say what a measure does: a comparison by its arms and design, a probe by its module's text.

    Of the module, its functions and constants: not the claim, so that words can be mended.
    """
    if is_dataclass(measure) and not isinstance(measure, type):
        return repr(asdict(measure))
    module = inspect.getmodule(measure)
    own = {name: value for name, value in vars(module).items() if not name.startswith("__")}
    texts = [
        inspect.getsource(value)
        for value in own.values()
        if inspect.isfunction(value) and value.__module__ == measure.__module__
    ]
    plain = (str, int, float, tuple, list, dict)
    return "\n".join([*texts, *(repr(v) for v in own.values() if isinstance(v, plain))])
