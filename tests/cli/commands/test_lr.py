from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

Say = Callable[..., Said]
QUICK = ("--seeds", 2, "--points", 8, "--from", 1e-4, "--steps", 30)
WINE = ("wine-mlp", "network.widths=[8]")


@pytest.fixture
def quick(say: Say) -> Callable[..., Said]:
    return lambda *words: say("lr", *WINE, *QUICK, *words)


def test_the_range_is_drawn_told_and_confirmed(quick: Say, tmp_path: Path) -> None:
    file = tmp_path / "rates.html"
    said = quick("optimizer.lr=0.0001", "--out", file)
    assert said.code == 0
    for part in ("lowest useful", "edge of stability", "a third of it", "] useful", "n = 2"):
        assert part in said.out
    rate = said.out.splitlines()[-1]
    assert rate.startswith("optimizer.lr=0.")
    assert f"next    trainlab train wine-mlp 'network.widths=[8]' {rate}" in said.err
    assert "8 rates from 0.0001 to 10, 2 seeds each, 30 steps" in said.err
    assert "wine-mlp: which learning rate" in file.read_text()


def test_the_document_has_every_loss(quick: Say) -> None:
    document = quick("--json").document
    assert len(document["curve"]) >= 8
    assert [len(row["loss"]) for row in document["curve"][:2]] == [2, 2]
    assert document["range"]["lowest"] < document["suggestion"] <= document["range"]["edge"]
    assert document["confirmation"]["verdict"] in ("confirmed", "beaten", "undecided")
    assert document["refusal"] is None


def test_nothing_to_suggest_is_a_negative_verdict(say: Say) -> None:
    dead = ("wine-mlp", "network.init=zeros", "network.widths=[8,8]")
    words = ("--seeds", 1, "--points", 4, "--from", 1e-4, "--to", 1e-2, "--steps", 2)
    said = say("lr", *dead, *words)
    assert said.code == 1
    assert "no suggestion: nothing learns" in said.out
    assert "trainlab gradcheck" in said.out
    assert "next    trainlab train" not in said.err


def test_a_grid_that_is_none_is_told(say: Say) -> None:
    said = say("lr", "wine-mlp", "--from", 1, "--to", 0.1)
    assert said.code == 2
    assert "below the highest" in said.err


def test_a_curve_fits_a_narrow_terminal(quick: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    assert max(map(len, quick().out.splitlines())) <= 120
