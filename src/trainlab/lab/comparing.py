"""Compare arms and keep all of it, in a folder below the runs.

compare.json      what was asked: the arms' recipes, the design
outcomes.jsonl    every training's outcome, as it came
unfinished        the state of what is being trained, until it is done
comparison.json   what it came to
report.html       environment.json
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shlex import quote
from shutil import rmtree
from typing import Any

from trainlab.comparison.arms import Arm, Vary, checked, varied
from trainlab.comparison.compare import Progress
from trainlab.comparison.compare import compare as judged
from trainlab.comparison.design import Design
from trainlab.comparison.result import Comparison
from trainlab.comparison.running import Bench
from trainlab.engine.networks import Model
from trainlab.errors import InputError, Interrupted, RecipeError, RunError
from trainlab.lab.interrupt import deferred
from trainlab.lab.keeping import keep
from trainlab.lab.own_code import check_code, code_of_all
from trainlab.lab.own_data import check_there, other_data
from trainlab.lab.training import open_recipe
from trainlab.recipe import Recipe
from trainlab.store import atomic, jsontext
from trainlab.store.environment import describe
from trainlab.store.folder import new_folder
from trainlab.store.unfinished import Unfinished

__all__ = ["Kept", "compare", "compare_again", "load_comparison", "varied_arms"]

Named = str | Path | Recipe | Mapping[str, Any]
"""A built-in name, a file, a Recipe, or a dict of its sections."""
Recipes = Named | Sequence[Named] | Mapping[str, Named]
Watch = Callable[[Progress], None]
NEW = "begin one: trainlab compare digits-mlp --vary optimizer.rule=sgd,adam"


@dataclass(frozen=True)
class Kept:
    """A comparison, and the folder that it is kept in."""

    path: Path
    comparison: Comparison


def compare(
    arms: Recipes,
    *,
    vary: Mapping[str, Sequence[Any]] | None = None,
    design: Design | None = None,
    model: Model | None = None,
    data: Any = None,
    runs: str | Path = "runs",
    watch: Watch | None = None,
) -> Kept:
    """Compare recipes, or one recipe with values varied, and keep the comparison below `runs`.

    compare("digits-mlp", vary={"optimizer.rule": ["sgd", "adam"]}, design=Design(seeds=12))

    Modules of one's own are arms where each recipe names what builds its own, as
    `network: {name: python, factory: "mine:Wide"}`; `model` is one for all arms.

    Raises InputError for arms or a design that cannot be compared; Interrupted, once what was
    found so far is kept.
    """
    several = varied_arms(arms, [_vary(key, values) for key, values in (vary or {}).items()])
    found = [Arm(name, recipe) for name, recipe in several.items()]
    design = design or Design()
    now = datetime.now().astimezone()
    bench = Bench(model, data)
    data_of = _digests(found, bench)
    path = new_folder(Path(runs), f"compare-{_about(found)}", now)
    asked = {
        "created": now.isoformat(timespec="seconds"),
        "arms": [{"name": arm.name, "recipe": arm.recipe.given()} for arm in found],
        "design": design.to_json(),
        "data": data_of,
        "code": code_of_all(arm.recipe for arm in found),
    }
    atomic.write_json(path / "compare.json", asked)
    atomic.write_json(path / "environment.json", dict(describe()))
    try:
        return _kept(path, found, design, bench, watch)
    except InputError:
        if not (path / "outcomes.jsonl").exists():
            rmtree(path)  # nothing was trained: what could not be asked leaves no folder
        raise


def compare_again(
    path: str | Path, *, model: Model | None = None, data: Any = None, watch: Watch | None = None
) -> Kept:
    """Go on with a comparison that was interrupted: what was trained is not trained again.

    Raises RunError for a folder that holds none, and for other data or other code of the modules
    that its recipes name.
    """
    folder = Path(path)
    asked = _read(folder, "compare.json", NEW)
    found = [Arm(each["name"], Recipe.of(each["recipe"])) for each in asked["arms"]]
    bench = Bench(model, data)
    for arm in found if data is None else ():
        check_there(arm.recipe, folder / "compare.json")
    if asked.get("data", data_of := _digests(found, bench)) != data_of:
        raise other_data(str(folder))
    check_code(asked.get("code"), [arm.recipe for arm in found], str(folder))
    return _kept(folder, found, Design.of(asked["design"]), bench, watch)


def load_comparison(path: str | Path) -> Kept:
    """Open a comparison by its folder, as it was kept.

    Raises RunError.
    """
    folder = Path(path)
    begun = (folder / "compare.json").exists()
    next_step = f"trainlab compare --resume {folder}" if begun else NEW
    return Kept(folder, Comparison.of(_read(folder, "comparison.json", next_step)))


def varied_arms(
    recipes: Recipes,
    vary: Sequence[Vary] = (),
    overrides: Sequence[str] = (),
    *,
    zipped: bool = False,
) -> dict[str, Recipe]:
    """Give arms by name: the recipes with the overrides, each varied in all ways.

    Raises InputError.
    """
    arms: list[Arm] = []
    named = _named(recipes)
    for name, given in named:
        recipe = _opened(given, name, overrides)
        if not vary:
            arms.append(Arm(name, recipe))
            continue
        prefix = f"{name} " if len(named) > 1 else ""
        found = varied(recipe, vary, zipped=zipped)
        arms += [Arm(f"{prefix}{arm.name}", arm.recipe) for arm in found]
    return {arm.name: arm.recipe for arm in checked(arms)}


def _vary(key: str, values: Any) -> Vary:
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise RecipeError(
            f"{key} takes the values to compare in a list, not {values!r}",
            where="vary",
            next_step=f"write vary={{{key!r}: [..., ...]}}",
        )
    return Vary(key, tuple(values))


def _named(recipes: Recipes) -> list[tuple[str, Named]]:
    """Name each recipe: by its key, its file, with the folder where two have one, or its place."""
    if isinstance(recipes, Mapping) and not set(recipes) <= set(Recipe.model_fields):
        return list(recipes.items())
    several: list[Any] = (
        [recipes] if isinstance(recipes, str | Path | Recipe | Mapping) else list(recipes)
    )
    stems = [Path(each).stem for each in several if isinstance(each, str | Path)]
    return [
        (_short(each, stems) if isinstance(each, str | Path) else f"arm {place}", each)
        for place, each in enumerate(several, start=1)
    ]


def _short(path: str | Path, stems: Sequence[str]) -> str:
    stem = Path(path).stem
    return stem if stems.count(stem) == 1 else str(path)


def _opened(given: Any, name: str, overrides: Sequence[str]) -> Recipe:
    if not isinstance(given, str | Path | Recipe | Mapping):
        raise RecipeError(
            f"an arm is a recipe, a file, a name or a dict, no {type(given).__name__}",
            where=name,
            next_step="a module of your own goes to model=, or into the recipe's network",
        )
    return open_recipe(given, overrides)[0]


def _read(folder: Path, name: str, next_step: str) -> Any:
    try:
        return jsontext.loads((folder / name).read_text())
    except OSError:
        begun = (folder / "compare.json").exists()
        what = "this comparison is not finished" if begun else "there is no comparison here"
        raise RunError(what, where=str(folder), next_step=next_step) from None
    except ValueError as error:
        raise RunError(f"{name} is damaged: {error}", where=str(folder / name)) from None


def _kept(
    path: Path, arms: Sequence[Arm], design: Design, bench: Bench, watch: Watch | None
) -> Kept:
    under_way = path / "unfinished"
    keep(bench, path / "outcomes.jsonl", under_way)
    try:
        with deferred() as asked:
            bench.stop = asked
            comparison = judged(arms, design, bench, watch)
    except (Interrupted, KeyboardInterrupt):  # after the second Ctrl-C not all states are saved
        raise Interrupted(
            f"stopped {_so_far(bench, Unfinished(under_way))}\n"
            f"  next     trainlab compare --resume {quote(str(path))}"
        ) from None
    atomic.write_json(path / "comparison.json", comparison.to_json())
    atomic.remove_folder(under_way)
    return Kept(path, comparison)


def _so_far(bench: Bench, under_way: Unfinished) -> str:
    """Say what is kept of a comparison that was stopped."""
    done, saved = sum(outcome.taken > 0 for outcome in bench.known.values()), under_way.saved
    if not done + saved:
        return "before anything was trained"
    known = f"{done} trainings done"
    more = f"the state of {saved} {'more' if done else 'trainings'} saved"
    return "with " + " and ".join([known] * bool(done) + [more] * bool(saved))


def _digests(arms: Sequence[Arm], bench: Bench) -> dict[str, str]:
    """Tell the data of each arm from others."""
    return {arm.name: bench.experiment(arm.recipe).raw.digest for arm in arms}


def _about(arms: Sequence[Arm]) -> str:
    """Name what the arms learn, where it is one thing."""
    sources = {arm.recipe.data.source.name for arm in arms if arm.recipe.data.source is not None}
    return sources.pop() if len(sources) == 1 else "arms"
