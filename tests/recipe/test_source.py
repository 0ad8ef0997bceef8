from __future__ import annotations

from pathlib import Path

import pytest

from trainlab.built_in import built_in
from trainlab.errors import RecipeError, UnknownName
from trainlab.recipe.source import load


@pytest.mark.parametrize("name", built_in())
def test_each_loads(name: str) -> None:
    assert load(name).data.source is not None


@pytest.mark.parametrize("spelling", ["digits-mlp", "digits_mlp", "Digits MLP"])
def test_a_name_is_found_in_any_spelling(spelling: str) -> None:
    assert load(spelling) == load("digits-mlp")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("seed: 3\n")
    assert load(path).seed == load(str(path)).seed == 3
    assert load(path, ["seed=4"]).seed == 4


def test_a_runs_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text("seed: 3\n")
    assert load(tmp_path).seed == 3


def test_a_file_in_a_fault_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("seed: 3\nsed: 4\n")
    with pytest.raises(RecipeError) as caught:
        load(path)
    assert caught.value.where == f"{path}, line 2"


def test_a_missing_file_is_answered_with_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("seed: 3\n")
    with pytest.raises(RecipeError, match="no recipe file") as caught:
        load(str(tmp_path / "mien.yaml"))
    assert caught.value.nearest == "mine.yaml"


def test_a_missing_file_is_not_answered_with_hidden_files_or_by_its_suffix(tmp_path: Path) -> None:
    for name in (".pre-commit-config.yaml", "other.yaml"):
        (tmp_path / name).write_text("seed: 3\n")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(RecipeError) as caught:
        load(str(tmp_path / "absent.yaml"))
    assert caught.value.allowed == ("other.yaml", *built_in())
    assert caught.value.nearest == ""
    with pytest.raises(RecipeError) as caught:
        load(str(tmp_path / "digit-mlp.yaml"))
    assert caught.value.nearest == "digits-mlp"


def test_no_name_at_all_is_no_folder() -> None:
    with pytest.raises(UnknownName, match="no recipe ''"):
        load("")


@pytest.mark.parametrize("given", ["nowhere/mine.yaml", "nowhere/mine", "mine.yml", Path("mine")])
def test_what_looks_like_a_file_is_looked_for_as_one(
    given: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError, match="no recipe file"):
        load(given)


def test_an_unknown_name_is_answered_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownName) as caught:
        load("digit-mlp")
    assert caught.value.nearest == "digits-mlp"
    assert list(caught.value.allowed) == list(built_in())


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"seed: \xff\xfe")
    with pytest.raises(RecipeError, match="no text file") as caught:
        load(path)
    assert "byte 6" in caught.value.where
