"""How good every member is on a split: losses and metrics, [P] each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from trainlab.data.task import Part, Task
from trainlab.engine.forward import Forward, Objective

__all__ = ["METRICS", "evaluate", "outputs_on"]

ROWS_AT_ONCE = 1 << 15
"""Members times examples in one call: bounds the memory of an evaluation, not its result."""

Metric = Callable[[Tensor, Tensor], Tensor]


def accuracy(outputs: Tensor, targets: Tensor) -> Tensor:
    """Give the share of examples whose largest logit is the right one: [P, n, C], [P, n] -> [P]."""
    return (outputs.argmax(dim=-1) == targets).double().mean(dim=1)


def rmse(outputs: Tensor, targets: Tensor) -> Tensor:
    """Give the root of the mean squared error, in target units: [P, n, k] twice -> [P]."""
    return (outputs - targets).double().square().mean(dim=(1, 2)).sqrt()


def mae(outputs: Tensor, targets: Tensor) -> Tensor:
    """Give the mean absolute error, in target units: [P, n, k] twice -> [P]."""
    return (outputs - targets).double().abs().mean(dim=(1, 2))


def r2(outputs: Tensor, targets: Tensor) -> Tensor:
    """Give the explained share of the targets' variance: 1 - sum of squares / total, [P]."""
    targets = targets.double()
    total = (targets - targets.mean(dim=1, keepdim=True)).square().sum(dim=(1, 2))
    return 1 - (outputs - targets).square().sum(dim=(1, 2)) / total


METRICS: Mapping[str, Mapping[str, Metric]] = {
    "classification": {"accuracy": accuracy},
    "regression": {"rmse": rmse, "mae": mae, "r2": r2},
}
"""By kind of task. The first metric of a kind is its headline."""


def outputs_on(forward: Forward, task: Task, part: Part, folds: Tensor) -> tuple[Tensor, Tensor]:
    """Predict a split: each member's fold [P] -> outputs, targets [P, n, ...], in scaled units.

    With one fold the examples are shared by all members, so they are not copied P times. Both come
    back to the CPU: scores are taken in float64, which not every device has.
    """
    shared = task.folds == 1
    rows: Tensor = getattr(task, part)
    rows, folds_read = (rows, folds[:1] * 0) if shared else (rows[folds], folds)
    outputs, targets = [], []
    for piece in torch.split(rows, max(1, ROWS_AT_ONCE // len(folds)), dim=1):
        x, y = task.gather(piece, folds_read)
        outputs.append(forward.outputs(x[0] if shared else x, shared=shared).cpu())
        targets.append(y.expand(len(folds), *y.shape[1:]).cpu())
    return torch.cat(outputs, dim=1), torch.cat(targets, dim=1)


def evaluate(
    forward: Forward, task: Task, part: Part, objective: Objective, folds: Tensor
) -> dict[str, Tensor]:
    """Score a split: {"loss": [P], and each metric of the task's kind: [P]}, float64.

    The loss is in the units of training (scaled targets, no label smoothing), metrics in the
    user's.
    """
    outputs, targets = outputs_on(forward, task, part, folds)
    flat = objective(outputs.flatten(0, 1), targets.flatten(0, 1))
    scores = {"loss": flat.double().reshape(targets.shape[:2]).mean(dim=1)}
    if task.target_scale is not None:
        own = folds.cpu()
        outputs, targets = (task.target_scale.restore(y, own) for y in (outputs, targets))
    for name, metric in METRICS[task.kind].items():
        scores[name] = metric(outputs, targets)
    return scores
