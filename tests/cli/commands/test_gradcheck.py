from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.cli.conftest import Said
from trainlab.cli.beginning import Beginning
from trainlab.cli.commands import gradcheck

Say = Callable[..., Said]


class Half(torch.autograd.Function):
    """Doubles, with a backward that gives half of its slope."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return 2 * x

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:  # type: ignore[override]
        return grad


class Doubled(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = Half.apply(x)
        return found


def test_a_right_gradient_is_a_good_verdict(say: Say) -> None:
    said = say("gradcheck", "wine-mlp", "--places", 5)
    assert said.code == 0
    assert "the gradient is right" in said.out
    assert "linear1.weight" in said.out
    assert "moving up to 5 weights" in said.err


def test_batch_norm_and_convolutions_pass(say: Say) -> None:
    said = say("gradcheck", "digits-cnn", "network.channels=[4]", "--places", 4, "--json")
    assert said.code == 0
    assert said.document["good"]
    assert all(tensor["error"] < 1e-5 for tensor in said.document["tensors"])


def test_a_planted_fault_is_a_negative_verdict(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    right = gradcheck.beginning

    def faulty(*given: Any) -> Beginning:
        network = nn.Sequential(nn.Linear(13, 5), Doubled(), nn.Linear(5, 3))
        return replace(right(*given), build=lambda seed: network)

    monkeypatch.setattr(gradcheck, "beginning", faulty)
    said = say("gradcheck", "wine-mlp")
    assert said.code == 1
    assert "the gradient is wrong in 0.weight, 0.bias" in said.out
    assert not say("gradcheck", "wine-mlp", "--json").document["good"]


def test_where_all_places_lie_at_kinks_nothing_is_called_wrong(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = gradcheck.beginning

    class Corner(nn.Linear):
        """Linear in |w|, at w = 0."""

        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.linear(x, self.weight.abs())

    def at_corners(*given: Any) -> Beginning:
        network = Corner(13, 3, bias=False)
        nn.init.zeros_(network.weight)
        return replace(right(*given), build=lambda seed: network)

    monkeypatch.setattr(gradcheck, "beginning", at_corners)
    said = say("gradcheck", "wine-mlp")
    assert said.code == 1
    assert "nothing could be checked" in said.out
    assert "wrong" not in said.out and "fault" not in said.out + said.err


def test_an_unknown_recipe_is_input_at_fault(say: Say) -> None:
    assert say("gradcheck", "digits-mpl").code == 2
