"""The claims in the documents are those of the table, in its words."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.claims import PAGE, page
from trainlab.claims.keeping import read_all
from trainlab.claims.table import CLAIMS


def test_the_page_has_every_claim_in_its_own_words() -> None:
    heads = dict(re.findall(r"^## (C\d\d): (.*)$", PAGE.read_text(encoding="utf-8"), re.M))
    assert heads == {name: claim.statement for name, claim in CLAIMS.items()}, "make claims"


def test_no_line_of_prose_is_longer_than_the_source_allows() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if len(line) > 100 and line[0] not in "|#"], "make claims"


def test_without_results_it_says_so(tmp_path: Path) -> None:
    text = page(read_all(tmp_path))
    assert text.count("| not run |") == len(CLAIMS)
    assert text.isascii()
