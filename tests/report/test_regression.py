from __future__ import annotations

import torch

from trainlab.report import regression
from trainlab.store import Predictions

TRUE = torch.tensor([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
SAID = torch.stack([TRUE + 1, TRUE + 3, torch.full_like(TRUE, torch.nan)])
TWO = Predictions(
    outputs=SAID, targets=TRUE, indices=torch.arange(3), kind="values", classes=("speed", "angle")
)


def test_points_are_the_mean_of_trusted_members_for_each_target() -> None:
    _, speed, angle = regression.against_truth(TWO)["data"]
    assert (speed["name"], speed["x"], speed["y"]) == ("speed", [1, 2, 4], [3, 4, 6])
    assert (angle["name"], angle["x"], angle["y"]) == ("angle", [10, 20, 40], [12, 22, 42])


def test_residuals_are_predicted_minus_true() -> None:
    points, bars, *_ = regression.residuals(TWO)["data"]
    assert points["y"] == [2, 2, 2]
    assert bars["y"] == [2, 2, 2]


def test_splits_of_their_own_are_pooled() -> None:
    folds = Predictions(
        outputs=SAID[:2, :, :1],
        targets=torch.stack([TRUE[:, :1], TRUE[:, :1]]),
        indices=torch.tensor([[0, 1, 2], [3, 4, 5]]),
        kind="values",
    )
    _, points = regression.against_truth(folds)["data"]
    assert points["y"] == [2, 3, 5, 4, 5, 7]
