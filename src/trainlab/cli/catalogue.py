"""The families of techniques, as `trainlab list` and `trainlab explain` walk them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from trainlab.errors import UnknownName
from trainlab.tables import Card, Table, fold

__all__ = ["FAMILIES", "Entry", "Family", "entries", "family", "look_up"]


ALIKE = 8
"""Names shown to someone who looks for one that is not there."""
ALSO = {
    "optimizer": "rule",
    "optimiser": "rule",
    "scheduler": "schedule",
    "normalization": "norm",
    "normalisation": "norm",
    "initializer": "initialiser",
    "augmentation": "augment",
    "preprocessing": "preprocess",
    "dropout": "random layer",
}
"""What others call a family."""
IN_TORCH = re.compile(r"(?:torchvision )?(?:\w+\.)*(\w+)")
ARGUMENTS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Family:
    """One table: where it stands, and how a row is used."""

    title: str
    module: str
    table: str
    use: str
    """What a recipe says to choose a row; `NAME` stands for it."""
    options: str = ""
    """The attribute of a row that declares its options: a function, or a mapping of defaults."""
    python: str = ""
    """What Python says outside of a recipe; empty: the row's function, where it has one."""

    def in_python(self, name: str, row: Any) -> str:
        """Say how a row is used outside of a recipe; nothing where it is of a training alone."""
        if told := getattr(row, "python", "") or self.python:
            return str(told).replace("NAME", name)
        is_function = callable(getattr(row, self.options, None)) if self.options else False
        return f'{self.module}.{self.table}["{name}"].{self.options}' if is_function else ""

    def rows(self) -> Table[Any]:
        """Import the table."""
        found: Table[Any] = getattr(import_module(self.module), self.table)
        return found


FAMILIES: dict[str, Family] = {
    "rule": Family(
        "update rules",
        "trainlab.rules",
        "EVERY_RULE",
        "optimizer.rule=NAME",
        "hyper",
        'trainlab.optim.Ruled(parameters, "NAME")',
    ),
    "direction": Family(
        "directions, the first factor of a rule",
        "trainlab.rules",
        "DIRECTIONS",
        "optimizer.rule={direction: NAME, preconditioner: ...}",
        "reads",
        'trainlab.optim.Ruled(parameters, "NAME * rms")',
    ),
    "preconditioner": Family(
        "preconditioners, the second factor of a rule",
        "trainlab.rules",
        "PRECONDITIONERS",
        "optimizer.rule={direction: ..., preconditioner: NAME}",
        "reads",
        'trainlab.optim.Ruled(parameters, "steepest * NAME")',
    ),
    "schedule": Family(
        "schedules of the learning rate",
        "trainlab.schedules",
        "SCHEDULES",
        "schedule=NAME",
        "function",
        'trainlab.schedules.Scheduler(optimizer, "NAME", total=1000, per_epoch=100)',
    ),
    "warmup": Family(
        "warm-ups, before any schedule",
        "trainlab.schedules.warmup",
        "WARMUPS",
        "schedule={name: cosine, warmup: 5%, warmup_shape: NAME}",
    ),
    "batching": Family(
        "how many examples a step reads", "trainlab.data.batching", "BATCHING", "train.NAME=4"
    ),
    "scaling": Family(
        "scaling of the rate with the batch size",
        "trainlab.rules.scaling",
        "SCALINGS",
        "optimizer.lr_scaling=NAME",
        "make",
    ),
    "around": Family(
        "around the rule: places of the gradient, clipping, penalties, noise, limits",
        "trainlab.rules.around",
        "AROUND",
        "optimizer={NAME: ...}",
        python='trainlab.rules.around.AROUND["NAME"].law',
    ),
    "average": Family(
        "averages of the weights over the training",
        "trainlab.rules.averaging",
        "AVERAGES",
        "train.average=NAME",
        "make",
    ),
    "loss": Family("losses", "trainlab.losses", "LOSSES", "train.loss=NAME", "function"),
    "network": Family(
        "networks",
        "trainlab.nn.networks",
        "NETWORKS",
        "network=NAME",
        "options",
        'trainlab.nn.networks.NETWORKS["NAME"].build',
    ),
    "activation": Family(
        "activations", "trainlab.nn.activations", "ACTIVATIONS", "network.activation=NAME", "make"
    ),
    "norm": Family("normalisations", "trainlab.nn.norms", "NORMS", "network.norm=NAME", "make"),
    "initialiser": Family(
        "initialisers of weights", "trainlab.nn.init", "INITS", "network.init=NAME", "make"
    ),
    "random layer": Family(
        "layers that draw in training",
        "trainlab.nn.random_layers",
        "RANDOM_LAYERS",
        "regularize.NAME=0.2",
    ),
    "procedure": Family(
        "what is done to a network beside training it",
        "trainlab.nn.procedures",
        "PROCEDURES",
        "NAME",
        "run",
    ),
    "practice": Family(
        "what a training does beside its steps",
        "trainlab.recipe.practices",
        "PRACTICES",
        "NAME",
        "options",
    ),
    "source": Family(
        "sources of data", "trainlab.data.sources", "SOURCES", "data.source=NAME", "load"
    ),
    "preprocess": Family(
        "preprocessing", "trainlab.data.preprocess", "PREPROCESS", "data.preprocess=[NAME]", "make"
    ),
    "augment": Family(
        "augmentation", "trainlab.data.augment", "AUGMENT", "data.augment=[NAME]", "apply"
    ),
    "mix": Family(
        "mixing of examples and labels",
        "trainlab.data.augment",
        "MIXES",
        "regularize.mix=NAME",
        "apply",
    ),
    "test": Family(
        "tests of a paired comparison",
        "trainlab.comparison.statistics.tests",
        "TESTS",
        "trainlab compare ... --test NAME",
    ),
    "family": Family(
        "corrections for several comparisons at once",
        "trainlab.comparison.statistics.families",
        "FAMILIES",
        "a comparison's family=NAME",
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One technique, found."""

    family: str
    name: str
    card: Card
    use: str
    python: str
    """What Python says outside of a recipe; empty where it is of a training alone."""
    options: Mapping[str, Any]
    """Its options with their defaults; `...` where one must be given."""
    facts: Mapping[str, str]
    """What else its row knows of it."""


def family(given: str) -> str:
    """Give the family's own spelling: `norms`, `Norm` and `norm` are one."""
    singular = ALSO | {fold(name): name for name in FAMILIES}
    word = fold(given)
    for candidate in (word, word.removesuffix("s"), word.removesuffix("es")):
        if candidate in singular:
            return singular[candidate]
    is_technique = bool(_found(given, _every()))
    raise UnknownName(
        f"{given!r} is a technique, not a family"
        if is_technique
        else f"there is no family {given!r}",
        allowed=sorted(FAMILIES),
        given="" if is_technique else given,
        next_step=f"trainlab explain {given}"
        if is_technique
        else "see all families: trainlab list",
    )


def entries(name: str) -> Iterator[Entry]:
    """Give all techniques of a family."""
    kind = FAMILIES[name]
    for row_name, row in kind.rows().items():
        use = getattr(row, "use", "") or kind.use.replace("NAME", row_name)
        options, facts = _defaults(getattr(row, kind.options, None)), getattr(row, "facts", {})
        yield Entry(name, row_name, row.card, use, kind.in_python(row_name, row), options, facts)


def look_up(given: str) -> list[Entry]:
    """Give every technique of this name, alone or with its family's: `group`, `group-norm`.

    Families may share a name, as `linear`. What torch calls it is a name too: `BatchNorm2d`.
    """
    every = _every()
    found = _found(given, every)
    if not found:
        raise _unknown(given, every)
    return found


def _every() -> list[Entry]:
    return [entry for name in FAMILIES for entry in entries(name)]


def _found(given: str, every: Sequence[Entry]) -> list[Entry]:
    """Find by our name or else by torch's; `torch.nn.Linear` is the one of ours that torch has."""
    path, _, last = given.removesuffix("()").rpartition(".")
    word = fold(last)
    named = [each for each in every if word in (fold(each.name), fold(each.name + each.family))]
    known = [each for each in every if word in _names_in_torch(each.card.torch)]
    alike = [each for each in every if word in _names_in_torch(ARGUMENTS.sub("", each.card.torch))]
    both = [each for each in named if path and each in known]
    return both or named or known or alike


def _names_in_torch(told: str) -> set[str]:
    """Give the bare names that a card says torch has: two of `torch.nn.Tanh, Adam; beta2 is b`."""
    found = (IN_TORCH.fullmatch(part) for part in re.split("[;,] *", told))
    return {fold(match[1]) for match in found if match}


def _unknown(given: str, every: Sequence[Entry]) -> UnknownName:
    """Say whose cards speak of it, or else which names are near."""
    names = sorted({entry.name for entry in every})
    what = f"there is no technique {given!r} among the {len(names)} that there are"
    title = next((name for name in FAMILIES if fold(given) in (fold(name), fold(f"{name}s"))), "")
    step = f"see them by family: trainlab list {title}".rstrip()
    told = list(dict.fromkeys(entry.name for entry in every if _speaks_of(entry.card, given)))
    if told:
        what = f"{what}; the cards of these speak of it"
        return UnknownName(what, allowed=told[:ALIKE], next_step=step)
    near = get_close_matches(given.casefold(), names, n=ALIKE, cutoff=0.3)
    return UnknownName(what, allowed=near, given=given, next_step=step)


def _speaks_of(card: Card, word: str) -> bool:
    """Tell whether the card has this word, or these in a row."""
    text = " ".join(vars(card).values())
    return re.search(rf"\b{re.escape(_spaced(word))}\b", _spaced(text)) is not None


def _spaced(text: str) -> str:
    return re.sub("[-_ ]+", " ", text.casefold())


def _defaults(declared: Any) -> Mapping[str, Any]:
    """Read options and their defaults off a mapping or a function's keyword parameters."""
    if isinstance(declared, Mapping):
        return declared
    if not callable(declared):
        return {}
    return {
        name: ... if each.default is each.empty else each.default
        for name, each in inspect.signature(declared).parameters.items()
        if each.kind is each.KEYWORD_ONLY
    }
