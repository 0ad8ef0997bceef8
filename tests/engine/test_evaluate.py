from __future__ import annotations

import torch
from sklearn import metrics

from tests.laws.trainings import ready, recipe_of, task_of
from trainlab.engine.evaluate import METRICS, accuracy, evaluate, mae, outputs_on, r2, rmse
from trainlab.recipe import expand


def test_metrics_are_those_of_scikit_learn() -> None:
    outputs, targets = torch.randn(2, 30, 1), torch.randn(2, 30, 1)
    for row in range(2):
        true, told = targets[row, :, 0].double(), outputs[row, :, 0].double()
        assert torch.allclose(
            torch.stack([f(outputs, targets)[row] for f in (rmse, mae, r2)]),
            torch.tensor(
                [
                    metrics.root_mean_squared_error(true, told),
                    metrics.mean_absolute_error(true, told),
                    metrics.r2_score(true, told),
                ],
                dtype=torch.float64,
            ),
            atol=1e-6,
        )
    logits, classes = torch.randn(2, 30, 4), torch.randint(0, 4, (2, 30))
    expected = metrics.accuracy_score(classes[1], logits[1].argmax(-1))
    assert float(accuracy(logits, classes)[1]) == expected
    assert next(iter(METRICS["classification"])) == "accuracy"


def test_regression_is_scored_in_the_targets_units() -> None:
    task = task_of((6,), "regression")
    training = ready(expand(recipe_of(seeds=2)), task)
    scores = evaluate(training.forward, task, "val", training.objective, training.feed.folds)
    scale = task.target_scale
    assert scale is not None
    assert torch.allclose(scores["rmse"], scores["loss"].sqrt() * scale.std[0], rtol=1e-4)


def test_pieces_change_nothing(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    task = task_of((6,))
    training = ready(expand(recipe_of(seeds=2)), task)
    whole, _ = outputs_on(training.forward, task, "train", training.feed.folds)
    monkeypatch.setattr("trainlab.engine.evaluate.ROWS_AT_ONCE", 10)
    pieces, targets = outputs_on(training.forward, task, "train", training.feed.folds)
    assert torch.allclose(whole, pieces, atol=1e-6)
    assert targets.shape == whole.shape[:2]


def test_each_fold_is_scored_on_its_own_examples() -> None:
    from trainlab.data import SOURCES, SplitOptions, prepare

    task, _ = prepare(SOURCES["iris"].load(), SplitOptions(folds=3), ["standardize"])
    recipe = recipe_of(data={"split": {"folds": 3}})
    training = ready(expand(recipe), task)
    _, targets = outputs_on(training.forward, task, "val", training.feed.folds)
    for fold in range(3):
        assert torch.equal(targets[fold], task.y[0][task.val[fold]])
