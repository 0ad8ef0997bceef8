"""The user's own function as a source: `{name: python, function: "package.module:function"}`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from trainlab.data.sources.user import from_user
from trainlab.data.task import Raw
from trainlab.errors import DataError, UnknownName

__all__ = ["python"]


def python(*, function: str, options: dict[str, bool | int | float | str] | None = None) -> Raw:
    """Call a function of the user's, found from the current folder or any installed package.

    It returns a Raw, or anything that `trainlab.train(data=...)` takes: (x, y), a Dataset, ...
    """
    found = _find(function)
    made = found(**(options or {}))
    return from_user(made, name=function.rpartition(":")[2])


def _find(place: str) -> Any:
    module, colon, name = place.partition(":")
    if not colon or not module or not name:
        raise DataError(
            f"{place!r} is no place of a function",
            where="data.source.function",
            next_step="write `package.module:function`",
        )
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        owner = import_module(module)
    except ImportError as error:
        raise DataError(
            f"the module {module!r} cannot be imported: {error}",
            where="data.source.function",
            next_step="install it, or start trainlab in the folder that holds it",
        ) from error
    if not hasattr(owner, name):
        public = sorted(word for word in vars(owner) if not word.startswith("_"))
        raise UnknownName(
            f"{module} has no function {name!r}",
            where=str(getattr(owner, "__file__", module)),
            allowed=public,
            given=name,
        )
    return getattr(owner, name)
