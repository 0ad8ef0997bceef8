"""Claims and findings made by hand, for tests that need no training."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.definition import definition
from trainlab.claims.keeping import Kept

LESS = Expect("a is less", of="a", less="b", below=0, unit="points")


def measured(ask: Ask) -> Found:
    """Give a = 1 + seed, b = 2 + 2 seed, and lines through both."""
    at = np.arange(float(ask.pairs))
    x = np.arange(3.0)
    curves = {"a": Curve(x, at[:, None] + x), "b": Curve(x, at[:, None] + 2 * x)}
    return Found(values={"a": 1 + at, "b": 2 + 2 * at}, curves=curves)


BASE = Claim(
    statement="a is less than b.",
    source="nobody",
    data="constructed: numbers",
    recipe={"train": {"length": "10steps"}},
    measure=measured,
    quantity="what numbers are",
    expects=(LESS,),
    figure=Lines(x="updates", y="value"),
    holds_when="Always.",
)

DIGITS = {
    "data": {"source": "digits", "preprocess": ["standardize"]},
    "network": {"name": "mlp", "widths": [8, 6], "init": "xavier_normal"},
    "optimizer": {"rule": "sgd", "lr": 0.1},
    "schedule": "constant",
    "train": {"length": "4steps", "evaluate_every": "2steps"},
}


def claim_of(**changes: Any) -> Claim:
    return replace(BASE, **changes)


def ask_of(*changes: str, pairs: int = 2) -> Ask:
    """Ask on a small network for digits, two seeds and four updates, or as changed."""
    return claim_of(recipe=DIGITS, pairs=pairs).ask().changed(*changes)


def found_of(**values: Any) -> Found:
    return Found(values={name: np.asarray(row, float) for name, row in values.items()})


def kept_of(name: str, claim: Claim) -> Kept:
    """Measure a claim that stands in the table under a name."""
    return Kept(
        name=name,
        found=claim.measure(claim.ask()),
        seconds=1.5,
        created="2026-01-01T12:00:00+00:00",
        command=f"trainlab claims run {name}",
        machine="a machine",
        definition=definition(claim),
    )
