"""The user's own code by its place, `package.module:name`: networks, data, whatever a recipe names.

Found in the present folder, as by `python -m`, or among the installed packages. What it raises is
told with the line that raised it.
"""

from __future__ import annotations

import inspect
import sys
import sysconfig
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import Any

from trainlab.errors import InputError, TrainlabError, UnknownName

__all__ = ["call", "find", "is_theirs", "line_of", "parameters_of", "said_by", "told"]

OURS = (str(Path(__file__).parent), *map(sysconfig.get_path, ("stdlib", "platstdlib")))
INSTALLED = {"site-packages", "dist-packages"}


def find(place: str, where: str) -> Any:
    """Import what stands at a place; `where` is the key of the recipe that names it.

    Raises InputError where the place is none or its module fails, UnknownName for a missing name.
    """
    module, _, name = place.partition(":")
    if not module or not name:
        raise InputError(
            f"{place!r} is no place of anything",
            where=where,
            next_step="write `package.module:name`",
        )
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)  # last: a file of the user's hides no package
    try:
        owner = import_module(module)
    except (Exception, SystemExit) as error:  # the user's module may fail in any way
        raise InputError(
            f"the module {module!r} cannot be imported: {said_by(error)}",
            where=", ".join(filter(None, [where, line_of(error)])),
            next_step="mend or install it, or start trainlab in the folder that holds it",
        ) from error
    if not hasattr(owner, name):
        raise UnknownName(
            f"{module} has no {name!r}",
            where=str(getattr(owner, "__file__", module)),
            allowed=sorted(word for word in vars(owner) if not word.startswith("_")),
            given=name,
        )
    found = getattr(owner, name)
    if not callable(found):
        raise InputError(
            f"{place!r} is a {type(found).__name__}, which cannot be called",
            where=where,
            next_step="name a function or a class",
        )
    return found


def call(function: Callable[..., Any], place: str, where: str, given: Mapping[str, Any]) -> Any:
    """Call what was found at a place; `where` is the key of the recipe that has its options.

    Raises InputError where it does not take them, or raises anything itself.
    """
    known = _signature(function)
    try:
        known.bind(**given)
    except TypeError as error:
        raise InputError(
            f"{place} could not be called: {error}",
            where=where,
            allowed=sorted(known.parameters),
        ) from error
    try:
        return function(**given)
    except TrainlabError:
        raise
    except (Exception, SystemExit) as error:
        raise told(error, place, where) from error


def parameters_of(function: Callable[..., Any]) -> frozenset[str]:
    """Name the parameters of a function; none for what is written in C and does not tell them."""
    known = _signature(function).parameters.values()
    return frozenset(
        each.name for each in known if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    )


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """Give a signature; of what does not tell its own, one that takes anything."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return inspect.signature(lambda *values, **options: None)


def told(fault: BaseException, place: str = "your code", where: str = "") -> InputError:
    """Give the error that says what the user's own code raised; `where`, if not in a line of it."""
    line = line_of(fault)
    return InputError(
        f"{place} raised {said_by(fault)}",
        where=line or where,
        next_step="mend it there; " * bool(line) + "TRAINLAB_TRACEBACK=1 shows the whole traceback",
    )


def said_by(fault: BaseException) -> str:
    """Give an exception in one line: its kind and the last line of what it says."""
    lines = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {lines[-1][:300]}" if lines else type(fault).__name__


def line_of(fault: BaseException) -> str:
    """Give the innermost line of the user's own files that a fault came through, if any."""
    own = [
        f"{frame.filename}:{frame.lineno}, in {frame.name}"
        for frame in extract_tb(fault.__traceback__)
        if is_theirs(frame.filename)
    ]
    return own[-1] if own else ""


def is_theirs(file: str) -> bool:
    """Whether a file is the user's own: neither trainlab's nor Python's nor a package's."""
    inside = any(Path(file).is_relative_to(folder) for folder in OURS)
    return not (inside or file.startswith("<") or INSTALLED & set(Path(file).parts))
