from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.claims.made import kept_of
from trainlab.claims.claim import Found
from trainlab.claims.keeping import folder_of, place_of, read, read_all, write
from trainlab.claims.table import CLAIMS
from trainlab.errors import RunError


def test_a_result_is_read_back_and_judged_again(tmp_path: Path) -> None:
    kept = kept_of("C13", CLAIMS["C13"])
    assert write(tmp_path, kept) == tmp_path / "C13.json"
    again = read(tmp_path, "C13")
    assert again is not None
    assert again.current
    assert again.verdict == kept.verdict
    assert list(read_all(tmp_path)) == ["C13"]
    assert read(tmp_path, "C14") is None


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": 1, "found": {"values": 3}}'])
def test_a_damaged_result_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "C13.json").write_text(text)
    with pytest.raises(RunError, match="damaged") as caught:
        read(tmp_path, "C13")
    assert caught.value.next_step.endswith("claims run C13 --again")


def test_what_a_current_result_lacks_is_damage_and_an_earlier_one_is_run_anew(
    tmp_path: Path,
) -> None:
    kept = kept_of("C13", CLAIMS["C13"])
    write(tmp_path, replace(kept, found=Found(values={})))
    with pytest.raises(RunError, match="damaged"):
        read(tmp_path, "C13")
    write(tmp_path, replace(kept, found=Found(values={}), definition="another"))
    assert read(tmp_path, "C13") is None
    write(tmp_path, replace(kept, definition="another"))
    again = read(tmp_path, "C13")
    assert again is not None and not again.current


def test_the_users_recipe_has_a_folder_of_its_own(tmp_path: Path) -> None:
    runs = Path("runs")
    assert folder_of(runs) == runs / "claims"
    assert folder_of(runs, "wine-mlp") == runs / "claims" / "wine-mlp"
    mine, theirs = tmp_path / "mine.yaml", tmp_path / "theirs" / "mine.yaml"
    assert folder_of(runs, str(mine)).name.startswith("mine-")
    assert folder_of(runs, str(mine)) != folder_of(runs, str(theirs))


def test_a_recipe_is_the_same_from_wherever_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    monkeypatch.chdir(tmp_path)
    assert place_of("mine.yaml") == place_of("./theirs/../mine.yaml") == str(mine)
    assert folder_of(Path("runs"), "mine.yaml") == folder_of(Path("runs"), str(mine))
    assert place_of("wine-mlp") == "wine-mlp" and place_of("") == ""
