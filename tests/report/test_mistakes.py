from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.report.test_pictures import pixels
from trainlab.report.mistakes import worst
from trainlab.store import Predictions

# members x examples x classes: both wrong on the first, one on the second, none on the third
CHANCE = torch.tensor(
    [[[0.1, 0.9], [0.3, 0.7], [0.9, 0.1]], [[0.2, 0.8], [0.8, 0.2], [0.8, 0.2]]]
).double()
SAID = Predictions(
    outputs=CHANCE,
    targets=torch.tensor([0, 0, 0]),
    indices=torch.tensor([30, 10, 20]),
    inputs=torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
    kind="probabilities",
    classes=("cat", "dog"),
    features=("length", "width"),
)


def test_the_worst_come_first_and_what_all_get_right_is_no_mistake() -> None:
    first, second = worst(SAID)
    assert (first.index, first.true, first.said, first.wrong, first.of) == (30, "cat", "dog", 2, 2)
    assert first.sureness == pytest.approx(0.85)
    assert (second.index, second.wrong) == (10, 1)
    assert first.columns == {"length": "1", "width": "2"}
    assert first.image == ""


def test_values_are_judged_in_standard_deviations() -> None:
    true = torch.tensor([[0.0], [10.0], [20.0]])
    said = Predictions(
        outputs=torch.stack([true + torch.tensor([[1.0], [9.0], [2.0]])]),
        targets=true,
        indices=torch.tensor([5, 6, 7]),
        kind="values",
    )
    found = worst(said, shown=2)
    assert [mistake.index for mistake in found] == [6, 7]
    assert found[0].sureness == pytest.approx(9 / float(true.std(correction=0)))


def test_without_a_common_split_there_is_no_list() -> None:
    assert worst(replace(SAID, indices=torch.zeros(2, 3, dtype=torch.int64))) == []


def test_pictures_of_any_range_are_stretched_alike() -> None:
    inputs = torch.zeros(3, 1, 2, 2)
    inputs[0], inputs[2, 0, 0, 0] = 8.0, 16.0
    first, *_ = worst(replace(SAID, inputs=inputs, layout="image"))
    assert np.unique(pixels(first.image)).tolist() == [128]
    assert first.pixelated
