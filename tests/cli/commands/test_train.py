"""Training from the command line: short real trainings, and input at fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said
from trainlab.engine.record import Event, Reading
from trainlab.store import Run

Say = Callable[..., Said]
SHORT = ("train.length=2ep", "network.widths=[8]")


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of runs that the working folder has; tests give no --runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def test_a_population_is_trained_kept_and_told(say: Say, runs: Path) -> None:
    said = say("train", "wine-mlp", *SHORT, "--seeds", 3)
    assert said.code == 0
    (path,) = runs.iterdir()
    assert "3 seeds (0 to 2)" in said.out
    assert "test/accuracy" in said.out
    lines = said.err.splitlines()
    assert lines[0].startswith("wine-mlp: 3 networks of ")
    assert f"run     runs/{path.name}" in said.err
    assert f"open    trainlab show runs/{path.name}" in said.err
    assert (path / "report.html").exists()
    assert {"recipe.yaml", "metrics.csv", "summary.json"} <= {file.name for file in path.iterdir()}


def test_one_document_on_stdout(say: Say, runs: Path) -> None:
    said = say("train", "wine-mlp", *SHORT, "--json")
    assert said.document["status"] == "finished"
    assert said.document["seeds"] == [0]
    assert Path(said.document["report"]).exists()


def test_folds_are_members(say: Say, runs: Path) -> None:
    document = say("train", "wine-mlp", *SHORT, "--folds", 3, "--json").document
    assert [member["arm"] for member in document["members"]] == [
        f"data.split.fold = {fold}" for fold in range(3)
    ]


def test_an_interrupted_run_says_how_to_go_on_and_does(
    say: Say, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import signal

    from trainlab.cli.lines import Lines

    watch = Lines.watch

    def pressed(self: Lines, event: Event) -> None:
        watch(self, event)
        if isinstance(event, Reading) and event.step == 3:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Lines, "watch", pressed)
    said = say("train", "wine-mlp", *SHORT)
    monkeypatch.undo()
    monkeypatch.chdir(runs.parent)
    assert (said.code, said.out) == (130, "")
    (path,) = runs.iterdir()
    assert Run(path).status == "interrupted"
    assert f"trainlab train --resume runs/{path.name}" in said.err
    resumed = say("train", "--resume", "latest", "--json")
    assert resumed.code == 0
    assert resumed.document["status"] == "finished"
    assert resumed.document["run"] == path.name


def test_a_training_that_nobody_survived_is_a_negative_verdict(say: Say, runs: Path) -> None:
    said = say("train", "diabetes-mlp", "train.length=2ep", "optimizer.lr=1e30", "--seeds", 2)
    assert said.code == 1
    assert "every member diverged" in said.out
    assert "member 1 (seed 1) diverged at step" in said.err


BAD = {
    "an unknown section": ("optimiser: {lr: 1}", [], ["optimiser", "nearest", "optimizer"]),
    "an unknown key": (
        "data: {source: wine}\noptimizer:\n  learning_rte: 0.1",
        [],
        ["learning_rte", "line 3", "allowed"],
    ),
    "a wrong type": ("optimizer: {lr: fast}", [], ["optimizer.lr", "fast", "line 1"]),
    "a negative rate": ("", ["optimizer.lr=-1"], ["optimizer.lr", "-1"]),
    "an unknown rule": ("", ["optimizer.rule=adamm"], ["adamm", "nearest  adam"]),
    "an unknown network": ("", ["network=mpl"], ["mpl", "nearest  mlp"]),
    "no key=value": ("", ["optimizer.lr"], ["key=value", "next"]),
    "a key that nobody has": ("", ["optimizer.lrr=1"], ["lrr"]),
    "a filter that does not fit": (
        "data: {source: digits}\nnetwork: {name: cnn, channels: [8], kernel: 11, padding: 0}",
        [],
        ["11"],
    ),
    "a file without a recipe": ("   \n", [], ["empty"]),
    "no YAML": ("data: [", [], ["line"]),
    "a missing table": (
        "data: {source: {name: table, path: gone.csv, target: y}}",
        [],
        ["gone.csv"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_input_at_fault_is_one_block(say: Say, runs: Path, case: str) -> None:
    text, overrides, parts = BAD[case]
    Path("my.yaml").write_text(text or "data: {source: wine}\n")
    said = say("train", "my.yaml", *overrides)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert said.err.startswith("trainlab: ")
    for part in parts:
        assert part in said.err
    assert not runs.exists() or not list(runs.iterdir()), "nothing is begun that cannot be done"


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["digits-mpl"], ["there is no recipe 'digits-mpl'", "nearest  digits-mlp", "next"]),
        (["gone.yaml"], ["there is no recipe file gone.yaml"]),
        ([], ["name a recipe", "trainlab recipes"]),
        (["--resume", "gone"], ["there is no run 'gone'"]),
        (["wine-mlp", "--resume", "gone"], ["its own recipe"]),
    ],
)
def test_a_recipe_or_run_that_is_not_there(
    say: Say, runs: Path, words: list[str], parts: list[str]
) -> None:
    said = say("train", *words)
    assert (said.code, said.out) == (2, "")
    for part in parts:
        assert part in said.err


def test_a_finished_run_is_not_resumed(say: Say, a_run: Run) -> None:
    said = say("train", "--resume", a_run.path)
    assert said.code == 2
    assert "finished" in said.err
