"""How arms are compared: said before anything is trained, and written beside the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from trainlab.comparison.ranges import Range, parse_range
from trainlab.comparison.statistics.looks import Looks, planned
from trainlab.comparison.statistics.terms import ONCE, Terms
from trainlab.comparison.statistics.tests import TESTS
from trainlab.errors import RecipeError
from trainlab.recipe import Recipe

__all__ = ["Design", "Judged"]

Judged = Literal["steps", "time", "target"]
FIRST_LOOK, LOOKS_AT_LEAST = 4, 2
EARLY = "guarded_t"
"""The test of scores that are looked at early."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """How arms are compared."""

    seeds: int = 8
    """Fresh seeds of each arm, in pairs; with folds, each has them all. Of a sequential comparison,
    the pairs between two looks."""
    tune: tuple[str, ...] = ()
    """What each arm is tuned in: `optimizer.lr`, or with a range of one's own `optimizer.lr=a..b`.
    """
    trials: int = 8
    """Tuning trials of each arm."""
    rounds: int = 3
    """The most rounds of tuning: another one follows where a best value lies at the edge, and a
    second one where several values are tuned together."""
    halving: bool = True
    """Whether the worse half of an arm's trials goes after 1/8, 1/4 and 1/2 of the run."""
    finals: int = 0
    """Seeds on which the three best values of each arm train once more, to their end; the best mean
    is taken. 0: the best of the one seed that tuned."""
    judged: Judged = "steps"
    """At equal steps, at equal time, or by the steps to a target on the validation split."""
    target: float | None = None
    metric: str | None = None
    """What is judged; None: accuracy of classes, rmse of numbers."""
    baseline: str | None = None
    """An arm that all others are judged against, besides the best."""
    until: float | None = None
    """Seeds are added until half an interval is this wide, in shown units, or all is clear."""
    race: bool = False
    """Whether arms that are beaten half way are dropped."""
    most: int = 64
    """The most pairs of a sequential comparison."""
    alpha: float = 0.05
    test: str | None = None
    """A row of `TESTS`; None: t, the skew-guarded t where scores are looked at early, the
    corrected t of folds."""
    family: str = "holm"
    margin: float | None = None
    """In shown units: a smaller difference does not matter."""
    percent: tuple[str, ...] = ()
    """Which of `until` and `margin` were said in percent: they are of accuracies only."""

    def __post_init__(self) -> None:
        if self.seeds < 1 or self.trials < 1:
            raise RecipeError("a comparison needs seeds and trials, 1 at least", where="the design")
        if self.finals < 0:
            raise RecipeError(
                f"finals on {self.finals} seeds", where="--finals", allowed=["0, 1, ..."]
            )
        if (self.judged == "target") != (self.target is not None):
            raise RecipeError(
                "a target, and judging by it, go together",
                where="--judge",
                next_step="say both: --judge target --target 0.95",
            )
        if self.race and self.until is None and self.seeds < 2 * LOOKS_AT_LEAST:
            raise RecipeError(
                f"a race drops arms half way, after {LOOKS_AT_LEAST} seeds at least",
                where=f"--race, --seeds {self.seeds}",
                next_step=f"take --seeds {2 * LOOKS_AT_LEAST} or more; folds take no --race",
            )
        self.terms()

    @property
    def percents(self) -> list[tuple[str, float]]:
        """Give what was said in percent: the option and its number."""
        said = {"until": self.until, "margin": self.margin}
        return [(f"--{name}", value) for name in self.percent if (value := said[name]) is not None]

    @property
    def ranges(self) -> tuple[Callable[[Recipe], Range], ...]:
        """Give what makes an arm's range of each tuned hyperparameter."""
        return tuple(parse_range(text) for text in self.tune)

    def looks(self) -> Looks | None:
        """Give the planned looks; none where all pairs are judged at once."""
        early = TESTS.name(self.test or EARLY)
        if self.until is not None:
            return planned(first=FIRST_LOOK, every=self.seeds, most=self.most, test=early)
        if self.race:
            return Looks((self.seeds // 2, self.seeds), early)
        return None

    def terms(self, folds: int = 0) -> Terms:
        """Give the terms of the judgement; pairs that are folds share training examples."""
        looks = self.looks()
        if folds and looks:
            raise RecipeError(
                "folds are judged all at once: their number is fixed",
                where="--until, --race",
                next_step="leave --folds out, and seeds are added as they are needed",
            )
        return Terms(
            alpha=self.alpha,
            test=self.test or ONCE,
            family=self.family,
            margin=self.margin,
            overlap=1 / (folds - 1) if folds else 0.0,
            looks=looks,
        )

    def to_json(self) -> dict[str, Any]:
        """Give it as plain values."""
        return asdict(self)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Design:
        """Read what `to_json` gave."""
        lists = {name: tuple(found.get(name, ())) for name in ("tune", "percent")}
        return cls(**{**found, **lists})
