from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Said

Say = Callable[..., Said]
DEEP = ("digits-mlp", "network.widths=[64,64,64,64,64]", "network.activation=tanh")


def test_initialisers_side_by_side(say: Say) -> None:
    said = say("signal", *DEEP, "--init", "normal", "--init", "xavier_normal", "--json")
    small, xavier = said.document["initialisers"]
    assert (small["init"], xavier["init"]) == ("normal", "xavier_normal")
    assert small["forward_factor"] < 0.2 < 0.7 < xavier["forward_factor"] < 1.2
    assert len(small["layers"]) == 12


def test_the_recipes_own_start_is_shown_by_layer(say: Say) -> None:
    said = say("signal", "digits-cnn")
    assert said.code == 0
    assert "conv1" in said.out and "backward std" in said.out
    assert "each weight layer multiplies" in said.out


def test_it_is_written_as_a_page_that_asks_no_other_host(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "signal.html"
    said = say("signal", *DEEP, "--init", "{name: normal, std: 0.02}", "--out", file)
    text = file.read_text()
    assert text.count("<polyline") == 2
    assert "http" not in text
    assert str(file) in said.err


def test_an_unknown_initialiser_is_told_with_the_nearest(say: Say) -> None:
    said = say("signal", "digits-mlp", "--init", "xavier_norml")
    assert said.code == 2
    assert "nearest  xavier_normal" in said.err
    assert say("signal", "digits-mlp", "--init", "[1]").code == 2


def test_a_signal_that_dies_is_said_in_words(say: Say) -> None:
    assert "zeros: the signal dies on the way" in say("signal", "digits-mlp", "--init", "zeros").out
