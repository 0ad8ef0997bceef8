"""What a comparison came to: the judgement, and all that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from trainlab.comparison import folding
from trainlab.comparison.arms import Arm
from trainlab.comparison.design import Design
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome
from trainlab.comparison.statistics.judgement import Judgement, judge
from trainlab.comparison.tuning import Tuned
from trainlab.recipe import Recipe

__all__ = ["Comparison"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison:
    """What a comparison came to."""

    arms: tuple[Arm, ...]
    """As they were measured: with their own best values."""
    measure: Measure
    judgement: Judgement
    outcomes: Mapping[str, tuple[Outcome, ...]]
    """By arm, in the order of the pairs, folds seed by seed; an arm that was dropped has fewer."""
    tuned: tuple[Tuned, ...]
    costs: Mapping[str, float]
    """By arm: seconds of training, its part of the programs' time, tuning left out."""
    pairing: str
    notes: tuple[str, ...]
    design: Design

    def __repr__(self) -> str:
        """Say what it came to: all that it holds is thousands of numbers."""
        return f"<Comparison of {len(self.arms)} arms: {self.sentence}>"

    @property
    def sentence(self) -> str:
        """Say the whole in one sentence."""
        return self.judgement.headline

    @property
    def told(self) -> bool:
        """Whether some arm was told apart from another, or shown to be its equal."""
        judgement = self.judgement
        return any(v.answer != "unclear" for v in (*judgement.to_best, *judgement.to_baseline))

    @property
    def folds(self) -> int:
        """Give the number of folds whose scores are the pairs; 0 where pairs are seeds."""
        return self.arms[0].recipe.data.split.folds

    def scores(self, arm: str) -> list[float]:
        """Give the scores of an arm, pair by pair: of a fold, the mean over its seeds."""
        first, tuned = self.arms[0].recipe, bool(self.design.tune)
        return folding.scores(first, self.outcomes[arm], self.measure, tuned)

    def to_json(self) -> dict[str, Any]:
        """Give it as plain values; numbers may be infinite or nan."""
        kept = {name: [each.to_json() for each in found] for name, found in self.outcomes.items()}
        return {
            "sentence": self.sentence,
            "measure": {"title": self.measure.title, **asdict(self.measure)},
            "arms": [{"name": arm.name, "recipe": arm.recipe.filled()} for arm in self.arms],
            "judgement": self.judgement.to_json(),
            "scores": {arm.name: self.scores(arm.name) for arm in self.arms},
            "tuned": [asdict(each) for each in self.tuned],
            "costs": dict(self.costs),
            "pairing": self.pairing,
            "notes": list(self.notes),
            "design": self.design.to_json(),
            "outcomes": kept,
        }

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Comparison:
        """Read what `to_json` gave; the judgement is made again, of the same scores."""
        arms = tuple(Arm(each["name"], Recipe.of(each["recipe"])) for each in found["arms"])
        said = found["measure"]
        measure = Measure(said["metric"], said["part"], said["target"], said.get("step", 0.0))
        design = Design.of(found["design"])
        outcomes = {
            arm.name: tuple(Outcome.of(each) for each in found["outcomes"][arm.name])
            for arm in arms
        }
        judgement = judge(
            [
                folding.scores(arms[0].recipe, own, measure, bool(design.tune))
                for own in outcomes.values()
            ],
            list(outcomes),
            scale=measure.scale,
            baseline=design.baseline,
            terms=design.terms(arms[0].recipe.data.split.folds),
        )
        return cls(
            arms=arms,
            measure=measure,
            judgement=judgement,
            outcomes=outcomes,
            tuned=tuple(Tuned.of(each) for each in found["tuned"]),
            costs=found["costs"],
            pairing=found["pairing"],
            notes=tuple(found["notes"]),
            design=design,
        )
