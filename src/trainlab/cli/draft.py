"""A first recipe for data that was looked at: every choice with its reason beside it."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote
from textwrap import wrap
from typing import Any

import yaml

from trainlab.data.looking import Guess

__all__ = ["draft"]

NETWORKS: Mapping[str, dict[str, Any]] = {
    "vector": {"name": "mlp", "widths": [64, 32], "activation": "relu"},
    "image": {"name": "cnn", "activation": "relu"},
    "sequence": {"name": "gru"},
}
STEPS = 2000
"""About as many updates as a first training of small data needs."""
TRAINED = 0.7
"""The share of the examples that the proposed split leaves for training."""


def draft(guess: Guess, data: str, file: str) -> str:
    """Write the recipe: `data` is what was looked at, `file` the recipe's own name."""
    source = {"name": guess.source, **guess.options}
    preprocess = list(guess.preprocess)
    batch = _batch_size(guess.examples)
    early = {"patience": 10}
    seeds = 4 if guess.layout == "vector" else 1
    named = quote(file)
    lines = [
        f"# {data}: {_seen(guess)}.",
        "#",
        *(line for reason in guess.reasons for line in _comment(reason)),
        "#",
        f"# train it        trainlab train {named}",
        f"# eight seeds     trainlab train {named} --seeds 8",
        f"# change a value  trainlab train {named} optimizer.lr=0.01",
        f"# look inside     trainlab summary {named}",
        "",
        "data:",
        f"  source: {_flow(source)}",
        "  # by class for classes; also by: group or time, folds: 5",
        "  split: {val: 0.15, test: 0.15}",
        "  # learned from the training split alone; others: trainlab list preprocess",
        f"  preprocess: {_flow(preprocess)}",
        *_on_bad(guess),
        "",
        "# others: trainlab list network, trainlab list activation, trainlab list norm",
        f"network: {_flow(NETWORKS[guess.layout])}",
        "",
        "# others: trainlab list rule",
        "optimizer: {rule: adam, lr: 0.002, weight_decay: 0.01}",
        "",
        f"# drawn by: trainlab schedule {named}",
        "schedule: {name: cosine, warmup: 5%}",
        "",
        "# patience counts evaluations without improvement; dropout from 0 to 1",
        f"regularize: {_flow({'dropout': 0.0, 'early_stopping': early})}",
        "",
        f"train: {_flow({'length': _length(guess.examples, batch), 'batch_size': batch})}",
        "",
        "# a population of networks, told apart by their seeds: the spread is part of the result",
        f"seeds: {seeds}",
    ]
    return "\n".join(lines) + "\n"


def _comment(reason: str) -> list[str]:
    """Write a reason as comment lines that fit a page."""
    return wrap(reason, 96, initial_indent="#   ", subsequent_indent="#     ")


def _seen(guess: Guess) -> str:
    """Say in a phrase what the data are."""
    shape = " x ".join(map(str, guess.feature_shape))
    what = f"{guess.examples:,} examples of {shape} {_unit(guess)}"
    if guess.kind == "classification":
        return f"{what}, {len(guess.classes)} classes"
    return f"{what}, {guess.kind}"


def _unit(guess: Guess) -> str:
    return {"vector": "features", "image": "pixels", "sequence": "values in time"}[guess.layout]


def _on_bad(guess: Guess) -> list[str]:
    """Say what happens to gaps, where there are any."""
    if guess.on_bad == "error":
        return []
    return ["  # gaps are filled; or drop, which leaves such rows out", f"  on_bad: {guess.on_bad}"]


def _batch_size(examples: int) -> int:
    """Give a power of two that makes about 20 updates an epoch, from 8 to 128."""
    size = 8
    while size < 128 and size * 20 < examples * TRAINED:
        size *= 2
    return size


def _length(examples: int, batch: int) -> str:
    per_epoch = max(1, int(examples * TRAINED) // batch)
    return f"{min(100, max(5, round(STEPS / per_epoch)))}ep"


def _flow(value: Any) -> str:
    """Write a value as YAML on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000)
    return text.strip().removesuffix("...").strip()
