"""What the arms of a comparison share, seed for seed.

Every draw is a function of (seed, stream, step, place), so two trainings of one seed see the same
examples in the same order with the same noise wherever their recipes say the same of them. What is
shared cancels in the paired difference; the rest is said, not assumed. Initial weights and random
layers are looked at: each arm's network is built once, for the first seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from trainlab.comparison.arms import Arm
from trainlab.comparison.drawn import Drawn, drawn
from trainlab.comparison.running import Bench
from trainlab.data.task import Task
from trainlab.recipe import leaves

__all__ = ["SPLIT", "Pairing", "pairing"]

SPLIT, WEIGHTS, ORDER = "the split", "the initial weights", "the order of examples"
AUGMENTED, NOISE = "augmentation", "the noise of random layers"
BATCHES = ("train.batch_size", "train.accumulate", "schedules.batch_size")
MADE_OF = ("network.", "data.", "regularize.", "seed")
"""The fields that a network, its start and its random layers may follow."""


@dataclass(frozen=True)
class Pairing:
    """What the arms share, and what sets them apart."""

    shared: tuple[str, ...]
    apart: Mapping[str, str]
    """What is not shared, and the field that keeps it from being so."""
    partly: frozenset[str] = frozenset()
    """Fields in which some arms agree: those do share."""

    def __str__(self) -> str:
        """Say it in a sentence."""
        told = f"paired by seed: the arms share {_listed(self.shared)}" if self.shared else ""
        rest = [
            f"not {what}, {'where' if field in self.partly else 'since'} {field} differs"
            for what, field in self.apart.items()
        ]
        return "; ".join(filter(None, [told or "paired by seed alone", *rest]))


def pairing(arms: Sequence[Arm], bench: Bench) -> Pairing:
    """Find what arms share where their seeds are equal; what no arm draws is not spoken of."""
    found = _Streams(arms, bench)
    streams = list(found.told())
    apart = {what: fault for what, fault in streams if fault}
    shared = tuple(what for what, fault in streams if not fault)
    return Pairing(shared, apart, frozenset(filter(found.partly, apart.values())))


class _Streams:
    """The streams of some arms, looked at one by one: each with the field that sets it apart."""

    def __init__(self, arms: Sequence[Arm], bench: Bench) -> None:
        self.arms, self.bench = arms, bench
        self.said = [{leaf.key: repr(leaf.value) for leaf in leaves(arm.recipe)} for arm in arms]
        keys = {key for one in self.said for key in one} - {"seeds"}
        self.differing = sorted(key for key in keys if len(set(self._values(key))) > 1)

    def partly(self, field: str) -> bool:
        """Whether two arms or more say the same of a field in which the arms differ."""
        told = list(zip(*map(self._values, self._keys(field)), strict=True))
        return len(set(told)) < len(told)

    def told(self) -> Iterator[tuple[str, str]]:
        """Give each stream, and why it is not shared; nothing where it is."""
        split = self._split()
        yield SPLIT, split
        if any(each.weights for each in self.drawn):
            yield self._weights()
        order = split or self._fault("seed", *BATCHES)
        yield ORDER, order
        if any(self._augments(arm) for arm in self.arms):
            kinds = {self._augments(arm) for arm in self.arms}
            fields = ("data.augment.", "regularize.mix", "regularize.input_noise")
            fault = self._fault(*fields) if len(kinds) > 1 else ""
            yield AUGMENTED, order or fault
        if some := [each.noise for each in self.drawn if each.noise]:
            same = len(set(some)) == 1 and len(some) > 1
            fault = "" if same else self._fault(*MADE_OF) or "the network"
            none = ", of the arms that draw any" if same and len(some) < len(self.arms) else ""
            yield f"{NOISE}{none}", self._fault("seed", *BATCHES) or fault

    def _split(self) -> str:
        """Tell the split apart by its rows: what is said of it may differ and mean the same."""
        source = self._fault("data.source.")
        if source and not self._same_examples():
            return source
        first, *others = [self._task(arm) for arm in self.arms]
        same = all(
            torch.equal(getattr(first, part), getattr(other, part))
            for other in others
            for part in ("train", "val", "test")
        )
        return "" if same else self._fault("data.split.", "data.on_bad") or source or "data"

    def _same_examples(self) -> bool:
        """Whether all sources give the same numbers, in whatever shape: as vectors or as images."""
        first, *others = [self.bench.experiment(arm.recipe).raw for arm in self.arms]
        return all(
            isinstance(one.x, Tensor)
            and isinstance(first.x, Tensor)
            and torch.equal(one.x.flatten(1), first.x.flatten(1))
            and one.y is not None
            and first.y is not None
            and torch.equal(one.y, first.y)
            for one in others
        )

    def _weights(self) -> tuple[str, str]:
        first, *others = self.drawn
        shares = [first.share(other) for other in others]
        if all(share == 1 for share in shares):
            scaled = any(first.scaled(other) for other in others)
            return f"{WEIGHTS}{' up to their scale' if scaled else ''}", ""
        fault = self._fault("network.", "seed") or self._fault(*MADE_OF) or "the network"
        return (WEIGHTS if min(shares) == 0 else "all initial weights"), fault

    @cached_property
    def drawn(self) -> list[Drawn]:
        """What each arm draws; built once where nothing that a network follows differs."""
        if not self._fault(*MADE_OF):
            return [drawn(self.arms[0].recipe, self.bench)] * len(self.arms)
        return [drawn(arm.recipe, self.bench) for arm in self.arms]

    def _augments(self, arm: Arm) -> tuple[str, ...]:
        """Name what changes an arm's examples in training."""
        recipe = arm.recipe
        steps = [repr(step) for step in recipe.data.augment]
        mix = [recipe.regularize.mix.name] if recipe.regularize.mix else []
        return (*steps, *mix, *["noise"] * bool(recipe.regularize.input_noise))

    def _fault(self, *prefixes: str) -> str:
        """Name the shortest field that differs and begins so; nothing where none does."""
        found = [key for key in self.differing if key.startswith(prefixes)]
        return min((key.removesuffix(".name") for key in found), key=len, default="")

    def _keys(self, field: str) -> list[str]:
        """Give the keys of a field in which the arms differ: itself, or those of its row."""
        return [key for key in self.differing if key == field or key.startswith(f"{field}.")]

    def _values(self, key: str) -> list[str | None]:
        return [each.get(key) for each in self.said]

    def _task(self, arm: Arm) -> Task:
        return self.bench.experiment(arm.recipe).prepared[0]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
