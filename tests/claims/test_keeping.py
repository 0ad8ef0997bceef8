from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims.made import kept_of
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


def test_a_damaged_result_is_told(tmp_path: Path) -> None:
    (tmp_path / "C13.json").write_text("{}")
    with pytest.raises(RunError, match="damaged"):
        read(tmp_path, "C13")


def test_the_users_recipe_has_a_folder_of_its_own() -> None:
    assert folder_of(Path("runs")) == Path("runs/claims")
    assert folder_of(Path("runs"), "my/net.yaml") == Path("runs/claims/net")
