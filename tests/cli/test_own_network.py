"""Every command that opens a recipe, with a network from a module in the present folder."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

Say = Callable[..., Said]

CODE = """
from torch import nn

def convolutional(feature_shape, outputs, width=3):
    channels, height, wide = feature_shape
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Dropout2d(0.1),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(width * (height // 2) * (wide // 2), outputs),
    )
"""
RECIPE = """
data: {source: digits, preprocess: [channel_standardize]}
network: {name: python, factory: "users_cnn:convolutional", options: {width: 2}}
optimizer: {rule: adam, lr: 0.01}
train: {length: 3steps, batch_size: 8, threads: 1}
"""
WEIGHTS = 2 * 9 + 2 * 2 + (2 * 4 * 4 + 1) * 10


@pytest.fixture
def own(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run a command on the recipe in a folder that holds it and its network."""
    (tmp_path / "users_cnn.py").write_text(CODE)
    (tmp_path / "own.yaml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "users_cnn", raising=False)

    def run(command: str, *words: object, codes: tuple[int, ...] = (0,)) -> Said:
        said = say(command, "own.yaml", *words)
        assert said.code in codes, said.err
        return said

    return run


def test_summary_counts_the_options_of_the_factory_in(own: Say) -> None:
    assert own("summary", "--json").document["parameters"] == WEIGHTS


def test_graph_shows_the_norm_and_leaves_dropout_out(own: Say) -> None:
    operations = [each["name"] for each in own("graph", "--json").document["operations"]]
    assert operations[:3] == ["conv2d", "batch_norm", "relu"]
    assert not any("dropout" in operation for operation in operations)


def test_gradcheck_finds_the_gradient_right(own: Say) -> None:
    document = own("gradcheck", "--places", 3, "--json").document
    assert document["good"]
    tensors = [tensor["name"] for tensor in document["tensors"]]
    assert tensors == ["0.weight", "1.weight", "1.bias", "7.weight", "7.bias"]


def test_signal_measures_every_layer_under_other_weights_too(own: Say) -> None:
    said = own("signal", "--init", "he_normal")
    for layer in range(8):
        assert f"\n  {layer} " in said.out
    assert "he_normal" in said.out


def test_lr_trains_it_at_many_rates_with_every_seed(own: Say) -> None:
    few = ("--seeds", 2, "--points", 4, "--from", 1e-3, "--to", 1, "--steps", 5, "--json")
    said = own("lr", *few, codes=(0, 1))  # so few steps may show no rate worth using
    losses = [loss for row in said.document["curve"] for loss in row["loss"]]
    assert len(losses) == len(set(losses)) == 8


def test_schedule_needs_only_its_data(own: Say) -> None:
    assert own("schedule", "--json").document["steps"] == 3


def test_train_gives_each_seed_its_own_weights(own: Say) -> None:
    said = own("train", "--seeds", 2, "--json")
    losses = [member["scores"]["test/loss"] for member in said.document["members"]]
    assert len(set(losses)) == 2


def test_compare_tells_arms_of_it_apart(own: Say) -> None:
    rates = "optimizer.lr=0.0001,0.03"
    said = own("compare", "train.length=20steps", "--vary", rates, "--seeds", 4)
    assert "lr=0.03 is better than lr=0.0001" in said.out


@pytest.mark.parametrize(
    "words",
    [("graph",), ("gradcheck", "--places", 3), ("signal", "--init=he_normal", "--init=zeros")],
    ids=lambda words: words[0],
)
def test_nothing_is_cut_off_at_80_columns(
    own: Say, words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = own(*words).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("\u2026" in line for line in lines)
    assert not any(re.search(r"\bkin?$", line) for line in lines)
