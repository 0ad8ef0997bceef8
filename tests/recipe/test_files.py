from __future__ import annotations

from pathlib import Path

import pytest

from trainlab.recipe import Recipe
from trainlab.recipe.files import anchored, missing
from trainlab.recipe.text import read, write

TABLE = {"source": {"name": "table", "path": "a.csv", "target": "y"}}


def test_what_is_there_is_named_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x,y\n")
    (tmp_path / "old").mkdir()
    given = Recipe.of({"data": TABLE, "network": {"name": "mlp", "weights": "old"}})
    found = anchored(given)
    assert found.data.source is not None and found.network is not None
    assert found.data.source.arguments()["path"] == str(tmp_path / "a.csv")
    assert found.network.arguments()["weights"] == str(tmp_path / "old")
    assert anchored(found) is found and read(write(found), "again") == found


def test_labels_are_a_file_where_they_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("x.npy", "y.npy", "fine"):
        (tmp_path / name).touch()
    arrays = {"name": "arrays", "path": "x.npy", "labels": "y.npy"}
    found = anchored(Recipe.of({"data": {"source": arrays}})).data.source
    assert found is not None and found.arguments()["labels"] == str(tmp_path / "y.npy")
    classes = anchored(Recipe.of({"data": {"source": {"name": "cifar", "path": "no"}}})).data.source
    assert classes is not None and classes.arguments() == {"path": "no", "labels": "fine"}


def test_what_is_missing_is_named_by_its_key(tmp_path: Path) -> None:
    recipe = Recipe.of({"data": TABLE}).replace("data.source.path", str(tmp_path / "a.csv"))
    gone = missing(recipe)
    assert gone is not None and gone.key == "data.source.path"
    (tmp_path / "a.csv").touch()
    assert missing(recipe) is None and missing(Recipe.of({"data": {"source": "digits"}})) is None
