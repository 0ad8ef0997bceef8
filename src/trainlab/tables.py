"""Techniques are rows of literal tables: the table, the card of a row, the way to find a name.

A family of techniques (rules, schedules, activations, ...) is one `Table` written out in one file,
so that grep finds every row. Names are found whatever their case, hyphens and underscores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from trainlab.errors import UnknownName

__all__ = ["ON_DISK", "Card", "Table", "fold"]


class _OnDisk:
    def __repr__(self) -> str:
        return "ON_DISK"


ON_DISK: Final = _OnDisk()
"""Marks an option that names a file or a folder: `path: Annotated[str, ON_DISK]`."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a person should know of a technique before using it."""

    does: str
    """One line: what it computes."""
    formula: str = ""
    """The law, in plain text."""
    helps: str = ""
    """When to use it."""
    hurts: str = ""
    """When not to."""
    values: str = ""
    """Suggested values, with their units."""
    paper: str = ""
    """Who defined it, where: name, year, section or algorithm."""
    dialect: str = ""
    """Where definitions differ, which one this is."""
    torch: str = ""
    """What torch calls it, if torch has it."""


R = TypeVar("R")
"""A row: of techniques, something that carries its `card`."""


class Table(Mapping[str, R]):
    """A literal table of one family: `Table("rule", {"sgd": ..., "adam": ...})`."""

    def __init__(self, family: str, rows: Mapping[str, R], listed: str = "") -> None:
        self.family = family
        self.listed = listed or f"trainlab list {family.replace(' ', '-')}"
        self._rows = dict(rows)
        self._names = {fold(name): name for name in rows}

    def __getitem__(self, name: str) -> R:
        return self._rows[name if name in self._rows else self.name(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and fold(name) in self._names

    def name(self, given: str) -> str:
        """Give the row's own spelling of a name.

        Raises UnknownName with the nearest row and all rows.
        """
        found = self._names.get(fold(given))
        if found is None:
            raise UnknownName(
                f"there is no {self.family} {given!r}",
                allowed=sorted(self._rows),
                given=given,
                next_step=f"see them described: {self.listed}",
            )
        return found


def fold(name: str) -> str:
    """Fold a name to what counts in it: lower case, no hyphens, underscores or spaces."""
    return "".join(letter for letter in name.casefold() if letter not in "-_ ")
