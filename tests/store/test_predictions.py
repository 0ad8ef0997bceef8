from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from trainlab.store import Predictions
from trainlab.store.predictions import LARGEST_INPUTS, read, write

LOGITS = Predictions(
    outputs=torch.tensor([[[0.0, 0.0], [2.0, -1.0]], [[1.0, 0.0], [torch.nan, 0.0]]]),
    targets=torch.tensor([0, 1]),
    indices=torch.tensor([40, 7]),
    inputs=torch.rand(2, 1, 4, 4),
    kind="logits",
    layout="image",
    classes=("cat", "dog"),
)


def test_they_return_as_they_were(tmp_path: Path) -> None:
    write(tmp_path / "p.safetensors", LOGITS)
    found = read(tmp_path / "p.safetensors")
    assert (found.kind, found.layout, found.classes) == ("logits", "image", ("cat", "dog"))
    assert torch.equal(found.outputs, LOGITS.outputs) is False  # NaN is not itself
    assert torch.equal(found.outputs.nan_to_num(), LOGITS.outputs.nan_to_num())
    assert found.inputs is not None
    assert torch.equal(found.indices, LOGITS.indices)


def test_large_inputs_are_left_out(tmp_path: Path) -> None:
    many = torch.zeros(2, LARGEST_INPUTS // 2 + 1, dtype=torch.uint8)
    write(tmp_path / "p.safetensors", replace(LOGITS, inputs=many))
    assert read(tmp_path / "p.safetensors").inputs is None


def test_logits_become_probabilities() -> None:
    expected = torch.softmax(LOGITS.outputs.double(), -1)
    assert torch.equal(LOGITS.probabilities.nan_to_num(), expected.nan_to_num())
    same = replace(LOGITS, kind="probabilities", outputs=expected)
    assert torch.equal(same.probabilities.nan_to_num(), expected.nan_to_num())


def test_one_logit_is_that_of_the_second_class() -> None:
    one = replace(LOGITS, outputs=torch.tensor([[[0.0], [3.0]]]))
    expected = torch.sigmoid(torch.tensor([0.0, 3.0], dtype=torch.float64))
    assert torch.equal(one.probabilities[0, :, 1], expected)
    assert torch.equal(one.probabilities.sum(-1), torch.ones(1, 2, dtype=torch.float64))


def test_targets_are_spread_over_the_members() -> None:
    assert LOGITS.truth.tolist() == [[0, 1], [0, 1]]
    folds = replace(LOGITS, targets=torch.tensor([[0, 1], [1, 1]]))
    assert folds.truth.tolist() == [[0, 1], [1, 1]]
    values = replace(
        LOGITS, kind="values", targets=torch.tensor([5.0, 6.0]), outputs=torch.ones(3, 2, 1)
    )
    assert values.truth.tolist() == [[[5.0], [6.0]]] * 3


def test_a_member_with_a_number_that_is_none_is_not_trusted() -> None:
    assert LOGITS.trusted.tolist() == [True, False]
    assert len(LOGITS.of(LOGITS.trusted).outputs) == 1


def test_members_with_splits_of_their_own_take_them_along() -> None:
    folds = replace(
        LOGITS, targets=torch.tensor([[0, 1], [1, 1]]), indices=torch.tensor([[0, 1], [2, 3]])
    )
    own = folds.of(torch.tensor([False, True]))
    assert own.indices.tolist() == [[2, 3]]
    assert own.truth.tolist() == [[1, 1]]
