"""The optimizer's section: its hyperparameters are the ones that the rule tables declare.

A factor of a rule says which numbers it reads and their defaults; the fields of this section are
made from that, so that a new rule's number can be said in a recipe with nothing to edit here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from annotated_types import Ge, Gt, Le, Lt
from pydantic import Discriminator, Field, Tag, create_model, model_validator
from pydantic_core import PydanticCustomError

from trainlab.recipe.choices import Choice, NameOf
from trainlab.recipe.families import DIRECTIONS, EVERY_RULE, PRECONDITIONERS, SCALING, pair
from trainlab.recipe.fields import Count, Number, Section, Switch, fault
from trainlab.recipe.members import PerMember
from trainlab.rules.around import AROUND, AroundRow
from trainlab.rules.scaling import SCALINGS
from trainlab.rules.second_order import SearchRule

__all__ = ["HYPERS", "Factors", "Optimizer", "OptimizerBase"]

SHARES = ("momentum", "beta1", "beta2")
"""Hyperparameters that weigh the past: from 0 to 1, and 1 would never forget."""
FIRST = (*SHARES, "eps")
"""Those that most people know, named before the others."""


class Factors(Section):
    """A rule made of two factors: lr * direction * preconditioner."""

    direction: Annotated[str, NameOf(DIRECTIONS)] = "steepest"
    """Where to go: a row of the table of directions."""
    preconditioner: Annotated[str, NameOf(PRECONDITIONERS)] = "unit"
    """How far along each coordinate: a row of the table of preconditioners."""


Rule = Annotated[
    Annotated[str, NameOf(EVERY_RULE), Tag("name")] | Annotated[Factors, Tag("factors")],
    Discriminator(lambda given: "name" if isinstance(given, str) else "factors"),
]


class OptimizerBase(Section):
    """How a gradient becomes an update: the rule, its numbers, what stands around it."""

    rule: Rule = "adam"
    """The update rule: a row of the table of rules, or {direction: ..., preconditioner: ...}."""
    lr: Annotated[Annotated[Number, Ge(0)] | None, PerMember] = None
    """The base learning rate, which the schedule multiplies; null: the rule's own."""
    lr_scaling: Annotated[Choice, SCALING] | None = None
    """How lr follows the examples of an update; null: not at all."""
    decay: Literal["decoupled", "coupled"] = "decoupled"
    """Decoupled: theta shrinks by lr * weight_decay a step; coupled: an L2 term in the gradient."""

    def rate(self, examples: int) -> float:
        """Give the base learning rate where an update has this many examples."""
        lr, scaling = self.hypers["lr"], self.lr_scaling
        if scaling is None:
            return lr
        return lr * SCALINGS[scaling.name].make(**scaling.arguments())(examples)

    @property
    def hypers(self) -> dict[str, float]:
        """Every number that the rule reads, lr too, by name."""
        return {name: getattr(self, name) for name in self.defaults}

    @property
    def defaults(self) -> Mapping[str, float]:
        """The rule's own value of every number that it reads."""
        if isinstance(self.rule, Factors):
            return pair(self.rule.direction, self.rule.preconditioner).hyper
        return EVERY_RULE[self.rule].hyper

    @property
    def searches(self) -> bool:
        """Whether a step of the rule asks for the loss at several places."""
        return isinstance(self.rule, str) and isinstance(EVERY_RULE[self.rule], SearchRule)

    @property
    def spelling(self) -> str:
        """The rule's name; of two factors, both: "nesterov * rms"."""
        if isinstance(self.rule, Factors):
            return f"{self.rule.direction} * {self.rule.preconditioner}"
        return self.rule

    @model_validator(mode="before")
    @classmethod
    def _split_betas(cls, given: Any) -> Any:
        """Accept torch's pair: `betas: [0.9, 0.999]`."""
        if not isinstance(given, Mapping) or "betas" not in given:
            return given
        rest = {key: value for key, value in given.items() if key != "betas"}
        betas = given["betas"]
        if not isinstance(betas, list | tuple) or len(betas) != 2 or {"beta1", "beta2"} & set(rest):
            raise fault("should be [beta1, beta2], each said once", key="betas")
        return {**rest, "beta1": betas[0], "beta2": betas[1]}

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        """Take the rule's own value of each number not given; refuse one that it does not read."""
        unread = [n for n in HYPERS if getattr(self, n) is not None and n not in self.defaults]
        if unread:
            raise PydanticCustomError(
                "unread",
                "is not read by the rule {rule}",
                {
                    "rule": self.spelling,
                    "key": unread[0],
                    "given": unread[0],
                    "next_step": "leave it out, or choose a rule that reads it",
                    "allowed": list(self.defaults),
                },
            )
        for name, default in self.defaults.items():
            if getattr(self, name) is None:
                self.__dict__[name] = default  # a default, so it is not among the fields set
        return self

    @model_validator(mode="after")
    def _counts_for_what_is_there(self) -> Self:
        """Refuse a count of steps for what is off."""
        for row in AROUND.values():
            for name, usual in row.counts.items():
                if not getattr(self, row.field) and getattr(self, name) != usual:
                    raise fault(
                        f"is unused, since optimizer.{row.field} is off",
                        key=name,
                        next_step=f"leave it out, or say {row.field} too: {row.use}",
                    )
        return self


def _read_by() -> dict[str, list[str]]:
    """Give each number that any rule or factor reads, with the names of who reads it."""
    rows = {name: row.hyper for name, row in EVERY_RULE.items()}
    for table in (DIRECTIONS, PRECONDITIONERS):
        rows |= {name: row.reads for name, row in table.items()}
    found: dict[str, list[str]] = {}
    for row, reads in rows.items():
        for name in reads:
            found.setdefault(name, []).append(row)
    return found


def _around(row: AroundRow) -> Any:
    kind, default = AROUND_KINDS[row.kind]
    off = {
        "limit": "null: no limit",
        "strength": "0: none",
        "switch": "false: it is left alone",
        "share": "null: none",
    }
    told = row.card.does if row.field != "weight_decay" else DECAYS
    text = f"{told[:1].upper()}{told[1:]}; {off[row.kind]}."
    return Annotated[kind, PerMember], Field(default, description=text)


def _count(row: AroundRow, default: int) -> Any:
    text = f"Steps between two, for {row.field}, which is unused without it."
    return Annotated[Annotated[Count, Ge(1)], PerMember], Field(default, description=text)


def _hyper(name: str, readers: list[str]) -> Any:
    bounds = (Ge(0), Lt(1)) if name in SHARES else (Ge(0),)
    limit = ", from 0 to 1" if name in SHARES else ""
    text = f"A number of the rule{limit}, read by {', '.join(readers)}; null: the rule's own."
    return Annotated[Annotated[(Number, *bounds)] | None, PerMember], Field(None, description=text)


READ_BY = {name: readers for name, readers in _read_by().items() if name not in ("lr", "t")}
HYPERS = tuple(sorted(READ_BY, key=lambda name: (*(name != first for first in FIRST), name)))
"""Every number that some rule reads besides lr."""

AROUND_KINDS: dict[str, tuple[Any, Any]] = {
    "limit": (Annotated[Number, Gt(0)] | None, None),
    "strength": (Annotated[Number, Ge(0)], 0.0),
    "switch": (Switch, False),
    "share": (Annotated[Number, Gt(0), Le(1)] | None, None),
}
"""What each kind of row around the rule takes, and the value with which it is off."""
DECAYS = "how strongly weights are pulled to zero, norm gains and biases exempt"
"""Said of weight_decay, which two rows read."""

if TYPE_CHECKING:
    Optimizer = OptimizerBase
else:
    Optimizer = create_model(
        "Optimizer",
        __base__=OptimizerBase,
        __doc__=OptimizerBase.__doc__,
        **{row.field: _around(row) for row in AROUND.values()},
        **{
            name: _count(row, default)
            for row in AROUND.values()
            for name, default in row.counts.items()
        },
        **{name: _hyper(name, READ_BY[name]) for name in HYPERS},
    )
