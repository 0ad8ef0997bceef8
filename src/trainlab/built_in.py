"""The recipes that come with trainlab, as texts: nothing is imported to list them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

__all__ = ["BuiltIn", "built_in"]


@dataclass(frozen=True)
class BuiltIn:
    """A recipe that comes with trainlab."""

    name: str
    text: str

    @property
    def does(self) -> str:
        """The comment line that it opens with."""
        return self.text.partition("\n")[0].removeprefix("#").strip()


def built_in() -> dict[str, BuiltIn]:
    """Give the built-in recipes by name."""
    folder = files("trainlab") / "recipe" / "built_in"
    found = {entry.name: entry for entry in folder.iterdir() if entry.name.endswith(".yaml")}
    names = sorted(name.removesuffix(".yaml") for name in found)
    return {name: BuiltIn(name, found[f"{name}.yaml"].read_text("utf-8")) for name in names}
