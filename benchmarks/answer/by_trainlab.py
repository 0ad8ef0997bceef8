"""The answer by trainlab: one comparison."""

from __future__ import annotations

from benchmarks.answer.question import RULES, SEEDS, TRIALS, Answer, base
from trainlab.comparison.arms import Vary, varied
from trainlab.comparison.compare import compare
from trainlab.comparison.design import Design
from trainlab.recipe import Recipe

__all__ = ["answer"]


def answer(epochs: int, *, race: bool = False) -> Answer:
    """Compare the rules; with a race, arms that are clearly beaten train four seeds, not eight."""
    given = base(epochs).given()
    given["optimizer"] = {"rule": "sgd"}
    arms = varied(Recipe.of(given), [Vary("optimizer.rule", RULES)])
    design = Design(seeds=SEEDS, tune=("optimizer.lr",), trials=TRIALS, rounds=1, race=race)
    found = compare(arms, design)
    best = {each.arm: each.values["optimizer.lr"] for each in found.tuned}
    return Answer(best, {rule: found.scores(rule) for rule in RULES})
