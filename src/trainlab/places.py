"""The user's own code by its place, `package.module:name`: networks, data, whatever a recipe names.

Found in the present folder, as by `python -m`, or among the installed packages.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from trainlab.errors import InputError, UnknownName

__all__ = ["find"]


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
    except Exception as error:  # the user's module may fail in any way
        raise InputError(
            f"the module {module!r} cannot be imported: {type(error).__name__}: {error}",
            where=where,
            next_step="mend or install it, or start trainlab in the folder that holds it",
        ) from error
    if not hasattr(owner, name):
        raise UnknownName(
            f"{module} has no {name!r}",
            where=str(getattr(owner, "__file__", module)),
            allowed=sorted(word for word in vars(owner) if not word.startswith("_")),
            given=name,
        )
    return getattr(owner, name)
