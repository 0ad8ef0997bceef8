"""Every row of SOURCES says what it is; what needs no file can be made by default."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch

from trainlab.data.preparation import prepare
from trainlab.data.sources import SOURCES

NEEDS = {"path", "function", "dataset"}
RENDERED = ["shapes", "road", "adding", "words", "moons", "circles", "spirals", "blobs"]


@pytest.mark.parametrize("name", SOURCES)
def test_a_row_is_described_and_declares_keywords_only(name: str) -> None:
    row = SOURCES[name]
    assert row.card.does
    for parameter in inspect.signature(row.load).parameters.values():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert (parameter.default is parameter.empty) == (parameter.name in NEEDS)


@pytest.mark.parametrize("name", RENDERED)
def test_rendering_is_a_function_of_the_seed(name: str) -> None:
    def made(**options: Any) -> torch.Tensor:
        raw = SOURCES[name].load(examples=24, **options)
        assert isinstance(raw.x, torch.Tensor)
        return raw.x

    torch.manual_seed(1)
    first = made()
    torch.manual_seed(2)
    assert torch.equal(first, made()) and not torch.equal(first, made(seed=1))


@pytest.mark.parametrize("name", RENDERED)
def test_rendered_data_makes_a_task(name: str) -> None:
    raw = SOURCES[name].load(examples=96)
    task, _ = prepare(raw, steps=SOURCES[name].default_preprocess)
    assert task.x.isfinite().all()
    assert task.outputs == (len(raw.classes) or 1)


@pytest.mark.parametrize("name", ["shapes", "road", "adding", "words"])
def test_an_example_does_not_depend_on_how_many_there_are(name: str) -> None:
    few, more = SOURCES[name].load(examples=16), SOURCES[name].load(examples=40)
    assert isinstance(few.x, torch.Tensor) and isinstance(more.x, torch.Tensor)
    assert torch.equal(few.x, more.x[:16])
