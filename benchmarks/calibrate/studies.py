"""What is trained: three small recipes on real data, and two changes that are truly different."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trainlab.recipe import Recipe

__all__ = ["ARMS", "COPIES", "METRICS", "STUDIES", "recipe"]

COPIES = 4
"""Trainings of each seed that share their initial weights and nothing else."""
METRICS = ("accuracy", "loss")


def _small(source: Any, width: int, rate: float, epochs: int, **split: float) -> dict[str, Any]:
    length = f"{epochs}ep"
    return {
        "data": {"source": source, "split": split, "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [width], "activation": "relu"},
        "optimizer": {"rule": "adam", "lr": rate},
        "train": {
            "length": length,
            "batch_size": 64 if source == "digits" else 32,
            "evaluate_every": length,
            "checkpoint_every": length,
        },
    }


STUDIES: Mapping[str, Mapping[str, Any]] = {
    "digits": _small("digits", 32, 0.005, 5, val=0.15, test=0.15),
    "wine": _small("wine", 16, 0.01, 20, val=0.2, test=0.2),
    "moons": _small({"name": "moons", "examples": 300, "noise": 0.25}, 16, 0.02, 15, test=0.3),
}
"""Ended early, as a search would: differences are largest there. 36 to 270 examples are tested."""
ARMS: Mapping[str, Mapping[str, Any]] = {
    "adam": {},
    "half the rate": {"half": True},
    "sgd": {"rule": "sgd", "lr": 0.1},
}
"""What each arm says differently of the optimiser; the first is the recipe itself."""


def recipe(study: str, arm: str, first: int, seeds: int) -> Recipe:
    """Give an arm of a study with the seeds first, first + 1, ..."""
    said = STUDIES[study]
    own = dict(ARMS[arm])
    if own.pop("half", False):
        own["lr"] = said["optimizer"]["lr"] / 2
    optimizer = {**said["optimizer"], **own}
    return Recipe.of({**said, "optimizer": optimizer, "seed": first, "seeds": seeds})
