"""What a recipe asks for and its data or loss cannot give: refused, rather than left unused."""

from __future__ import annotations

from collections.abc import Sequence

from trainlab.data import Task
from trainlab.engine.forward import Objective
from trainlab.errors import RecipeError
from trainlab.losses import LOSSES, LossRow
from trainlab.recipe import Recipe

__all__ = ["check_use"]


def check_use(members: Sequence[Recipe], task: Task, objective: Objective) -> None:
    """Refuse to smooth labels that are none, and to watch a validation split that is empty.

    Raises RecipeError.
    """
    smoothed = any(member.regularize.label_smoothing for member in members)
    if smoothed and isinstance(objective, LossRow) and not objective.smooths:
        raise RecipeError(
            "the loss of this training takes no label smoothing",
            where="regularize.label_smoothing",
            allowed=[f"train.loss={name}" for name, row in LOSSES.items() if row.smooths],
            next_step="leave it out, or choose a loss of classes",
        )
    if task.val.shape[1]:
        return
    watching = {
        "regularize.early_stopping": members[0].regularize.early_stopping is not None,
        "schedule": any(member.schedule.name == "plateau" for member in members),
    }
    for key, watches in watching.items():
        if watches:
            raise RecipeError(
                "this watches the validation split, which is empty",
                where=key,
                next_step="give data.split.val a share above 0, or leave this out",
            )
