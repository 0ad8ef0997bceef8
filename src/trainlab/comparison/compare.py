"""Comparing arms: tune each at the same cost, train all on fresh seeds in pairs, judge.

    validation   chooses: an arm's own best values, the weights of a run
    test         judges, once

Seeds that tuned are never among those that judge. With looks, arms that are beaten are dropped and
seeds are added until the verdict is clear, the intervals are narrow, or the plan is spent; the
tests know of the looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from trainlab.comparison import folding
from trainlab.comparison.arms import Arm, checked
from trainlab.comparison.design import Design
from trainlab.comparison.health import findings, own_lengths
from trainlab.comparison.looking import follow
from trainlab.comparison.measure import Measure, measure_of
from trainlab.comparison.outcome import Outcome, Trial
from trainlab.comparison.outline import outline
from trainlab.comparison.pace import equal_time, step_costs
from trainlab.comparison.pairing import SPLIT, pairing
from trainlab.comparison.result import Comparison
from trainlab.comparison.running import Bench, Watch
from trainlab.comparison.statistics.judgement import Judgement
from trainlab.comparison.statistics.verdict import POINTS
from trainlab.comparison.tuning import Tuned, tune
from trainlab.data.task import Task
from trainlab.errors import RecipeError
from trainlab.recipe import read
from trainlab.schedules import Clock

__all__ = ["Progress", "compare"]

Told = Callable[["Progress"], None]


@dataclass(frozen=True)
class Progress:
    """How far a comparison is."""

    stage: str
    """What is being done: plan, tuning, measuring."""
    done: float
    """Trainings done in this stage."""
    whole: int
    """Trainings in this stage."""
    told: str = ""
    """The plan in a sentence, before anything is trained."""


def compare(
    arms: Sequence[Arm], design: Design, bench: Bench | None = None, watch: Told | None = None
) -> Comparison:
    """Compare the arms by a design.

    Raises RecipeError for arms or a design that cannot be compared.
    """
    bench, told = bench or Bench(), watch or (lambda progress: None)
    arms = checked(arms)
    _askable(arms, design)
    measure = _measure(arms, design, bench)
    notes = [*_alike(arms), *_seen(arms, design, measure)]
    told(Progress("plan", 0, 0, outline(arms, design, bench.cores)))
    if design.judged == "time":
        arms, note = _at_equal_time(arms, bench)
        notes.append(note)
    tuned: list[Tuned] = []
    if design.tune:
        tuned = tune(arms, design, bench, measure, _stage("tuning", told))
        arms = [_with(arm, found.values) for arm, found in zip(arms, tuned, strict=True)]
        notes += _noted(tuned)
    shared = pairing(arms, bench)
    if SPLIT in shared.apart:
        why = f"since {shared.apart[SPLIT]} differs"
        notes.append(f"the arms do not share the split, {why}: a difference may be one of the data")
    outcomes, judgement = _measured(arms, design, bench, measure, told)
    notes += [*_dropped(judgement), *findings(outcomes)]
    if design.judged == "steps" and (uneven := own_lengths(outcomes)):
        notes.append(f"the arms train for different numbers of updates: {uneven}")
    return Comparison(
        arms=tuple(arms),
        measure=measure,
        judgement=judgement,
        outcomes=outcomes,
        tuned=tuple(tuned),
        costs={name: sum(o.seconds for o in found) for name, found in outcomes.items()},
        pairing=str(shared),
        notes=tuple(notes),
        design=design,
    )


def _askable(arms: Sequence[Arm], design: Design) -> None:
    """Find what cannot be asked before anything is trained."""
    names = [arm.name for arm in arms]
    if design.baseline is not None and design.baseline not in names:
        raise RecipeError(
            f"no arm is called {design.baseline!r}",
            where="--baseline",
            allowed=names,
            given=design.baseline,
            next_step="name one of the arms as it is written here",
        )
    design.terms(folding.folds_of(arms))
    for arm in arms:
        for make in design.ranges:
            make(arm.recipe)
    _apart(arms, design)


def _apart(arms: Sequence[Arm], design: Design) -> None:
    """Find arms that tuning would make one: they differ in nothing but what is tuned."""
    for one, other in combinations(arms, 2):
        keys = [make(one.recipe).key for make in design.ranges]
        same = _with(other, {key: read(one.recipe, key) for key in keys}).recipe
        if same == one.recipe != other.recipe:
            raise RecipeError(
                f"{one.name} and {other.name} differ in nothing but what is tuned",
                where=f"--vary, --tune {', '.join(keys)}",
                next_step=f"leave --tune {keys[0]} out, or one of the two arms",
            )


def _measure(arms: Sequence[Arm], design: Design, bench: Bench) -> Measure:
    tasks = [bench.experiment(arm.recipe).prepared[0] for arm in arms]
    kinds = {task.kind for task in tasks}
    if len(kinds) > 1:
        raise RecipeError("a classification and a regression cannot be compared", where="the arms")
    if design.metric == "loss" and len({arm.recipe.train.loss for arm in arms}) > 1:
        raise RecipeError(
            "each arm would be judged by a loss of its own: they minimise different ones",
            where="--metric loss, train.loss",
            next_step="judge by a metric that is the same for all, or leave --metric out",
        )
    folds = any(arm.recipe.data.split.folds for arm in arms)
    tested = all(task.test.shape[1] for task in tasks) and not folds
    measure = measure_of(design.metric, kinds.pop(), "test" if tested else "val", design.target)
    if not all(task.val.shape[1] for task in tasks) and (design.tune or design.target):
        raise RecipeError(
            "without a validation split there is nothing to tune on, and no target to reach",
            where="data.split.val",
        )
    for where, said in design.percents:
        if measure.scale.unit != POINTS.unit:
            unit = "updates" if measure.target else f"the unit of {measure.metric}"
            raise RecipeError(
                f"{measure.title} is not measured in percent",
                where=f"{where} {said:g}%",
                next_step=f"write it in {unit}, without the sign: {where} {said:g}",
            )
    return replace(measure, step=max(map(_step_of(measure), arms, tasks)))


def _step_of(measure: Measure) -> Callable[[Arm, Task], float]:
    """Give what finds the least step of an arm's scores: an example, or updates between looks."""

    def step(arm: Arm, task: Task) -> float:
        if measure.target is None:
            examples = (task.test if measure.part == "test" else task.val).shape[1]
            return 1 / examples if measure.metric == "accuracy" and examples else 0.0
        train = arm.recipe.train
        per_epoch = max(1, task.train.shape[1] // train.batch_size)
        whole = train.length.steps(Clock(total=0, per_epoch=per_epoch))
        return float(train.evaluate_every.steps(Clock(total=whole, per_epoch=per_epoch)))

    return step


def _alike(arms: Sequence[Arm]) -> list[str]:
    """Say which arms are one recipe under two names: all their pairs will tie."""
    return [
        f"{one.name} and {other.name} are the same recipe"
        for one, other in combinations(arms, 2)
        if one.recipe == other.recipe
    ]


def _seen(arms: Sequence[Arm], design: Design, measure: Measure) -> list[str]:
    """Say where scores are judged on examples that have chosen something."""
    if folding.folds_of(arms):
        return folding.notes(arms, bool(design.tune))
    if measure.target is not None:
        return ["steps are read on validation, on which each arm was tuned"] * bool(design.tune)
    if measure.part == "test":
        return []
    chosen = "each arm's values and each run's weights" if design.tune else "each run's weights"
    return [f"there is no test split: judged on validation, which has chosen {chosen}"]


def _measured(
    arms: Sequence[Arm], design: Design, bench: Bench, measure: Measure, told: Told
) -> tuple[dict[str, tuple[Outcome, ...]], Judgement]:
    """Train the pairs that each look wants, of all arms that are still in, and judge."""
    terms = design.terms(folding.folds_of(arms))
    found: dict[str, tuple[Outcome, ...]] = {arm.name: () for arm in arms}
    tuned = bool(design.tune)

    def ask(names: Sequence[str], runs: int) -> dict[str, list[float]]:
        still = [arm for arm in arms if arm.name in names]
        trials = [
            Trial(member, arm.name, (measure.part,))
            for arm in still
            for member in folding.members(arm.recipe, runs, tuned)
        ]
        outcomes = bench.run(trials, measure, _stage("measuring", told)(len(trials)))
        for arm, first in zip(still, range(0, len(trials), runs), strict=True):
            found[arm.name] = tuple(outcomes[first : first + runs])
        return {
            arm.name: folding.scores(arm.recipe, found[arm.name], measure, tuned) for arm in still
        }

    at = terms.looks.at if terms.looks else (folding.runs_of(arms[0].recipe, design.seeds, tuned),)
    judgement = follow([arm.name for arm in arms], ask, measure.scale, design, terms, at)
    return found, judgement


def _at_equal_time(arms: Sequence[Arm], bench: Bench) -> tuple[list[Arm], str]:
    costs = step_costs(arms, bench)
    equal = equal_time(arms, costs, bench)
    told = ", ".join(
        f"{arm.name} {arm.recipe.train.length} at {1e3 * cost:.3g} ms"
        for arm, cost in zip(equal, costs, strict=True)
    )
    return equal, f"equal time for one network at a time: {told} a step"


def _noted(tuned: Sequence[Tuned]) -> list[str]:
    """Give what tuning noted, each thing once, with the arms that it is true of."""
    arms: dict[str, list[str]] = {}
    for each in tuned:
        for note in each.notes:
            arms.setdefault(note, []).append(each.arm)
    return [f"{', '.join(names)}: {note}" for note, names in arms.items()]


def _with(arm: Arm, values: Mapping[str, float]) -> Arm:
    recipe = arm.recipe
    for key, value in values.items():
        recipe = recipe.replace(key, value)
    return Arm(arm.name, recipe)


def _dropped(judgement: Judgement) -> list[str]:
    return [
        f"{row.arm} was dropped after {row.pairs} pairs: beaten"
        for row in judgement.ranking
        if row.pairs < judgement.pairs
    ]


def _stage(stage: str, told: Told) -> Callable[[int], Watch]:
    """Give what counts the trainings of a stage and tells the sum."""

    def begin(whole: int) -> Watch:
        done = 0.0

        def watch(share: float) -> None:
            nonlocal done
            done += share
            told(Progress(stage, done, whole))

        return watch

    return begin
