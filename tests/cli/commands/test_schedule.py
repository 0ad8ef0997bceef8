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


def test_the_rate_follows_the_examples_of_an_update(say: Say) -> None:
    plain = say("schedule", "digits-mlp", "train.batch_size=128", "--json").document
    asked = ["train.batch_size=32", "train.accumulate=4", "optimizer.lr_scaling=linear"]
    scaled = say("schedule", "digits-mlp", *asked, "--json").document
    assert scaled["examples_per_step"] == plain["examples_per_step"] == 128
    assert scaled["steps"] == plain["steps"]
    for ours, base in zip(scaled["lr"], plain["lr"], strict=True):
        assert ours["lr"] == pytest.approx(base["lr"] / 2, rel=1e-12)
    said = say("schedule", "digits-mlp", *asked)
    assert "lr 0.002 for 256 examples a step is 0.001 for 128, linear" in said.out


def test_it_is_written_as_a_page_that_asks_no_other_host(say: Say, tmp_path: Path) -> None:
    page = tmp_path / "lr.html"
    said = say("schedule", "digits-mlp", "--out", page)
    text = page.read_text()
    assert "<polyline" in text
    assert "http" not in text
    assert str(page) in said.err
