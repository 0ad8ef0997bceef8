"""trainlab: a laboratory for training neural networks.

run = trainlab.train("digits-mlp", overrides=["seeds=8"])
run.score("test/accuracy")               its mean and 95 % interval over the seeds
trainlab.predict(run, "new.csv")         with the preprocessing that the run was trained with
trainlab.write_report(run)               one page with curves, mistakes, calibration
kept = trainlab.compare("digits-mlp", vary={"optimizer.rule": ["sgd", "adam"]})
kept.comparison.sentence                 adam is better than sgd by 1.3 points (95 % CI ...)

A name is imported when it is first used: `import trainlab` itself imports no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainlab import data, errors, losses, nn, optim, recipe, rules, schedules
    from trainlab.built_in import built_in as recipes
    from trainlab.comparison.design import Design
    from trainlab.comparison.result import Comparison
    from trainlab.errors import InputError, Interrupted, TrainlabError
    from trainlab.lab import evaluate, learning_rates, load_run, predict, resume, train
    from trainlab.lab.comparing import compare, compare_again, load_comparison
    from trainlab.recipe import Recipe
    from trainlab.recipe.source import load as load_recipe
    from trainlab.store import Interval, Run
    from trainlab.store import find as runs

__all__ = [
    "Comparison",
    "Design",
    "InputError",
    "Interrupted",
    "Interval",
    "Recipe",
    "Run",
    "TrainlabError",
    "compare",
    "compare_again",
    "data",
    "errors",
    "evaluate",
    "learning_rates",
    "load_comparison",
    "load_recipe",
    "load_run",
    "losses",
    "nn",
    "optim",
    "predict",
    "recipe",
    "recipes",
    "resume",
    "rules",
    "runs",
    "schedules",
    "train",
    "write_report",
]

PLACES = {
    "Comparison": "trainlab.comparison.result:Comparison",
    "Design": "trainlab.comparison.design:Design",
    "InputError": "trainlab.errors:InputError",
    "Interrupted": "trainlab.errors:Interrupted",
    "Interval": "trainlab.store:Interval",
    "Recipe": "trainlab.recipe:Recipe",
    "Run": "trainlab.store:Run",
    "TrainlabError": "trainlab.errors:TrainlabError",
    "compare": "trainlab.lab.comparing:compare",
    "compare_again": "trainlab.lab.comparing:compare_again",
    "evaluate": "trainlab.lab:evaluate",
    "learning_rates": "trainlab.lab:learning_rates",
    "load_comparison": "trainlab.lab.comparing:load_comparison",
    "load_recipe": "trainlab.recipe.source:load",
    "load_run": "trainlab.lab:load_run",
    "predict": "trainlab.lab:predict",
    "recipes": "trainlab.built_in:built_in",
    "resume": "trainlab.lab:resume",
    "runs": "trainlab.store:find",
    "train": "trainlab.lab:train",
    "write_report": "trainlab.report:write",
}
"""Where each name that is no module of its own stands."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'trainlab' has no attribute {name!r}")
    module, _, attribute = PLACES.get(name, f"trainlab.{name}").partition(":")
    found = import_module(module)
    value = getattr(found, attribute) if attribute else found
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
