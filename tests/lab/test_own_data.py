"""A run is taken up from any folder, with the data that it began with and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainlab import lab
from trainlab.errors import Interrupted, RunError
from trainlab.store import Run, find

RECIPE = """
data: {source: {name: table, path: data.csv, target: kind}}
network: {name: mlp, widths: [4]}
train: {length: 2ep, batch_size: 8, threads: 1}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a table and a recipe that names it by its bare name, and go there."""
    here = tmp_path / "here"
    here.mkdir()
    rows = [f"{row * 7 % 11},{row / 3:.2f},{'ab'[row % 2]}" for row in range(40)]
    (here / "data.csv").write_text("\n".join(["x,y,kind", *rows]))
    (here / "mine.yaml").write_text(RECIPE)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def run(place: Path) -> Run:
    return lab.train("mine.yaml", runs=place / "runs")


def stopped(place: Path) -> Run:
    with pytest.raises(Interrupted):
        lab.train("mine.yaml", runs=place / "runs", stop=lambda: True)
    (found,) = find(place / "runs")
    return found


def test_a_run_is_scored_and_used_from_another_folder(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = lab.evaluate(run)
    monkeypatch.chdir(place.parent / "elsewhere")
    assert lab.evaluate(run) == here
    assert len(lab.predict(run, str(place / "data.csv"))) == 40
    again = lab.train(run.path, runs=place / "runs")
    assert again.summary["members"] == run.summary["members"]


def test_a_run_goes_on_from_another_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = stopped(place)
    monkeypatch.chdir(place.parent / "elsewhere")
    assert lab.resume(begun.path).status == "finished"


def test_data_that_moved_are_told_and_their_new_place_is_taken(run: Run, place: Path) -> None:
    moved = place.parent / "elsewhere" / "data.csv"
    (place / "data.csv").rename(moved)
    with pytest.raises(RunError) as caught:
        lab.evaluate(run)
    assert str(place / "data.csv") in caught.value.what
    assert caught.value.where == f"{run.path / 'recipe.yaml'}, data.source.path"
    recipe = run.path / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace(str(place / "data.csv"), str(moved)))
    found = lab.evaluate(Run(run.path))
    assert found["accuracy"] == [run.summary["members"][0]["scores"]["test/accuracy"]]


def test_a_stopped_run_tells_too_that_its_data_moved(place: Path) -> None:
    begun = stopped(place)
    (place / "data.csv").unlink()
    with pytest.raises(RunError, match="are not there any more"):
        lab.resume(begun.path)


def test_other_data_at_the_same_place_are_not_scored(run: Run, place: Path) -> None:
    text = (place / "data.csv").read_text()
    (place / "data.csv").write_text(text.replace("0.33", "0.34"))
    with pytest.raises(RunError, match="not those that it began with"):
        lab.evaluate(run)
