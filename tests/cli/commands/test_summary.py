from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tests.cli.conftest import Said

Say = Callable[..., Said]


def test_parameters_and_work_of_a_perceptron_by_hand(say: Say) -> None:
    document = say("summary", "digits-mlp", "--json").document
    widths = [64, 128, 64, 10]
    macs = [a * b for a, b in pairwise(widths)]
    assert document["macs"] == sum(macs)
    assert document["parameters"] == sum(macs) + sum(widths[1:])
    assert "17,226" in say("summary", "digits-mlp").out


def test_overrides_change_the_network(say: Say) -> None:
    document = say("summary", "digits-mlp", "network.widths=[32]", "--json").document
    assert document["parameters"] == 64 * 32 + 32 + 32 * 10 + 10


def test_a_perceptron_without_hidden_layers_is_told_to_be_linear(say: Say) -> None:
    said = say("summary", "digits-mlp", "network.widths=[]")
    assert "a linear map: no hidden layer" in said.out
    assert "650 parameters" in said.out  # 64 * 10 + 10
    assert "linear map" not in say("summary", "digits-mlp").out


def test_convolutions_have_a_receptive_field(say: Say) -> None:
    said = say("summary", "digits-cnn")
    assert "sees" in said.out
    layers = say("summary", "digits-cnn", "--json").document["layers"]
    assert layers[0]["kind"] == "Conv2d"
    assert layers[0]["receptive_field"] == 3
