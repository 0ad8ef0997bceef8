"""Schedules for any torch optimizer, with the face of torch.optim.lr_scheduler.

scheduler = Scheduler(optimizer, cosine(warmup="5%"), total=1000)
for batch in batches: ...; optimizer.step(); scheduler.step()
"""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from trainlab.errors import RecipeError
from trainlab.schedules.span import Clock
from trainlab.schedules.table import SCHEDULES, Schedule

__all__ = ["Scheduler", "on_plateau"]

BLOCK = 512
"""Steps tabulated at a time."""


class Scheduler(LRScheduler):
    """Sets each group's rate to its own base rate times a schedule's factor of the step.

    `total` counts the calls of `step()` in the whole training, and `per_epoch` those in an epoch,
    which only lengths in epochs need. The horizon is part of the state: a state saved with another
    total, epoch or schedule is refused, since the rate would jump.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedule: Schedule | str,
        *,
        total: int,
        per_epoch: int = 0,
        last_epoch: int = -1,
    ) -> None:
        self.schedule = _schedule(schedule)
        if self.schedule.plateau is not None:
            raise RecipeError(
                "plateau follows a score and not the step",
                next_step="trainlab.schedules.on_plateau(optimizer, schedule) gives torch's "
                "ReduceLROnPlateau with its options",
            )
        self.clock = Clock(total=total, per_epoch=per_epoch)
        self._start, self._table = -BLOCK, list[float]()
        super().__init__(optimizer, last_epoch)

    def factor(self, step: int) -> float:
        """Give what the base rates are multiplied with after so many steps."""
        if not self._start <= step < self._start + BLOCK:
            steps = torch.arange(step, step + BLOCK)
            self._start, self._table = step, self.schedule(steps, self.clock).tolist()
        return self._table[step - self._start]

    def get_lr(self) -> list[float | Tensor]:
        """Give the rate of each group for the next update."""
        factor = self.factor(self.last_epoch)
        return [base * factor for base in self.base_lrs]

    def state_dict(self) -> dict[str, Any]:
        """Give the state as numbers and words; `horizon` is what it was made with."""
        kept = ("last_epoch", "base_lrs", "_last_lr", "_step_count")
        return {name: getattr(self, name) for name in kept} | {"horizon": self._horizon()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a state.

        Raises RecipeError where its horizon is another; without "horizon" in it nothing is asked.
        """
        state = dict(state_dict)
        saved, own = state.pop("horizon", None), self._horizon()
        if saved is not None and saved != own:
            differing = [name for name in own if saved.get(name) != own[name]]
            told = ", ".join(f"{n} was {saved.get(n)} and is {own[n]}" for n in differing)
            raise RecipeError(
                f"the schedule's horizon has changed, so the rate would jump: {told}",
                where="Scheduler.load_state_dict",
                next_step="make the scheduler as it was; to change it on purpose, drop "
                "'horizon' from the state",
            )
        super().load_state_dict(state)

    def _horizon(self) -> dict[str, int | str]:
        clock = self.clock
        return {"total": clock.total, "per_epoch": clock.per_epoch, "schedule": str(self.schedule)}


def on_plateau(
    optimizer: Optimizer,
    schedule: Schedule | str = "plateau",
    *,
    mode: Literal["min", "max"] = "min",
) -> ReduceLROnPlateau:
    """Give torch's ReduceLROnPlateau with the options of the row "plateau": call `step(score)`.

    Raises RecipeError for another row, or a warm-up, which torch's has not.
    """
    made = _schedule(schedule)
    options = made.plateau
    if options is None or not isinstance(made.shape, type(options)):
        raise RecipeError(
            f"on_plateau takes the row plateau without a warm-up, but was given {made}",
            next_step="trainlab.schedules.plateau(gamma=0.1, patience=10)",
        )
    return ReduceLROnPlateau(
        optimizer,
        mode,
        factor=options.gamma,
        patience=options.patience,
        threshold=options.threshold,
        cooldown=options.cooldown,
        min_lr=[float(group["lr"]) * options.floor for group in optimizer.param_groups],
        eps=0.0,
    )


def _schedule(given: Schedule | str) -> Schedule:
    return SCHEDULES[given].make() if isinstance(given, str) else given
