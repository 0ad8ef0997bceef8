from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from trainlab.comparison.arms import Vary
from trainlab.comparison.compare import Progress
from trainlab.comparison.design import Design
from trainlab.comparison.outcome import Outcome
from trainlab.comparison.result import Comparison
from trainlab.comparison.running import Bench
from trainlab.errors import InputError, Interrupted, RecipeError, RunError
from trainlab.lab.comparing import compare, compare_again, load_comparison, varied_arms
from trainlab.recipe import Recipe
from trainlab.store.ledger import Ledger

MOONS: dict[str, Any] = {
    "data": {"source": {"name": "moons", "examples": 160}},
    "network": {"name": "mlp", "widths": [6]},
    "train": {"length": "4ep", "batch_size": 16, "threads": 1},
}
RECIPE = Recipe.of(MOONS)
RULES = {"optimizer.rule": ["sgd", "adam"]}
TUNED = Design(seeds=3, tune=("optimizer.lr",), trials=4)


def same(first: Comparison, second: Comparison) -> bool:
    """Whether two comparisons came to the same, whatever time they took."""
    parts = [
        (found.sentence, repr(found.judgement), repr([each.tried for each in found.tuned]))
        for found in (first, second)
    ]
    return parts[0] == parts[1]


def test_without_forks_a_comparison_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked = compare(RECIPE, vary=RULES, design=Design(seeds=3), runs=tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delattr(os, "fork", raising=False)
    in_turn = compare(RECIPE, vary=RULES, design=Design(seeds=3), runs=tmp_path)
    assert same(forked.comparison, in_turn.comparison)


def test_all_of_it_is_kept_and_read_back(tmp_path: Path) -> None:
    kept = compare(RECIPE, vary=RULES, design=TUNED, runs=tmp_path)
    assert kept.path.parent == tmp_path
    assert kept.path.name.startswith("compare-moons-")
    files = {file.name for file in kept.path.iterdir()}
    assert files == {"compare.json", "comparison.json", "environment.json", "outcomes.jsonl"}
    assert json.loads((kept.path / "comparison.json").read_text())["sentence"]
    assert same(load_comparison(kept.path).comparison, kept.comparison)


def test_one_that_goes_on_after_its_end_trains_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = compare(RECIPE, vary=RULES, design=TUNED, runs=tmp_path)
    monkeypatch.setattr(Bench, "learn", lambda *_: pytest.fail("it trained"))
    assert same(compare_again(kept.path).comparison, kept.comparison)


def test_stopped_it_keeps_outcomes_and_goes_on_to_the_same(tmp_path: Path) -> None:
    straight = compare(RECIPE, vary=RULES, design=TUNED, runs=tmp_path / "straight")

    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        if progress.stage == "measuring" and not seen:  # a second one would act at once
            seen.append(progress)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted, match=r"compare --resume .*compare-moons-"):
        compare(RECIPE, vary=RULES, design=TUNED, runs=tmp_path / "stopped", watch=stop)
    (folder,) = (tmp_path / "stopped").iterdir()
    known = len(Ledger(folder / "outcomes.jsonl").read())
    assert known >= 8
    with pytest.raises(RunError, match="not finished"):
        load_comparison(folder)
    kept = compare_again(folder)
    assert same(kept.comparison, straight.comparison)
    assert len(Ledger(folder / "outcomes.jsonl").read()) > known


@pytest.mark.parametrize("presses", [1, 2])
def test_stopped_at_once_it_has_kept_the_state_of_all(presses: int, tmp_path: Path) -> None:
    """Of the second Ctrl-C, which ends the forks, no more is said than what they had saved."""

    def stop(progress: Progress) -> None:
        if progress.stage == "measuring" and len(seen) < presses:
            seen.append(progress)
            signal.raise_signal(signal.SIGINT)

    seen: list[Progress] = []
    with pytest.raises(Interrupted) as caught:
        compare(RECIPE, vary=RULES, design=Design(seeds=4), runs=tmp_path, watch=stop)
    told, following = str(caught.value).splitlines()
    (folder,) = tmp_path.iterdir()
    if presses == 1:
        assert told == "stopped with the state of 8 trainings saved"
        assert (folder / "unfinished").exists()
    assert following == f"  next     trainlab compare --resume {folder}"
    assert compare_again(folder).comparison.sentence
    assert not (folder / "unfinished").exists()


def outcomes(path: Path) -> Iterator[dict[str, Any]]:
    for value in Ledger(path / "outcomes.jsonl").read().values():
        yield {**Outcome.of(value).to_json(), "seconds": 0}


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_killed_and_resumed_equals_straight(tmp_path: Path) -> None:
    straight = compare(RECIPE, vary=RULES, design=TUNED, runs=tmp_path / "straight")
    runs, kills = tmp_path / "killed", 0
    for seconds in (0.15, 0.25, 0.4):
        child = os.fork()
        if child == 0:
            begun = sorted(runs.glob("*/compare.json"))
            if begun:
                compare_again(begun[0].parent)
            else:
                compare(RECIPE, vary=RULES, design=TUNED, runs=runs)
            os._exit(0)
        timer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
        timer.start()
        _, status = os.waitpid(child, 0)
        timer.cancel()
        kills += os.WIFSIGNALED(status)
    assert kills
    folder = sorted(runs.iterdir())[0]
    kept = compare_again(folder)
    assert same(kept.comparison, straight.comparison)
    told = [sorted(json.dumps(o) for o in outcomes(path)) for path in (folder, straight.path)]
    assert told[0] == told[1]


def test_a_comparison_does_not_go_on_with_other_data(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    lines = [f"{i},{i % 7},{'ab'[i % 2]}" for i in range(60)]
    table.write_text("\n".join(["x,z,y", *lines]))
    source = {"name": "table", "path": str(table), "target": "y"}
    recipe = Recipe.of({**MOONS, "data": {"source": source}})
    kept = compare(recipe, vary=RULES, design=Design(seeds=2), runs=tmp_path / "runs")
    assert same(compare_again(kept.path).comparison, kept.comparison)
    table.write_text("\n".join(["x,z,y", *lines[:-1], "59,2,b"]))
    with pytest.raises(RunError, match="not those that it began with"):
        compare_again(kept.path)


def test_a_folder_that_holds_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no comparison here"):
        compare_again(tmp_path)
    with pytest.raises(RunError, match="there is no comparison here"):
        load_comparison(tmp_path / "nothing")
    (tmp_path / "compare.json").write_text("{")
    with pytest.raises(RunError, match="damaged"):
        compare_again(tmp_path)


def test_a_model_and_data_of_ones_own(tmp_path: Path) -> None:
    y = torch.arange(90) % 2
    data = (torch.randn(90, 3) + y[:, None], y)

    def network() -> nn.Module:
        return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2))

    own = {"train": {"length": "3ep", "batch_size": 16, "threads": 1}}
    arms = {"low": Recipe.of(own | {"optimizer": {"lr": 1e-5}}), "high": Recipe.of(own)}
    kept = compare(arms, design=Design(seeds=3), model=network, data=data, runs=tmp_path)
    assert kept.path.name.startswith("compare-")
    assert set(kept.comparison.outcomes) == {"low", "high"}
    again = compare_again(kept.path, model=network, data=data)
    assert same(again.comparison, kept.comparison)


def test_arms_are_files_names_recipes_or_what_varies_in_them(tmp_path: Path) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.yaml").write_text("train: {length: 2ep}\n")
    two = [tmp_path / "a" / "mine.yaml", tmp_path / "b" / "mine.yaml"]
    assert list(varied_arms(two)) == [str(path) for path in two]
    assert list(varied_arms(["wine-mlp", two[0]])) == ["wine-mlp", "mine"]
    assert list(varied_arms([RECIPE, RECIPE], overrides=["seed=3"])) == ["arm 1", "arm 2"]
    vary = [Vary("optimizer.rule", ("sgd", "adam"))]
    arms = varied_arms(["wine-mlp", two[0]], vary, ["train.length=1ep"])
    assert list(arms) == ["wine-mlp sgd", "wine-mlp adam", "mine sgd", "mine adam"]
    assert {str(recipe.train.length) for recipe in arms.values()} == {"1ep"}
    assert list(varied_arms([RECIPE], vary)) == ["sgd", "adam"]


def test_dicts_are_recipes_and_named_arms_vary_too() -> None:
    vary = [Vary("optimizer.lr", (0.1, 0.2))]
    assert list(varied_arms(MOONS, vary)) == ["lr=0.1", "lr=0.2"]
    assert list(varied_arms([MOONS, MOONS])) == ["arm 1", "arm 2"]
    arms = varied_arms({"a": MOONS, "b": RECIPE}, vary, ["seed=3"])
    assert list(arms) == ["a lr=0.1", "a lr=0.2", "b lr=0.1", "b lr=0.2"]
    assert {(recipe.optimizer.lr, recipe.seed) for recipe in arms.values()} == {(0.1, 3), (0.2, 3)}


@pytest.mark.parametrize(
    ("arms", "values", "told"),
    [
        ("wine-mlp", 0.1, "in a list, not 0.1"),
        ("wine-mlp", "sgd", "in a list, not 'sgd'"),
        ({"a": nn.Linear(2, 2)}, [0.1, 0.2], "no Linear"),
        ([MOONS, 3], [0.1, 0.2], "no int"),
    ],
)
def test_what_is_no_arm_is_told(arms: Any, values: Any, told: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=told):
        compare(arms, vary={"optimizer.lr": values}, runs=tmp_path)


def test_one_arm_or_one_twice_is_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="one arm alone"):
        compare("wine-mlp", runs=tmp_path)
    with pytest.raises(RecipeError, match="two arms are called"):
        varied_arms(["wine-mlp", "wine-mlp"])
    with pytest.raises(RecipeError, match="two arms are called 'sgd'"):
        compare(RECIPE, vary={"optimizer.rule": ["sgd", "sgd"]}, runs=tmp_path)
    with pytest.raises(InputError, match="nearest  wine-mlp"):
        compare(["wine-mpl", "digits-mlp"], runs=tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_asked_leaves_no_folder(tmp_path: Path) -> None:
    vary = {"optimizer.lr": [0.1, 0.2]}
    with pytest.raises(InputError, match="no arm is called"):
        compare("wine-mlp", vary=vary, design=Design(baseline="sgd"), runs=tmp_path)
    assert list(tmp_path.iterdir()) == []
