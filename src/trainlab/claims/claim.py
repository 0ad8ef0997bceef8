"""What a claim is: a sentence, what would show it, and the rule that decides, said beforehand.

P pairs, K places of a curve.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np

from trainlab.comparison.compare import Progress
from trainlab.comparison.running import Bench
from trainlab.comparison.statistics.interval import Array
from trainlab.errors import Interrupted, RecipeError
from trainlab.recipe import Recipe

__all__ = ["Arms", "Ask", "Claim", "Curve", "Dots", "Expect", "Found", "Lines", "Measure"]

T = TypeVar("T")
Arms = Mapping[str, Sequence[str]]
"""By name, what an arm changes in the recipe: `["network.activation=relu"]`."""

QUICK_PAIRS = 2
QUICK = ("train.length=6steps", "train.evaluate_every=3steps")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """How a claim is asked: on which recipe, on how many pairs, at full length or for a look."""

    recipe: Recipe
    """The claim's own, or the user's in its place; its `seeds` are the pairs."""
    quick: bool = False
    """Whether only to see that it runs: two pairs, a few steps."""
    bench: Bench = field(default_factory=Bench)
    watch: Callable[[Progress], None] | None = None

    @property
    def pairs(self) -> int:
        """Pairs, P: seeds seed, seed + 1, ..."""
        return self.recipe.seeds

    def changed(self, *changes: str) -> Ask:
        """Ask the same of another recipe: `ask.changed("network.init=zeros")`.

        For a look it is cut to a few steps.
        """
        short = QUICK if self.quick else ()
        return replace(self, recipe=self.recipe.with_overrides([*changes, *short]))

    def over(self, parts: Collection[T]) -> Iterator[tuple[Ask, T]]:
        """Go over parts of the work, each with an ask whose progress is its share of this one's.

        Raises Interrupted between two of them, as `tell` does.
        """
        for place, part in enumerate(parts):
            self.tell("measuring", place, len(parts))
            yield replace(self, watch=partial(self._share, place, len(parts))), part

    def _share(self, before: int, parts: int, progress: Progress) -> None:
        if self.watch is not None:
            done = before + progress.done / max(1, progress.whole)
            self.watch(Progress(progress.stage, done, parts))

    def tell(self, stage: str, done: float, whole: int) -> None:
        """Tell how far the work is.

        Raises Interrupted where it should stop here: the budget is spent, or Ctrl-C was pressed.
        """
        if self.watch is not None:
            self.watch(Progress(stage, done, whole))
        if self.bench.stop():
            raise Interrupted(f"stopped while {stage}, at {done:.3g} of {whole}")


@dataclass(frozen=True)
class Curve:
    """One quantity along an axis: places x [K], values y [P, K]."""

    x: Array
    y: Array


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was measured, in shown units, pair by pair."""

    values: Mapping[str, Array]
    """By the name of an arm or of a quantity, [P]; infinite where a run came to nothing."""
    curves: Mapping[str, Curve] = field(default_factory=dict)
    """By the name of an arm: what the figure draws."""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as plain values; numbers may be infinite."""
        return {
            "values": {name: row.tolist() for name, row in self.values.items()},
            "curves": {
                name: {"x": curve.x.tolist(), "y": curve.y.tolist()}
                for name, curve in self.curves.items()
            },
            "notes": list(self.notes),
        }

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Found:
        """Read what `to_json` gave."""
        return cls(
            values={name: np.asarray(row, float) for name, row in found["values"].items()},
            curves={
                name: Curve(np.asarray(curve["x"], float), np.asarray(curve["y"], float))
                for name, curve in found["curves"].items()
            },
            notes=tuple(found["notes"]),
        )


Measure = Callable[[Ask], Found]
"""What measures a claim: `Compare(...)` for recipes, a function for a probe of populations."""


@dataclass(frozen=True)
class Expect:
    """One hypothesis: the mean of a paired quantity lies between `above` and `below`.

    The quantity is `of`: alone; `over` another, pair by pair; or `less` another. Quotients and what
    is a `factor` have geometric means. An interval that lies wholly inside supports, one that lies
    wholly outside refutes, and one that holds a limit tells nothing yet. A limit itself lies
    outside; two equal limits ask for equality, to rounding.
    """

    says: str
    of: str
    over: str | None = None
    less: str | None = None
    factor: bool = False
    above: float = -math.inf
    below: float = math.inf
    unit: str = ""
    test: str = "t"
    """A row of `TESTS`, whose interval decides."""

    @property
    def to(self) -> str | None:
        """Name what it is compared with, if with anything."""
        return self.over or self.less

    @property
    def ratio(self) -> bool:
        """Whether it is a quotient or a factor, whose mean is geometric."""
        return self.factor or self.over is not None

    def __post_init__(self) -> None:
        if self.over and self.less:
            raise RecipeError(
                f"{self.says!r} is over another or less it, not both", where="a claim"
            )
        if not self.above <= self.below or math.inf == -self.above == self.below:
            raise RecipeError(f"{self.says!r} expects nothing that could fail", where="a claim")


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A figure: every arm's curve, its mean over the pairs with a 95 % band."""

    x: str
    """The axis' title, with its unit."""
    y: str
    log_x: bool = False
    log: bool = False
    """Whether the values have a logarithmic axis, and a geometric mean."""
    low: float | None = None
    """Where the axis begins, if what lies below it is of no interest."""


@dataclass(frozen=True, kw_only=True)
class Dots:
    """A figure: every arm's values as dots beside its name, pairs joined by thin lines."""

    x: str
    """The axis' title, with its unit."""
    log: bool = False
    arms: tuple[str, ...] = ()
    """The arms that are drawn; none named: all."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of the course, and the experiment that tests it."""

    statement: str
    """One sentence."""
    source: str
    """Paper and section."""
    data: str
    """`real: ...` or `constructed: ...`."""
    recipe: Mapping[str, Any]
    """What the arms vary, or a probe reads."""
    pairs: int = 8
    measure: Measure
    quantity: str
    """What is measured, and what makes two values a pair."""
    expects: tuple[Expect, ...]
    """All must hold; fixed before the measurement."""
    figure: Lines | Dots
    holds_when: str
    """The conditions under which it would hold, and where not."""
    lost: tuple[str, ...] = ()
    """Arms whose runs may come to nothing, since that is what the claim says of them."""
    any_recipe: bool = False
    """Whether `--recipe` may put the user's own recipe in the place of the claim's."""

    def ask(self, recipe: Recipe | None = None, *, quick: bool = False) -> Ask:
        """Ask for it on its own recipe, or on another.

        Raises RecipeError where it stands on its own recipe alone.
        """
        if recipe is not None and not self.any_recipe:
            raise RecipeError(
                "this claim is about its own recipe: another would not test it",
                where="--recipe",
                next_step="leave --recipe out",
            )
        chosen = recipe or Recipe.of(dict(self.recipe))
        return Ask(
            recipe=chosen.replace("seeds", QUICK_PAIRS if quick else self.pairs), quick=quick
        )

    def lacks(self, found: Found) -> list[str]:
        """Name what is expected or drawn and was not measured."""
        spoken = {name for each in self.expects for name in (each.of, each.to) if name}
        if isinstance(self.figure, Dots):
            spoken |= set(self.figure.arms)
        missing = sorted(spoken - found.values.keys())
        return missing + ["curves"] * (isinstance(self.figure, Lines) and not found.curves)
