"""A row chosen by name, with its options: `relu`, or `{name: leaky_relu, slope: 0.2}`.

The keyword-only parameters of a row's `make` are its options; their annotations and defaults are
the only declaration. Networks take an activation, a norm and an initialiser in this form.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, Protocol, TypeVar, get_args, get_origin, get_type_hints

from trainlab.errors import NetworkError
from trainlab.tables import Card, Table

__all__ = ["Choice", "Made", "Option", "options_of", "pick"]

Option = bool | int | float | str
Choice = str | dict[str, bool | int | float | str]


class Made(Protocol):
    """A row whose `make` declares the row's options as keyword-only parameters."""

    @property
    def card(self) -> Card:
        """The technique's card."""

    @property
    def make(self) -> Callable[..., Any]:
        """What builds the technique."""


R = TypeVar("R", bound=Made)


def pick(table: Table[R], choice: Choice) -> tuple[R, dict[str, Option]]:
    """Give the chosen row and its checked options.

    Raises UnknownName for a name the table lacks, NetworkError for an option its row lacks.
    """
    named: Mapping[str, Option] = {"name": choice} if isinstance(choice, str) else choice
    if "name" not in named:
        raise NetworkError(
            f"a {table.family} is a name, or options with a name, not {choice!r}",
            next_step=f"write {{name: {next(iter(table))}, ...}}",
        )
    row = table[str(named["name"])]
    options = {name: value for name, value in named.items() if name != "name"}
    for name, value in options.items():
        _check(
            f"{table.family} {table.name(str(named['name']))}", options_of(row.make), name, value
        )
    return row, options


@cache
def options_of(make: Callable[..., Any]) -> Mapping[str, Any]:
    """Read a function's options: each keyword-only parameter and its annotation."""
    parameters = inspect.signature(make).parameters.values()
    names = [p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY]
    hints = get_type_hints(make) if names else {}
    return {name: hints[name] for name in names}


def _check(where: str, known: Mapping[str, Any], name: str, value: Option) -> None:
    if name not in known:
        raise NetworkError(
            f"{where} has no option {name!r}", allowed=sorted(known), given=name, where=where
        )
    if not _fits(value, known[name]):
        raise NetworkError(f"{where}: {name} = {value!r} is not {_words(known[name])}", where=where)


def _fits(value: Option, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_args(hint):
        return any(_fits(value, part) for part in get_args(hint))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def _words(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(map(str, get_args(hint)))
    if get_args(hint):
        return " or ".join(_words(part) for part in get_args(hint))
    return {int: "a whole number", float: "a number", bool: "true or false"}.get(hint, str(hint))
