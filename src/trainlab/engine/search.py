"""One update of every member by a rule that searches: it asks for the loss in several places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.engine.dials import Column, column_of
from trainlab.engine.forward import Forward
from trainlab.engine.landscape import Ground
from trainlab.engine.population import Population
from trainlab.engine.step import Batch, Stepped
from trainlab.errors import RecipeError
from trainlab.layout import Layout
from trainlab.recipe import Recipe, column
from trainlab.rules.around import AROUND, AroundRow, Setting
from trainlab.rules.second_order import SearchRule

__all__ = ["SearchUpdate", "check_search", "slots_of"]


@dataclass
class SearchUpdate:
    """Takes the place of an `Update`, and is called in the same way."""

    rule: SearchRule
    layout: Layout
    decayed: Tensor
    """1 where penalties on weights apply, [1, N]: matrices and filters, not norm gains, biases."""
    around: tuple[AroundRow, ...] = ()
    """What some member uses, in order."""

    def __post_init__(self) -> None:
        self.before = [row.law for row in self.around if row.on == "weights before"]
        self.after = [row.law for row in self.around if row.on == "weights after"]
        self.penalized = AROUND["coupled"] in self.around

    def __call__(
        self,
        population: Population,
        forward: Forward,
        batches: Iterable[Batch],
        h: Mapping[str, Column],
        active: Tensor | None = None,
    ) -> Stepped:
        """Take one step in place; rows that are not active, bool [P], or not finite stay.

            theta <- decay(theta);  theta <- search(theta, L), then within its limits

        L is the mean loss of the batches, and contains a coupled penalty; both are the step's own.
        """
        theta, home = population.theta, population.theta.clone()
        setting = Setting(theta, self.layout, self.decayed, h, population.kept)
        for law in self.before:
            law(theta, setting)
        ground = Ground(population, forward, h["label_smoothing"], self._penalty(h))
        loss, raw = ground.survey(batches)
        finite = torch.isfinite(loss + raw.sum(dim=1))
        moving = (finite if active is None else finite & active).unsqueeze(1)
        begin = ground.place(theta.clone(), loss, raw)
        found = self.rule.search(begin, ground, population.slots, h, moving)
        ground.leave()
        theta.copy_(found.theta)
        for law in self.after:
            law(theta, setting)
        theta.copy_(torch.where(moving, theta, home))
        population.slots.update(found.slots)
        count = population.slots["evaluations"]
        population.slots["evaluations"] = count + moving * (1 + found.evaluations)
        return Stepped(loss, raw, None if bool(finite.all()) else finite)

    def _penalty(self, h: Mapping[str, Column]) -> Tensor | None:
        return self.decayed * h["weight_decay"] if self.penalized else None


def slots_of(rule: SearchRule, theta: Tensor, members: Sequence[Recipe]) -> dict[str, Tensor]:
    """Give the rule's slots, and a count of the evaluations that each member has asked for."""
    h = {name: column_of(column(members, f"optimizer.{name}"), theta) for name in rule.hyper}
    count = torch.zeros(len(theta), 1, dtype=torch.int64, device=theta.device)
    return rule.init(theta, h) | {"evaluations": count}


def check_search(recipe: Recipe, around: Sequence[AroundRow]) -> None:
    """Refuse what a rule that searches cannot do; such a rule has no gradient to be changed.

    Raises RecipeError.
    """
    rule = recipe.optimizer.spelling
    fine = ("weights before", "weights after")
    for row in around:
        if row.on not in fine and row is not AROUND["coupled"]:
            raise RecipeError(
                f"{row.field} changes the gradient, and {rule} searches along the loss's own",
                where=f"optimizer.{row.field}",
                next_step="leave it out, or choose a rule that takes the gradient as it is given",
            )
    if recipe.train.compile == "on":
        raise RecipeError(
            f"{rule} asks for the loss as often as it needs, which is no one program",
            where="train.compile",
            next_step="leave train.compile at auto",
        )
