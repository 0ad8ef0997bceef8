"""A recipe's schedules -> the dials of a program: what each number is at each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from trainlab.data.batches import Cut
from trainlab.engine.dials import Column, Dial, Dials
from trainlab.engine.population import Population
from trainlab.nn.dropout import RandomLayer
from trainlab.nn.random_layers import RATES
from trainlab.recipe import Recipe, column
from trainlab.recipe.choices import Choice
from trainlab.recipe.schedules import SCHEDULED
from trainlab.rules.around import AROUND
from trainlab.schedules import SCHEDULES, Clock, Pace, Schedule

__all__ = ["Movement", "Rates", "batch_sizes", "clocks_of", "pace_of"]


@dataclass
class Rates:
    """The rates of random layers that move: written where they change."""

    dials: dict[type[RandomLayer], Dial]
    _written: dict[type[RandomLayer], Column] = field(default_factory=dict, repr=False)

    def turn(self, population: Population, step: int) -> None:
        """Give the layers their rates for the update that follows `step` updates."""
        for kind, dial in self.dials.items():
            rate = dial.at(step)
            if kind not in self._written or not _same(rate, self._written[kind]):
                every = torch.as_tensor(rate).flatten().expand(population.p)
                population.set_rates(kind, every.tolist())
                self._written[kind] = rate

    def keep(self, rows: Sequence[int]) -> None:
        """Keep the members in these rows."""
        self.dials = {kind: dial.of(rows) for kind, dial in self.dials.items()}
        self._written = {}


@dataclass(frozen=True)
class Movement:
    """What moves, and by which clock, for the members of a program."""

    members: Sequence[Recipe]
    like: Tensor
    """Any tensor on the population's device, of its dtype."""
    pace: Pace
    examples: int
    """Of each member, of a step of the usual batch size."""

    @property
    def clocks(self) -> list[Clock]:
        """The horizon of each member, in steps of the usual batch size."""
        return clocks_of(self.members, self.pace.usual)

    @property
    def names(self) -> list[str]:
        """The numbers besides the learning rate that move; all members move the same."""
        return list(self.members[0].schedules.chosen())

    def dials(self) -> Dials:
        """Give what the update reads."""
        base = [member.optimizer.rate(self.examples) for member in self.members]
        rate = self._dial(base, lambda member: member.schedule)
        constants = self._constants()
        moving = {name: self.of(name) for name in self.names if name in constants}
        still = {name: values for name, values in constants.items() if name not in moving}
        return Dials(constants=still, moving={"lr": rate, **moving})

    def rates(self) -> Rates:
        """Give the rates of random layers that move."""
        return Rates({RATES[name]: self.of(name) for name in self.names if name in RATES})

    def told(self) -> dict[str, Dial]:
        """Give what moves besides the learning rate, for who tells of it."""
        return {name: self.of(name) for name in self.names if name != "batch_size"}

    def noise(self) -> Dial | None:
        """Give the noise on the features, or nothing where no member has any."""
        return self.of("input_noise") if any(self._values("input_noise")) else None

    def of(self, name: str) -> Dial:
        """Give the dial of a number; constant where it has no schedule."""
        if name not in self.names:
            return self.follow(
                self._values(name), [SCHEDULES["constant"].make()] * len(self.members)
            )
        dial = self._dial(self._values(name), lambda member: member.schedules.chosen()[name])
        dial.always_column = name == "label_smoothing"
        return dial

    def follow(self, values: list[float], schedules: list[Schedule]) -> Dial:
        """Give the dial of values that follow these schedules over the data."""
        dial = Dial(values=values, schedules=schedules, clocks=self.clocks, like=self.like)
        dial.pace = self.pace
        return dial

    def count(self, values: list[float], schedules: list[Schedule]) -> Dial:
        """Give the dial of values that follow these schedules over the updates, however large."""
        usual = self.pace.usual
        clocks = [Clock(total=self.pace.reached(c.total), per_epoch=usual) for c in self.clocks]
        return Dial(values=values, schedules=schedules, clocks=clocks, like=self.like)

    def _dial(self, values: list[float], choose: Callable[[Recipe], Choice]) -> Dial:
        chosen = [choose(member) for member in self.members]
        made = {choice: SCHEDULES[choice.name].make(**choice.arguments()) for choice in chosen}
        return self.follow(values, [made[choice] for choice in chosen])

    def _constants(self) -> dict[str, list[float]]:
        """Give every number that the update reads besides lr, as if none moved."""
        names = dict.fromkeys(name for member in self.members for name in member.optimizer.hypers)
        found = {  # of a member whose rule does not read it, any number
            name: column(self.members, f"optimizer.{name}", none=0.0)
            for name in names
            if name != "lr"
        }
        found["label_smoothing"] = column(self.members, "regularize.label_smoothing")
        for row in AROUND.values():
            values = column(self.members, f"optimizer.{row.field}", none=row.off)
            if any(value != row.off for value in values):
                found[row.field] = values
                for name in row.counts:
                    found[name] = column(self.members, f"optimizer.{name}")
        return found

    def _values(self, name: str) -> list[float]:
        return column(self.members, SCHEDULED[name])


def batch_sizes(members: Sequence[Recipe], examples: int) -> tuple[int, ...]:
    """Give the batch size of each epoch, of which the last goes on; all members share it."""
    train, chosen = members[0].train, members[0].schedules.batch_size
    cut = Cut.of(examples, train.batch_size, train.accumulate)
    if chosen is None:
        return (cut.batch_size,)
    clock = max(clocks_of(members, cut.steps), key=lambda clock: clock.total)
    begins = torch.arange(0, clock.total, cut.steps)
    factors = SCHEDULES[chosen.name].make(**chosen.arguments())(begins, clock)
    sizes = (cut.batch_size * factors).round().clamp(1, examples).long().tolist()
    return tuple(sizes)


def pace_of(members: Sequence[Recipe], examples: int) -> Pace:
    """Give the steps of each epoch over so many training examples."""
    train = members[0].train
    cuts = Cut.each(examples, batch_sizes(members, examples), train.accumulate)
    usual = Cut.of(examples, train.batch_size, cuts[0].group)
    return Pace(tuple(cut.steps for cut in cuts), usual.steps)


def clocks_of(members: Sequence[Recipe], per_epoch: int) -> list[Clock]:
    """Give the horizon of each member."""
    unfinished = Clock(total=0, per_epoch=per_epoch)
    totals = [max(1, member.train.length.steps(unfinished)) for member in members]
    return [Clock(total=total, per_epoch=per_epoch) for total in totals]


def _same(one: Column, other: Column) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return torch.equal(one, other)
    return not isinstance(one, Tensor) and one == other
