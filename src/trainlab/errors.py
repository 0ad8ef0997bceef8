"""Every error that trainlab raises on purpose.

    TrainlabError
    |-- InputError            what the user gave is at fault: the command line exits with 2
    |   |-- RecipeError       a recipe with an unknown key, a wrong type, a value out of range
    |   |-- UnknownName       a name that its table does not have
    |   |-- DataError         data that is missing, empty, ragged, non-finite or without the target
    |   |-- NetworkError      a network that cannot be built, or that does not fit the data
    |   |-- RunError          a run folder that is missing, damaged or of a newer version
    |   `-- ResourceError     the disk or the device has no room
    `-- Interrupted           stopped by the user with the state saved: exit code 130

An InputError answers five questions: what is wrong, where, what is allowed, what is nearest, what
to do next. Its text is made from those parts in one place, so that all messages read alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "DataError",
    "InputError",
    "Interrupted",
    "NetworkError",
    "RecipeError",
    "ResourceError",
    "RunError",
    "TrainlabError",
    "UnknownName",
    "nearest",
]


class TrainlabError(Exception):
    """The root: catch this to catch everything that trainlab raises on purpose."""


class Interrupted(TrainlabError):
    """The user stopped a run; its state is saved and it can be resumed."""


class InputError(TrainlabError, ValueError):
    """What the user gave is at fault.

    `given` is the offending word; with `allowed` it finds the nearest match by itself.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        allowed: Iterable[str] = (),
        given: str = "",
        next_step: str = "",
    ) -> None:
        self.what = what
        self.where = where
        self.allowed = tuple(allowed)
        self.nearest = nearest(given, self.allowed) if given else ""
        self.next_step = next_step
        super().__init__(self.text())

    def text(self) -> str:
        """Give the message: one line for what is wrong, then a line for each part that is known."""
        parts = {
            "where": self.where,
            "allowed": ", ".join(self.allowed),
            "nearest": self.nearest,
            "next": self.next_step,
        }
        known = [f"  {name:<8} {part}" for name, part in parts.items() if part]
        return "\n".join([self.what, *known])

    def at(self, where: str) -> InputError:
        """Give the same error with its place filled in, for a caller that knows more."""
        self.where = where
        self.args = (self.text(),)
        return self


class RecipeError(InputError):
    """A recipe with an unknown key, a wrong type or a value out of range."""


class UnknownName(InputError):
    """A name that its table does not have."""


class DataError(InputError):
    """Data that is missing, empty, ragged, non-finite, or without what the recipe asks of it."""


class NetworkError(InputError):
    """A network that cannot be built, or that does not fit the data."""


class RunError(InputError):
    """A run folder that is missing, damaged, or written by a newer version."""


class ResourceError(InputError):
    """The disk or the device has no room."""


def nearest(given: str, allowed: Iterable[str]) -> str:
    """Give the allowed word most like `given`, or nothing where none is alike."""
    by_fold = {word.casefold(): word for word in allowed}
    found = get_close_matches(given.casefold(), list(by_fold), n=1, cutoff=0.5)
    return by_fold[found[0]] if found else ""
