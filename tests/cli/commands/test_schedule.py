from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

Say = Callable[..., Said]


def test_the_cosine_by_its_formula(say: Say) -> None:
    said = say("schedule", "digits-mlp", "schedule=cosine", "optimizer.lr=0.5", "--json")
    document = said.document
    total = document["steps"]
    assert total == 30 * document["steps_per_epoch"]
    for point in document["lr"]:
        law = 0.5 * (1 + math.cos(math.pi * point["step"] / total)) / 2
        assert point["lr"] == pytest.approx(law, abs=1e-3)


def test_it_is_drawn_over_the_epochs(say: Say) -> None:
    said = say("schedule", "digits-mlp", "schedule=step", "schedule.every=10ep")
    assert said.code == 0
    assert "epoch 30" in said.out
    assert "highest 0.002 at step 0" in said.out
    assert "trainlab train digits-mlp schedule=step schedule.every=10ep" in said.err


def test_it_is_written_as_a_page_that_asks_no_other_host(say: Say, tmp_path: Path) -> None:
    page = tmp_path / "lr.html"
    said = say("schedule", "digits-mlp", "--out", page)
    text = page.read_text()
    assert "<polyline" in text
    assert "http" not in text
    assert str(page) in said.err
