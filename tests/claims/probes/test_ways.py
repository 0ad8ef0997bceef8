from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.claims.made import ask_of
from trainlab.claims.probes.ways import Moved, ZigZag, moved, winding

STILL = {"still": ["optimizer.lr=1e-12"]}


def _at(weight: Tensor) -> Any:
    layout = SimpleNamespace(unpack=lambda theta: {"w": theta})
    return SimpleNamespace(population=SimpleNamespace(p=len(weight), layout=layout, theta=weight))


def test_a_straight_way_has_1_and_a_detour_its_length() -> None:
    look = winding("w")
    places = [[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]], [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
    for at in range(3):
        found = look(_at(torch.tensor([[row[at]] for row in places])))
    torch.testing.assert_close(found, torch.tensor([7 / 5, 1.0]))


def test_a_distance_is_a_share_of_the_length_at_the_start() -> None:
    look = moved("w")
    assert look(_at(torch.tensor([[3.0, 4.0]]))).tolist() == [0]
    assert look(_at(torch.tensor([[3.0, 6.0]]))).tolist() == pytest.approx([0.4])


def test_a_layer_that_hardly_learns_hardly_moves() -> None:
    found = Moved(arms=STILL | {"own": []}, layer="linear1")(ask_of()).values
    assert (found["still, moved"] < 1e-9).all()
    assert (found["own, moved"] > 1e-3).all()


def test_who_misses_the_loss_is_followed_to_the_end_and_told() -> None:
    missed = ZigZag(arms={"own": []}, layer="linear1", target=0.0)(ask_of())
    assert missed.notes == ("own: 2 of 2 missed the loss: followed to the end",)
    assert (missed.values["own, way"] >= 1).all()
    at_once = ZigZag(arms={"own": []}, layer="linear1", target=1e9)(ask_of())
    assert at_once.notes == ()
    assert at_once.values["own, way"].tolist() == [1, 1]
