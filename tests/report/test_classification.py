from __future__ import annotations

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics
import torch

from trainlab.report import classification
from trainlab.store import Predictions


@pytest.fixture
def said() -> Predictions:
    generator = torch.Generator().manual_seed(3)
    targets = torch.randint(4, (200,), generator=generator)
    logits = torch.randn(3, 200, 4, generator=generator) + 2 * torch.eye(4)[targets]
    logits[2, 5, 1] = torch.nan  # this member is not to be trusted
    return Predictions(
        outputs=logits,
        targets=targets,
        indices=torch.arange(200),
        kind="logits",
        classes=tuple("abcd"),
    )


def test_the_confusion_is_scikit_learns_pooled_over_trusted_members(said: Predictions) -> None:
    pooled = sum(
        sklearn.metrics.confusion_matrix(said.targets, said.outputs[member].argmax(-1))
        for member in (0, 1)
    )
    assert np.array_equal(classification.confusion_counts(said), pooled)


def test_every_row_of_the_confusion_is_a_hundred_percent(said: Predictions) -> None:
    right, wrong = classification.confusion(said)["data"]
    z = np.nan_to_num(np.array(right["z"], float)) + np.nan_to_num(np.array(wrong["z"], float))
    assert z.sum(axis=1) == pytest.approx(np.full(4, 100.0), abs=0.01)
    assert "true a, predicted b" in right["customdata"][0][1]


def test_a_class_that_is_not_in_the_test_split_is_an_empty_row() -> None:
    outputs = torch.tensor([[[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]])
    two = Predictions(
        outputs=outputs, targets=torch.tensor([0, 1]), indices=torch.arange(2), kind="logits"
    )
    counts = classification.confusion_counts(two)
    assert counts.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert classification.confusion(two)["data"]


def test_the_reliability_curve_is_scikit_learns(said: Predictions) -> None:
    bins = classification.calibration(said)
    chance = said.probabilities[0].max(-1).values.numpy()
    right = (said.probabilities[0].argmax(-1) == said.targets).numpy()
    accuracy, confidence = sklearn.calibration.calibration_curve(right, chance, n_bins=10)
    filled = bins.count[0] > 0
    assert bins.accuracy[0][filled] == pytest.approx(accuracy)
    assert bins.confidence[0][filled] == pytest.approx(confidence)


def test_the_calibration_error_is_the_sum_of_its_definition(said: Predictions) -> None:
    errors = []
    for member in (0, 1):
        chance, named = said.probabilities[member].max(-1)
        right = (named == said.targets).double()
        bins = (chance * 10).long().clamp(max=9)
        gaps = [
            abs(float((right - chance)[bins == each].sum())) / len(chance) for each in range(10)
        ]
        errors.append(sum(gaps))
    found = classification.calibration_error(said)
    assert found.mean == pytest.approx(np.mean(errors))
    assert found.n == 2


def test_a_perfect_and_sure_classifier_is_in_the_last_bin() -> None:
    sure = Predictions(
        outputs=torch.eye(3)[None],
        targets=torch.arange(3),
        indices=torch.arange(3),
        kind="probabilities",
    )
    assert classification.calibration_error(sure).mean == 0.0
    assert classification.calibration(sure).count.tolist() == [[0] * 9 + [3]]
