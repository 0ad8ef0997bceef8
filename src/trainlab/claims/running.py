"""Running claims: one after another, each kept when it is done, until a budget is spent.

What was trained for a comparison is kept as it comes, until its claim is done: so one that was
stopped goes on where it was. A claim that is done is not run again.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from trainlab.claims.claim import Ask, Found
from trainlab.claims.definition import definition
from trainlab.claims.keeping import Kept, folder_of, place_of, read, write
from trainlab.claims.table import CLAIMS
from trainlab.claims.verdict import pairs_of
from trainlab.comparison.compare import Progress
from trainlab.comparison.running import Bench
from trainlab.errors import DataError, Interrupted, NetworkError, RecipeError, UnknownName
from trainlab.lab.interrupt import deferred
from trainlab.lab.keeping import keep
from trainlab.recipe.source import load
from trainlab.store.atomic import remove_folder
from trainlab.store.environment import describe
from trainlab.store.folder import writable

__all__ = ["Begun", "Sitting", "Spent", "Unfit", "heard", "run"]


@dataclass(frozen=True)
class Begun:
    """A claim is about to be run."""

    name: str


@dataclass(frozen=True)
class Unfit:
    """The claim cannot be asked of the user's recipe, and is passed over."""

    name: str
    why: RecipeError


@dataclass(frozen=True)
class Spent:
    """The budget is spent; these claims are not done."""

    left: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """How claims are run."""

    runs: Path = Path("runs")
    quick: bool = False
    """Only see that they run and that their measure is finite and paired; nothing is kept."""
    again: bool = False
    """Run what is done already too, and train it anew."""
    budget: float | None = None
    """Seconds after which no training goes on."""
    recipe: str = ""
    """The user's recipe in the place of the claims' own."""
    every: bool = False
    """Whether all are asked: who does not fit the user's recipe is passed over."""
    command: str = "trainlab claims run"
    watch: Callable[[str, Progress], None] = lambda name, progress: None


def run(names: Sequence[str], sitting: Sitting) -> Iterator[Begun | Kept | Spent | Unfit]:
    """Run claims by name, and give each result as it comes, done before or now.

    Raises InputError for a claim that cannot be asked so; Interrupted, with what was done kept.
    """
    began, folder = time.monotonic(), folder_of(sitting.runs, sitting.recipe)
    recipe = load(sitting.recipe) if sitting.recipe else None
    heard(names, sitting.recipe)
    asks = {name: CLAIMS[name].ask(recipe, quick=sitting.quick) for name in names}
    anew = sitting.quick or sitting.again
    known = {} if anew else _known(folder, asks)
    with deferred() as asked:

        def stop() -> bool:
            late = sitting.budget is not None and time.monotonic() - began > sitting.budget
            return late or asked()

        for place, name in enumerate(asks):
            if name in known:
                yield known[name]
                continue
            if stop() and not asked():
                yield Spent(tuple(asks)[place:])
                return
            yield Begun(name)
            try:
                kept = _run(name, asks[name], sitting, stop)
            except Interrupted:
                if asked():
                    raise Interrupted(_told(name, sitting)) from None
                yield Spent(tuple(asks)[place:])
                return
            except _DoesNotFit as error:
                if not sitting.every:
                    raise
                yield Unfit(name, error)
                continue
            if not sitting.quick:
                write(folder, kept)
                _clear(folder, name)
            yield kept


def heard(names: Sequence[str], recipe: str) -> None:
    """Find the claims that are not asked on a user's recipe; raises RecipeError where there are."""
    takers = [name for name, claim in CLAIMS.items() if claim.any_recipe]
    own = [name for name in names if name not in takers]
    if recipe and own:
        raise RecipeError(
            f"{', '.join(own)}: about its own recipe, and another would not test it",
            where="--recipe",
            allowed=takers,
            next_step="leave --recipe out, or name claims that take one",
        )


def _known(folder: Path, names: Iterable[str]) -> dict[str, Kept]:
    """Read what is done: of these claims as they are now, on the recipe as it is now."""
    found = {name: read(folder, name) for name in names}
    return {name: kept for name, kept in found.items() if kept is not None and kept.current}


def _run(name: str, ask: Ask, sitting: Sitting, stop: Callable[[], bool]) -> Kept:
    claim, began = CLAIMS[name], time.monotonic()
    said = definition(claim, ask.recipe if sitting.recipe else None)
    bench = _bench(name, said, sitting, stop)
    before = sum(outcome.seconds for outcome in bench.known.values()) / bench.cores
    asked = replace(ask, bench=bench, watch=lambda progress: sitting.watch(name, progress))
    found = claim.measure(asked) if not sitting.recipe else _fitting(name, asked, sitting.recipe)
    if pairs_of(found) != ask.pairs:
        raise DataError(f"{name} measured {pairs_of(found)} pairs and was asked for {ask.pairs}")
    if missing := claim.lacks(found):
        raise DataError(f"{name} speaks of what it does not measure: {', '.join(missing)}")
    return Kept(
        name=name,
        found=found,
        seconds=time.monotonic() - began + before,
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        command=sitting.command,
        machine=_machine(),
        definition=said,
        recipe=place_of(sitting.recipe),
        seeds=tuple(range(ask.recipe.seed, ask.recipe.seed + ask.pairs)),
    )


class _DoesNotFit(RecipeError):
    """The user's recipe lacks what the claim changes or measures."""


def _fitting(name: str, ask: Ask, recipe: str) -> Found:
    try:
        return CLAIMS[name].measure(ask)
    except (DataError, NetworkError, RecipeError, UnknownName) as error:
        raise _DoesNotFit(
            f"{name} cannot be asked of this recipe: {error.what}",
            where=recipe,
            next_step=f"run it on its own: trainlab claims run {name}",
        ) from error


def _bench(name: str, said: str, sitting: Sitting, stop: Callable[[], bool]) -> Bench:
    """Give where trials are run, with what is known of this very claim from an earlier sitting."""
    bench = Bench(stop=stop)
    if sitting.quick:
        return bench
    folder = folder_of(sitting.runs, sitting.recipe)
    ledger = folder / f"{name}-{said}.jsonl"
    with writable(sitting.runs):
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder, name, "" if sitting.again else ledger.stem)
        ledger.touch()
    keep(bench, ledger, ledger.with_suffix(""))
    return bench


def _clear(folder: Path, name: str, kept: str = "") -> None:
    """Remove what was trained for a claim: it is done, or was another one then."""
    said = f"{name}-{'[0-9a-f]' * 12}"  # nothing of a user's recipe is called so
    for place in (*folder.glob(said), *folder.glob(f"{said}.jsonl")):
        if place.stem == kept:
            continue
        if place.is_dir():
            remove_folder(place)
        else:
            place.unlink()


def _told(name: str, sitting: Sitting) -> str:
    if sitting.quick:
        return f"stopped in {name}"
    kept = "claims that are done and trainings of comparisons are kept"
    return f"stopped in {name}; {kept}\n  next     {sitting.command}"


def _machine() -> str:
    """Name the processor, the cores and the versions, in a line."""
    found = describe()
    return (
        f"{found['cpu']}, {found['cores']} cores, {platform.system()}, "
        f"Python {found['python']}, torch {found['torch']}"
    )
