"""The claims in the documents are those of the table, in its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import claims
from scripts.claims import PAGE, page
from tests.claims.made import kept_of
from trainlab.claims import keeping
from trainlab.claims.keeping import folder_of, read_all
from trainlab.claims.table import CLAIMS


def test_the_page_has_every_claim_in_its_own_words() -> None:
    heads = dict(re.findall(r"^## (C\d\d): (.*)$", PAGE.read_text(encoding="utf-8"), re.M))
    assert heads == {name: claim.statement for name, claim in CLAIMS.items()}, "make claims"


def test_no_line_of_prose_is_longer_than_the_source_allows() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if len(line) > 100 and line[0] not in "|#"], "make claims"


def test_what_was_run_is_shown_with_its_figure_and_what_was_not_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.write(folder_of(tmp_path), kept_of("C13", CLAIMS["C13"]))
    for name, place in (("PAGE", "claims.md"), ("PICTURES", "images/claims")):
        monkeypatch.setattr(claims, name, tmp_path / place)
    stale = tmp_path / "images" / "claims" / "C14.svg"
    stale.parent.mkdir(parents=True)
    stale.touch()
    claims.write(tmp_path)
    text = (tmp_path / "claims.md").read_text()
    assert re.findall(r"\]\((images\S+)\)", text) == ["images/claims/C13.svg"]
    assert (stale.parent / "C13.svg").stat().st_size < 40_000
    assert not stale.exists()
    assert text.count("*It holds*: ") == len(CLAIMS)


def test_without_results_it_says_so(tmp_path: Path) -> None:
    text = page(read_all(tmp_path))
    assert text.count("| not run |") == len(CLAIMS)
    assert text.isascii()
