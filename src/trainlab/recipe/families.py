"""The tables from which a recipe chooses, and where each row declares its options."""

from __future__ import annotations

from typing import Annotated, Any

from trainlab.data import PREPROCESS as PREPROCESS_TABLE
from trainlab.data import SOURCES
from trainlab.data.augment import AUGMENT as AUGMENT_TABLE
from trainlab.data.augment import MIXES
from trainlab.losses import LOSSES
from trainlab.nn import choice
from trainlab.nn.activations import ACTIVATIONS
from trainlab.nn.init import INITS
from trainlab.nn.networks import NETWORKS
from trainlab.nn.networks.start import Start
from trainlab.nn.norms import NORMS
from trainlab.nn.random_layers import RATES
from trainlab.recipe.choices import Choice, Family, OneOf
from trainlab.recipe.fields import Length
from trainlab.rules import DIRECTIONS, EVERY_RULE, PRECONDITIONERS, pair
from trainlab.rules.averaging import AVERAGES
from trainlab.rules.scaling import SCALINGS
from trainlab.schedules import SCHEDULES, shapes
from trainlab.schedules import Length as LengthText
from trainlab.schedules.table import Part, ScheduleRow, stretch
from trainlab.tables import Table

__all__ = [
    "ACTIVATION",
    "AUGMENT",
    "AVERAGE",
    "DIRECTIONS",
    "EVERY_RULE",
    "GROWTH",
    "INIT",
    "LOSSES",
    "MIX",
    "MOVEMENT",
    "NETWORK",
    "NORM",
    "PRECONDITIONERS",
    "PREPROCESS",
    "SCALING",
    "SCHEDULE",
    "SOURCE",
    "pair",
]

ACTIVATION = OneOf(Family(ACTIVATIONS, lambda row: [row.make]))
NORM = OneOf(Family(NORMS, lambda row: [row.make]))
INIT = OneOf(Family(INITS, lambda row: [row.make]))


def _part(option: str, hint: Any) -> Any:
    """Read an option of a network that chooses a row itself."""
    parts = {"activation": ACTIVATION, "norm": NORM, "init": INIT}
    if hint == choice.Choice | None:
        return Annotated[Choice, parts[option]] | None
    return Annotated[Choice, parts[option]] if hint == choice.Choice else None


def _length(option: str, hint: Any) -> Any:
    """Read an option of a schedule that is a length of training, or the parts of a join."""
    if hint == tuple[Part, ...]:
        return tuple[Annotated[Choice, PART], ...]
    return {LengthText: Length, LengthText | None: Length | None}.get(hint)


def _without(*names: str) -> Table[ScheduleRow]:
    """Give the schedules but these."""
    return Table("schedule", {name: row for name, row in SCHEDULES.items() if name not in names})


AUGMENT = OneOf(Family(AUGMENT_TABLE, lambda row: [row.apply], per_member=True))
MIX = OneOf(Family(MIXES, lambda row: [row.apply], per_member=True))
AVERAGE = OneOf(Family(AVERAGES, lambda row: [row.make], kind=_length, per_member=True))
NETWORK = OneOf(
    Family(NETWORKS, lambda row: [row.build, Start], kind=_part, hidden=frozenset(RATES))
)
SCALING = OneOf(Family(SCALINGS, lambda row: [row.make], per_member=True))
PREPROCESS = OneOf(Family(PREPROCESS_TABLE, lambda row: [row.make]))
PART = OneOf(
    Family(
        _without("plateau", "join"),
        lambda row: [row.function, shapes.warm_up, stretch],
        kind=_length,
        per_member=True,
        label="part",
    )
)
"""What a join is made of."""
MOVEMENT = OneOf(
    Family(
        _without("plateau"),
        lambda row: [row.function, shapes.warm_up],
        kind=_length,
        per_member=True,
        label="movement",
    )
)
"""How a number other than the learning rate moves."""
GROWTH = OneOf(
    Family(
        _without("plateau"),
        lambda row: [row.function, shapes.warm_up],
        kind=_length,
        label="growth",
    )
)
"""How the batch size moves, which the members of a program share."""
SCHEDULE = OneOf(
    Family(SCHEDULES, lambda row: [row.function, shapes.warm_up], kind=_length, per_member=True)
)
SOURCE = OneOf(Family(SOURCES, lambda row: [row.load]))
