from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.claims.made import claim_of, kept_of
from trainlab.claims import keeping
from trainlab.claims.claim import Lines
from trainlab.claims.keeping import Kept
from trainlab.claims.table import CLAIMS
from trainlab.report.claim_page import page, picture, write
from trainlab.tables import Table


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    claim = claim_of(statement="a <b> is less than b.")
    monkeypatch.setattr(keeping, "CLAIMS", Table("claim", {"C99": claim}))
    return kept_of("C99", claim)


def test_the_page_says_the_verdict_the_evidence_and_how_it_was_done(kept: Kept) -> None:
    text = page(kept)
    for part in (
        "Supported",
        "a is less",
        "nobody",
        "a machine",
        "constructed: numbers",
        "Always.",
    ):
        assert part.lower() in text.lower()
    assert "a <b> is" not in text
    assert "http://" not in text.partition("<script>")[0]


def test_there_is_a_figure_and_one_for_each_expectation(kept: Kept) -> None:
    drawn = re.findall(r'<script type="application/json">(.*?)</script>', page(kept), re.S)
    assert len(drawn) == 1 + len(kept.claim.expects)
    for figure in drawn:
        axes = json.loads(figure)["layout"]
        assert axes["xaxis"]["title"]["text"]


def test_it_is_written_beside_the_result(kept: Kept, tmp_path: Path) -> None:
    assert write(tmp_path, kept).name == "C99.html"
    assert (tmp_path / "C99.svg").read_text() == picture(kept)


def test_on_the_users_recipe_a_loss_has_no_unit_of_the_claims_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claim = claim_of(figure=Lines(x="updates", y="validation loss, nats"))
    monkeypatch.setattr(keeping, "CLAIMS", Table("claim", {"C99": claim}))
    own = kept_of("C99", claim)
    assert "validation loss, nats" in picture(own)
    theirs = picture(replace(own, recipe="wine-mlp"))
    assert "validation loss" in theirs and "nats" not in theirs


def test_every_claim_names_what_its_axes_show() -> None:
    for claim in CLAIMS.values():
        assert claim.figure.x
        assert getattr(claim.figure, "y", "arms")
