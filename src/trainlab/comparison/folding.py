"""Cross-validation: which folds judge, which one tunes, and what a fold must not choose.

A fold that chose a value, or the weights of a run, would judge its own choice. So where something
is tuned, one fold tunes and the others judge; and runs end with their last weights, not with those
that were best on the fold. It is not nested: an arm has one set of values for all folds, chosen by
networks that were trained on the folds that judge, which is said. To choose anew inside each fold
would cost the tuning once for each, and the arms compared would be as many recipes as folds.

A fold is one pair, however many seeds it has: their mean is its score. Seeds of a fold share its
examples, so that counted as pairs they would have many degrees of freedom and tell little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainlab.comparison.arms import Arm
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome
from trainlab.errors import RecipeError
from trainlab.recipe import Recipe, expand
from trainlab.recipe.schema import EarlyStopping

__all__ = ["folds_of", "members", "notes", "pairs_of", "runs_of", "scores", "tuning_on"]

NEVER = EarlyStopping(patience=10**9, restore_best=False)


def folds_of(arms: Sequence[Arm]) -> int:
    """Give the number of folds that all arms have; 0 for none. Raises RecipeError."""
    folds = {arm.recipe.data.split.folds for arm in arms}
    if len(folds) > 1:
        raise RecipeError("the arms must have the same folds", where="data.split.folds")
    return folds.pop()


def pairs_of(recipe: Recipe, seeds: int, tuned: bool) -> int:
    """Give the pairs that so many seeds make: themselves, or the folds that judge."""
    judging = len(_judging(recipe, tuned))
    return judging if judging > 1 else seeds


def runs_of(recipe: Recipe, seeds: int, tuned: bool) -> int:
    """Give the trainings of an arm that judge: each seed has all folds that judge."""
    return seeds * len(_judging(recipe, tuned))


def scores(
    recipe: Recipe, outcomes: Sequence[Outcome], measure: Measure, tuned: bool
) -> list[float]:
    """Give a score a pair: that of a seed, or the mean over the seeds of a fold; nan if one is."""
    found, judging = [measure.of(outcome) for outcome in outcomes], len(_judging(recipe, tuned))
    if judging == 1:
        return found
    return [float(np.mean(found[fold::judging])) for fold in range(judging)]


def members(recipe: Recipe, runs: int, tuned: bool) -> list[Recipe]:
    """Give the first trainings' own recipes: a fresh seed each, or its folds seed by seed."""
    judging = _judging(recipe, tuned)
    every = expand(recipe.model_copy(update={"seeds": -(-runs // len(judging))}))
    found = [member for member in every if member.data.split.fold in judging][:runs]
    return [_last_weights(member) for member in found] if recipe.data.split.folds else found


def tuning_on(recipe: Recipe) -> Recipe:
    """Give the recipe on the fold that tunes: the first, unless that one alone judges."""
    split = recipe.data.split
    if not split.folds:
        return recipe
    split = split.model_copy(update={"fold": _tuning_fold(recipe)})
    return recipe.model_copy(update={"data": recipe.data.model_copy(update={"split": split})})


def notes(arms: Sequence[Arm], tuned: bool) -> list[str]:
    """Say what folds do that is not obvious."""
    said = []
    if tuned:
        said.append(
            "one fold has tuned, the others judge; the networks that tuned were trained on those, "
            "since values are chosen once for all folds"
        )
    if any(arm.recipe.regularize.early_stopping for arm in arms):
        said.append("each fold stops the runs that it judges, of all arms alike")
    return said


def _judging(recipe: Recipe, tuned: bool) -> list[int | None]:
    split = recipe.data.split
    if not split.folds or split.fold is not None:
        return [split.fold]
    return [fold for fold in range(split.folds) if not tuned or fold != _tuning_fold(recipe)]


def _tuning_fold(recipe: Recipe) -> int:
    return 1 if recipe.data.split.fold == 0 else 0


def _last_weights(member: Recipe) -> Recipe:
    stopping = member.regularize.early_stopping
    changed = stopping.model_copy(update={"restore_best": False}) if stopping else NEVER
    regularize = member.regularize.model_copy(update={"early_stopping": changed})
    return member.model_copy(update={"regularize": regularize})
