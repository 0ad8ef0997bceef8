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


def test_without_results_it_says_so(tmp_path: Path) -> None:
    text = page(read_all(tmp_path))
    assert text.count("| not run |") == len(CLAIMS)
    assert text.isascii()
