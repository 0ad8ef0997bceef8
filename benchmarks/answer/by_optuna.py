"""The answer by Optuna around the same loop: its grid sampler, its successive halving."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.answer.by_hand import epochs_of, scored
from benchmarks.answer.question import RULES, SEEDS, Answer, examples, rates

__all__ = ["answer"]


def answer(epochs: int) -> Answer:
    """Tune each rule by a study with pruning, then train it on fresh seeds."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    best = {}
    for rule in RULES:
        study = optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.GridSampler({"rate": rates(rule)}, seed=0),
            pruner=optuna.pruners.SuccessiveHalvingPruner(reduction_factor=2),
        )
        study.optimize(partial(_objective, rule, epochs))
        best[rule] = float(study.best_params["rate"])
    scores: dict[str, list[float]] = {rule: [] for rule in RULES}
    for rule in RULES:
        for seed in range(SEEDS):
            for network in epochs_of(rule, best[rule], seed, epochs):
                scored(network, examples().val)
            scores[rule].append(max(0.0, scored(network, examples().test)[0]))
    return Answer(best, scores)


def _objective(rule: str, epochs: int, trial: Any) -> float:
    import optuna

    rate = trial.suggest_categorical("rate", rates(rule))
    for epoch, network in enumerate(epochs_of(rule, rate, 1000, epochs), start=1):
        score = max(0.0, scored(network, examples().val)[0])
        trial.report(score, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned
    return score
