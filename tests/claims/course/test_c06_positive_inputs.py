from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from trainlab.claims.course.c06_positive_inputs import CLAIM, HIDDEN, one_signed, winding
from trainlab.claims.probes.populations import begun


def _at(weight: Tensor) -> Any:
    layout = SimpleNamespace(unpack=lambda theta: {"w": theta})
    return SimpleNamespace(population=SimpleNamespace(p=len(weight), layout=layout, theta=weight))


def test_of_one_example_all_gradients_behind_a_sigmoid_share_a_sign() -> None:
    ask = CLAIM.ask(quick=True)
    look = one_signed("linear2.weight", 1)
    assert look(begun(ask.changed(*HIDDEN["sigmoid"]))).tolist() == [100.0, 100.0]
    assert (look(begun(ask.changed(*HIDDEN["tanh"]))) < 75).all()


def test_a_straight_way_has_1_and_a_detour_its_length() -> None:
    look = winding("w")
    places = [[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]], [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
    for at in range(3):
        found = look(_at(torch.tensor([[row[at]] for row in places])))
    torch.testing.assert_close(found, torch.tensor([7 / 5, 1.0]))
