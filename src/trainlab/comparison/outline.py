"""What a comparison is about to do, in a sentence: how many trainings, in which programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainlab.amounts import counted
from trainlab.comparison.arms import Arm
from trainlab.comparison.design import Design
from trainlab.comparison.folding import folds_of, pairs_of, runs_of
from trainlab.comparison.statistics.looks import listed
from trainlab.comparison.tuning import FINALISTS
from trainlab.recipe import plan

__all__ = ["outline"]


def outline(arms: Sequence[Arm], design: Design, cores: int) -> str:
    """Say it: 4 arms in 1 program on 2 cores: 32 trainings tune, then 48 of 30ep judge, 12 pairs.

    Arms are programs of their own where they differ in what cannot be a row's own, such as shapes.
    """
    programs = len(plan([arm.recipe.model_copy(update={"seeds": 1}) for arm in arms]))
    where = f"{counted(programs, 'programs')} on {counted(cores, 'cores')}"
    return f"{len(arms)} arms in {where}: {', then '.join(_stages(arms, design))}"


def _stages(arms: Sequence[Arm], design: Design) -> Iterator[str]:
    if design.tune:
        rounds = f" in the first of {design.rounds} rounds at most" if design.rounds > 1 else ""
        yield f"{len(arms) * design.trials} trainings tune{rounds}"
        if design.finals:
            finalists = len(arms) * min(FINALISTS, design.trials)
            yield f"{finalists * design.finals} trainings are the finals"
    lengths = {str(arm.recipe.train.length) for arm in arms}
    long = f" of {lengths.pop()}" if len(lengths) == 1 and design.judged != "time" else ""
    looks = design.terms(folds_of(arms)).looks
    asked = arms[0].recipe, looks.most if looks else design.seeds, bool(design.tune)
    runs, pairs = len(arms) * runs_of(*asked), pairs_of(*asked)
    early = f", looked at after {listed(looks.at)}" if looks else ""
    most = "at most " if looks else ""
    yield f"{most}{runs} trainings{long} judge, in {counted(pairs, 'pairs')}{early}"
