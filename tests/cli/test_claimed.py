from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from tests.claims.made import claim_of, kept_of
from trainlab.claims import keeping
from trainlab.claims.keeping import Kept
from trainlab.cli import claimed
from trainlab.cli.claimed import claims_table, document, one, results_table
from trainlab.cli.terminal import THEME
from trainlab.tables import Table


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    table = Table("claim", {"C98": claim_of(statement="Not run."), "C99": claim_of()})
    for module in (keeping, claimed):
        monkeypatch.setattr(module, "CLAIMS", table)
    return replace(kept_of("C99", table["C99"]), seeds=tuple(range(8)))


def text(*parts: object, width: int = 120) -> str:
    console = Console(file=StringIO(), width=width, theme=THEME)
    for part in parts:
        console.print(part)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_verdict_has_n_effect_interval_test_power_seeds_and_cost(kept: Kept) -> None:
    shown = text(*one("C99", kept), width=200)
    for part in (
        "SUPPORTED",
        "n = 8, paired t, p ",
        "-4.5 points (",
        "80 % power with ",
        "0 to 7",
    ):
        assert part in shown
    assert "1.5 s on a machine" in shown
    assert "a - b below 0 points" in shown


def test_a_result_of_an_earlier_version_has_a_mark(kept: Kept) -> None:
    assert "supported*" not in text(results_table([kept]))
    assert "supported*" in text(results_table([replace(kept, definition="another")]))


def test_the_list_keeps_its_sentences_on_a_narrow_screen(kept: Kept) -> None:
    shown = text(claims_table({"C99": kept}), width=80)
    assert "C98" in shown and "Not run." in shown
    assert "a is less than b." in shown


def test_a_document_has_every_number_and_none_where_nothing_was_run(kept: Kept) -> None:
    said = document("C99", kept)
    assert said["seeds"] == list(range(8)) and said["seconds"] == 1.5
    assert said["findings"][0]["pairs_for_80_percent_power"] >= 2
    assert document("C98", None)["verdict"] is None
