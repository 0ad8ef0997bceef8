from __future__ import annotations

from pathlib import Path

import pytest

from tests.claims.made import claim_of, kept_of
from trainlab.claims.compared import Compare
from trainlab.claims.keeping import definition, folder_of, read, read_all, write
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


def test_words_may_change_but_not_what_is_measured() -> None:
    claim = claim_of()
    assert definition(claim) == definition(claim_of(statement="Other words."))
    assert definition(claim) != definition(claim_of(pairs=99))
    assert definition(claim) != definition(claim_of(recipe={}))
    compared = [claim_of(measure=Compare(arms={"a": [word]})) for word in ("seed=1", "seed=2")]
    assert definition(compared[0]) != definition(compared[1])


def test_a_damaged_result_is_told(tmp_path: Path) -> None:
    (tmp_path / "C13.json").write_text("{}")
    with pytest.raises(RunError, match="damaged"):
        read(tmp_path, "C13")


def test_the_users_recipe_has_a_folder_of_its_own() -> None:
    assert folder_of(Path("runs")) == Path("runs/claims")
    assert folder_of(Path("runs"), "my/net.yaml") == Path("runs/claims/net")
