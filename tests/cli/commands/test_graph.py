from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Said

Say = Callable[..., Said]


def test_operations_with_their_roles(say: Say) -> None:
    said = say("graph", "digits-mlp")
    assert said.code == 0
    assert "max routes" in said.out
    assert "cross_entropy" in said.out
    assert "--out graph.html" in said.err


def test_a_single_number_is_told_and_not_its_spread(say: Say) -> None:
    said = say("graph", "wine-mlp")
    (loss,) = re.findall(r"loss ([\d.]+)", said.out)
    assert f"= {loss}" in said.out and "= 1" in said.out


def test_the_document_has_both_slopes(say: Say) -> None:
    document = say("graph", "diabetes-mlp", "--json").document
    assert document["error"] < 1e-4
    checks = [operation["check"] for operation in document["operations"]]
    assert all(abs(c["gradient"] - c["moved"]) < 1e-6 for c in checks)
    assert "linear1.weight" in {source["name"] for source in document["sources"]}


def test_a_regression_tells_its_target(say: Say) -> None:
    assert "(scaled), loss" in say("graph", "diabetes-mlp").out


def test_of_a_loop_over_time_two_steps_are_listed(say: Say) -> None:
    said = say("graph", "adding-rnn", "data.source.length=12", "network.hidden=4")
    assert "are 12 steps" in said.out
    assert said.out.count("tanh") == 2


def test_an_unknown_recipe_is_input_at_fault(say: Say) -> None:
    said = say("graph", "digits-mpl")
    assert said.code == 2
    assert "nearest  digits-mlp" in said.err


def test_it_is_written_as_a_page_folded_by_module(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "graph.html"
    said = say(
        "graph", "digits-cnn", "network={name: resnet, widths: [4, 8], blocks: 1}", "--out", file
    )
    assert said.code == 0, said.err
    text = file.read_text()
    assert text.count("<details") >= 2
    assert "stage1_block1" in text
    assert "http" not in text
    assert str(file) in said.err
