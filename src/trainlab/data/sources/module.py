"""The user's own function as a source: `{name: python, function: "package.module:function"}`."""

from __future__ import annotations

from trainlab.data.sources.user import from_user
from trainlab.data.task import Raw
from trainlab.places import call, find

__all__ = ["python"]


def python(*, function: str, options: dict[str, bool | int | float | str] | None = None) -> Raw:
    """Call a function of the user's, found from the current folder or any installed package.

    It returns a Raw, or anything that `trainlab.train(data=...)` takes: (x, y), a Dataset, ...
    """
    make = find(function, "data.source.function")
    made = call(make, function, "data.source.options", options or {})
    return from_user(made, name=function.rpartition(":")[2])
