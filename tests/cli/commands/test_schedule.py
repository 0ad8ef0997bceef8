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


def test_everything_that_is_scheduled_is_drawn(say: Say, tmp_path: Path) -> None:
    page = tmp_path / "all.html"
    asked = [
        "optimizer.rule=momentum",
        "schedule=one_cycle",
        "schedules.momentum={name: one_cycle, start: 1, top: 0.9, end: 1}",
        "schedules.batch_size={name: step, every: 10ep, gamma: 2}",
    ]
    said = say("schedule", "digits-mlp", *asked, "--out", page)
    assert said.code == 0
    assert "momentum  schedule one_cycle" in said.out
    assert "batch_size  schedule step" in said.out
    assert page.read_text().count("<polyline") == 3
    document = say("schedule", "digits-mlp", *asked, "--json").document
    momenta = [point["value"] for point in document["schedules"]["momentum"]]
    assert max(momenta) == pytest.approx(0.9)
    assert min(momenta) == pytest.approx(0.81, abs=1e-3)
    sizes = [point["value"] for point in document["schedules"]["batch_size"]]
    assert sorted(set(sizes)) == [64, 128, 256]
    assert document["steps"] < 30 * document["steps_per_epoch"]


def test_a_join_is_drawn_and_trained_as_it_is_said(say: Say) -> None:
    parts = "[{name: constant, until: 80%}, {name: linear}]"
    said = say("schedule", "digits-mlp", f"schedule={{name: join, parts: {parts}}}", "--json")
    total = said.document["steps"]
    for point in said.document["lr"]:
        left = (total - point["step"]) / (total - round(0.8 * total))
        assert point["lr"] == pytest.approx(0.002 * min(1, left), rel=1e-9)
