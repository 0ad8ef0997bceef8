"""A feature that tells the target alone is told of; one that only helps is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas
import pytest
import torch

from trainlab.data.leaks import telling
from trainlab.data.preparation import prepare
from trainlab.data.sources import SOURCES
from trainlab.data.sources.user import from_user

N = 60
RANDOM = np.random.default_rng(0)
KIND = np.array(["a", "b", "c"])[RANDOM.integers(0, 3, N)]
NOISE = RANDOM.normal(size=N)


def told(**columns: Any) -> list[str]:
    """Name the features, besides noise, that tell the kind."""
    raw = from_user(pandas.DataFrame({"noise": NOISE, "kind": KIND} | columns), target="kind")
    return [raw.features[place] for place in telling(raw, torch.arange(N))]


CODES = {"a": 2.0, "b": 0.5, "c": 7.0}
CODE = np.array([CODES[kind] for kind in KIND])


@pytest.mark.parametrize(
    "column",
    [
        CODE,
        CODE + 0.1 * NOISE,
        np.argsort(np.argsort(KIND, kind="stable")),
        np.array([{"a": "red", "b": "green", "c": "blue"}[kind] for kind in KIND]),
        np.array([f"{kind}{row % 4}" for row, kind in enumerate(KIND)]),
        np.where(np.arange(N) % 7 == 0, np.nan, CODE),
    ],
)
def test_a_feature_that_tells_the_class(column: Any) -> None:
    assert told(column=column) == ["column"]


@pytest.mark.parametrize(
    "column",
    [
        NOISE,
        np.where(np.arange(N) == 5, -1.0, CODE),
        np.where(KIND == "a", 1.0, 0.0),
        np.array(["red", "green"])[np.arange(N) % 2],
        np.ones(N),
    ],
)
def test_a_feature_that_only_helps(column: Any) -> None:
    assert told(column=column) == []


def test_what_chance_may_do_is_not_told() -> None:
    """With one example of a class some feature in ten puts it at an end."""
    y = ["rare"] + ["usual"] * 59
    frame = pandas.DataFrame({"x": [9.0, *NOISE[1:]], "kind": y})
    assert not telling(from_user(frame, target="kind"), torch.arange(N))


def test_a_straight_line_tells_a_number() -> None:
    price = RANDOM.lognormal(size=N) * 1e6
    frame = pandas.DataFrame(
        {"euro": price * 1.1 + 3, "size": price * (1 + NOISE / 100), "price": price}
    )
    task, _ = prepare(from_user(frame, target="price"))
    assert task.notes == (
        "'euro' alone tells every training target: "
        "is that known before the target is, or does it leak it?",
    )


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_honest_data_are_not_accused(name: str) -> None:
    raw = SOURCES[name].load()
    assert not telling(raw, torch.arange(raw.n))
