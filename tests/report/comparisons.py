"""Comparisons made by hand: outcomes whose scores and curves are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from trainlab.comparison.arms import Arm
from trainlab.comparison.design import Design
from trainlab.comparison.measure import Measure
from trainlab.comparison.outcome import Outcome
from trainlab.comparison.result import Comparison
from trainlab.comparison.statistics.judgement import judge
from trainlab.comparison.tuning import Tried, Tuned
from trainlab.recipe import Recipe

STEPS = (10, 20, 30, 40)


def outcome(final: float) -> Outcome:
    """Give a training whose accuracy rises to `final`; one that diverged for nan."""
    if np.isnan(final):
        return Outcome(scores={}, steps=(10,), curve={"val/accuracy": (0.1,)}, why="diverged")
    curve = tuple(final - gap for gap in (0.2, 0.1, 0.05, 0.0))
    losses = tuple(1 - value for value in curve)
    return Outcome(
        scores={"test/accuracy": final, "val/accuracy": final},
        steps=STEPS,
        curve={"val/accuracy": curve, "val/loss": losses},
        taken=40,
        seconds=2.0,
    )


def made(baseline: str | None = "low", lost: int = 0, **arms: float) -> Comparison:
    """Compare arms of known accuracy, low and high unless given, six seeds each."""
    means = arms or {"low": 0.7, "high": 0.9}
    noise = np.random.default_rng(0).normal(0, 0.01, (len(means), 6))
    outcomes = {
        name: tuple(outcome(mean + gap) for gap in gaps)
        for (name, mean), gaps in zip(means.items(), noise, strict=True)
    }
    first = next(iter(means))
    gone = tuple(outcome(np.nan) for _ in range(lost))
    outcomes[first] = gone + outcomes[first][lost:]
    measure, design = Measure("accuracy"), Design(seeds=6, tune=("optimizer.lr",))
    scores = [[measure.of(each) for each in own] for own in outcomes.values()]
    named = baseline if baseline in means else None
    return Comparison(
        arms=tuple(Arm(name, Recipe()) for name in means),
        measure=measure,
        judgement=judge(scores, list(means), scale=measure.scale, baseline=named),
        outcomes=outcomes,
        tuned=tuple(tuned(name, mean) for name, mean in means.items()),
        costs=dict.fromkeys(means, 12.0),
        pairing="paired by seed: <all>",
        notes=("low: optimizer.lr: the range was widened",),
        design=Design(**design.to_json() | {"tune": design.tune, "baseline": named}),
    )


def tuned(name: str, best: float) -> Tuned:
    """Give a tuning with a trial that was dropped and one that diverged."""
    tried: list[Any] = [
        Tried({"optimizer.lr": 0.01}, best, 0.1, "complete", 40),
        Tried({"optimizer.lr": 0.001}, best - 0.3, 0.5, "dropped", 10),
        Tried({"optimizer.lr": 1.0}, np.nan, np.nan, "diverged", 3),
    ]
    return Tuned(name, {"optimizer.lr": 0.01}, tuple(tried))
