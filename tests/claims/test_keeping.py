from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.claims.made import kept_of
from trainlab.claims.claim import Found
from trainlab.claims.keeping import folder_of, read, read_all, write
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


def test_the_users_recipe_has_a_folder_of_its_own() -> None:
    assert folder_of(Path("runs")) == Path("runs/claims")
    assert folder_of(Path("runs"), "my/net.yaml") == Path("runs/claims/net")
