"""The answer by Ray Tune around the same loop: two workers, asynchronous halving."""

from __future__ import annotations

from typing import Any

from benchmarks.answer.by_hand import epochs_of, scored
from benchmarks.answer.question import RULES, SEEDS, Answer, examples, rates

__all__ = ["answer", "begin", "end"]

WORKERS = 2


def begin() -> None:
    """Start Ray, which a person does once a day: not timed."""
    import ray

    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False, logging_level="ERROR")


def end() -> None:
    """Stop it."""
    import ray

    ray.shutdown()


def answer(epochs: int) -> Answer:
    """Tune each rule by ASHA, then train it on fresh seeds."""
    from ray import tune

    best = {}
    for rule in RULES:
        space = {
            "rule": rule,
            "seed": 1000,
            "epochs": epochs,
            "rate": tune.grid_search(rates(rule)),
        }
        halving = tune.schedulers.ASHAScheduler(max_t=epochs, reduction_factor=2, grace_period=4)
        found = _tuned(space, halving).get_best_result("val", "max", scope="last")
        best[rule] = float(found.config["rate"])
    scores = {}
    for rule in RULES:
        seeds = tune.grid_search(list(range(SEEDS)))
        space = {"rule": rule, "seed": seeds, "epochs": epochs, "rate": best[rule]}
        results = list(_tuned(space, None))
        scores[rule] = [
            float(r.metrics["test"]) for r in sorted(results, key=lambda r: r.config["seed"])
        ]
    return Answer(best, scores)


def _tuned(space: dict[str, Any], scheduler: Any) -> Any:
    from ray import tune

    config = tune.TuneConfig(metric="val", mode="max", scheduler=scheduler)
    quiet = tune.RunConfig(verbose=0)
    one = tune.with_resources(_train, {"cpu": 1})
    return tune.Tuner(one, param_space=space, tune_config=config, run_config=quiet).fit()


def _train(config: dict[str, Any]) -> None:
    import torch
    from ray import tune

    torch.set_num_threads(1)
    chosen = (config[name] for name in ("rule", "rate", "seed", "epochs"))
    for network in epochs_of(*chosen):
        val, test = (scored(network, part)[0] for part in (examples().val, examples().test))
        tune.report({"val": max(0.0, val), "test": max(0.0, test)})
