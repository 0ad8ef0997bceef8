"""The section `schedules`: numbers other than the learning rate that move over the run.

Which numbers there are is read off the tables: those of the rules, of what stands around them, and
of the random layers. A schedule is a factor of the value that its own section gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, create_model, model_validator

from trainlab.nn.random_layers import RATES
from trainlab.recipe import families
from trainlab.recipe.choices import Choice
from trainlab.recipe.fields import Section, fault
from trainlab.recipe.members import read
from trainlab.recipe.optimizer import HYPERS
from trainlab.rules import DIRECTIONS, PRECONDITIONERS, RULES
from trainlab.rules.around import AROUND

__all__ = ["SCHEDULED", "Schedules", "SchedulesBase", "check"]

STEPWISE = {
    *(name for row in RULES.values() for name in row.hyper),
    *(
        name
        for table in (DIRECTIONS, PRECONDITIONERS)
        for row in table.values()
        for name in row.reads
    ),
}
"""What rules read that step along a gradient; what a line search reads says how to search."""
REGULARIZED = (*RATES, "input_noise", "label_smoothing")
SCHEDULED: Mapping[str, str] = {
    **{name: f"optimizer.{name}" for name in HYPERS if name in STEPWISE},
    **{row.field: f"optimizer.{row.field}" for row in AROUND.values() if row.kind != "switch"},
    **{name: f"regularize.{name}" for name in REGULARIZED},
    "batch_size": "train.batch_size",
}
"""Every number that can be scheduled, and the key of the value that its schedule multiplies."""


class SchedulesBase(Section):
    """Other numbers that move over the run, each as a factor of its value."""

    batch_size: Annotated[Choice, families.GROWTH] | None = None
    """From epoch to epoch, as a factor of train.batch_size, by which lengths are still counted."""

    @model_validator(mode="before")
    @classmethod
    def _rate_has_its_own(cls, given: Any) -> Any:
        """Send a schedule of the learning rate to where it is said."""
        if isinstance(given, Mapping) and "lr" in given:
            raise fault("is not said here", key="lr", next_step="say it as `schedule`: its own key")
        return given

    def chosen(self) -> dict[str, Choice]:
        """Give the schedules that were said, by the name of the number."""
        every = {name: getattr(self, name) for name in SCHEDULED}
        return {name: choice for name, choice in every.items() if choice is not None}


def check(recipe: BaseModel, schedules: SchedulesBase) -> None:
    """Refuse a schedule of a number that is off, or that the rule does not read."""
    for name in schedules.chosen():
        key = SCHEDULED[name]
        value = read(recipe, key)
        if not value:
            told = "null" if value is None else f"{value:g}"
            raise fault(
                f"is a factor of {key}, which is {told}",
                key=f"schedules.{name}",
                next_step=f"give {key} a value above 0, or leave its schedule out",
            )


def _field(name: str, key: str) -> Any:
    text = f"Over the run, as a factor of {key}; null: constant."
    return Annotated[Choice, families.MOVEMENT] | None, Field(None, description=text)


if TYPE_CHECKING:
    Schedules = SchedulesBase
else:
    Schedules = create_model(
        "Schedules",
        __base__=SchedulesBase,
        __doc__=SchedulesBase.__doc__,
        **{name: _field(name, key) for name, key in SCHEDULED.items() if name != "batch_size"},
    )
