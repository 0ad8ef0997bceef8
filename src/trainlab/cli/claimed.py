"""Claims and what came of them, for people and as documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trainlab.claims.claim import Claim
from trainlab.claims.keeping import Kept
from trainlab.claims.table import CLAIMS
from trainlab.claims.verdict import Finding
from trainlab.cli.outcome import plain_table
from trainlab.report import claim_wording as wording

__all__ = ["claims_table", "document", "one", "results_table"]

OLD = "*"
"""Beside a verdict on what an earlier version of the claim measured."""
EFFECT = 28
"""Columns that an effect may have, so that the sentences keep theirs."""


def claims_table(found: Mapping[str, Kept]) -> Table:
    """Draw every claim with its sentence, and what its last run came to."""
    table = _table("claim")
    for name, claim in CLAIMS.items():
        cells = _cells(found[name]) if name in found else ("", "", "", "")
        table.add_row(Text(name, style="accent"), claim.statement, *cells)
    return table


def results_table(done: Sequence[Kept]) -> Table:
    """Draw what came of claims, a line each."""
    table = _table()
    for kept in done:
        table.add_row(Text(kept.name, style="accent"), *_cells(kept))
    return table


def _table(*more: str) -> Table:
    table = plain_table()
    table.add_column("")
    for name in more:
        table.add_column(name, overflow="fold", ratio=1)
    table.add_column("verdict", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("effect (95 % CI)", max_width=EFFECT if more else None)
    table.add_column("time", no_wrap=True)
    return table


def _cells(kept: Kept) -> tuple[RenderableType, ...]:
    verdict = kept.verdict
    hardest = verdict.hardest
    answer = Text(verdict.answer, style=wording.STATE[verdict.answer])
    answer.append("" if kept.current else OLD, style="dim")
    return answer, str(hardest.pairs), wording.amount(hardest), wording.cost(kept)


def one(name: str, kept: Kept | None) -> list[RenderableType]:
    """Tell one claim: the sentence, what was expected, and what came of it."""
    claim = CLAIMS[name]
    facts = plain_table()
    facts.show_header = False
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for what, told in _facts(claim, kept):
        facts.add_row(what, told)
    head = Text.assemble((name, "accent"), "  ", (claim.statement, "head"))
    if kept is None:
        return [head, Padding(facts, (0, 0, 1, 2))]
    answer = Text(kept.verdict.answer.upper(), style=wording.STATE[kept.verdict.answer])
    body = Group(answer, Text(), _findings(kept), Text(), facts)
    return [head, Padding(body, (0, 0, 1, 2))]


def _findings(kept: Kept) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True)
    for name in ("expected", "found (95 % CI)", "by"):
        table.add_column(name, overflow="fold")
    for finding in kept.verdict.findings:
        table.add_row(
            Text(finding.answer, style=wording.STATE[finding.answer]),
            f"{finding.expect.says}:\n{wording.expected(finding.expect)}",
            wording.amount(finding),
            "; ".join(filter(None, [wording.how(finding), wording.outlook(finding)])),
        )
    return table


def _facts(claim: Claim, kept: Kept | None) -> Iterator[tuple[str, str]]:
    yield "source", claim.source
    yield "data", wording.data(claim, kept)
    yield "measured", f"{claim.quantity}; {claim.pairs} pairs"
    for each in claim.expects if kept is None else ():
        yield "expected", f"{each.says}: {wording.expected(each)}"
    yield "rule", "; ".join(wording.rule(claim))
    yield "holds when", claim.holds_when
    if kept is not None:
        for note in dict.fromkeys(kept.found.notes):
            yield "note", note
        yield from wording.setting(kept)


def document(name: str, kept: Kept | None) -> dict[str, Any]:
    """Give a claim and what came of it as --json prints them."""
    claim = CLAIMS[name]
    said: dict[str, Any] = {
        "claim": name,
        "statement": claim.statement,
        "source": claim.source,
        "data": claim.data,
        "measured": claim.quantity,
        "expected": [wording.expected(each) for each in claim.expects],
        "holds_when": claim.holds_when,
        "verdict": None,
    }
    if kept is None:
        return said
    return said | {
        "verdict": kept.verdict.answer,
        "findings": [_finding(finding) for finding in kept.verdict.findings],
        "seeds": list(kept.seeds),
        "seconds": kept.seconds,
        "machine": kept.machine,
        "created": kept.created,
        "current": kept.current,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "expected": finding.expect.says,
        "answer": finding.answer,
        "pairs": finding.pairs,
        "mean": finding.mean,
        "low": finding.low,
        "high": finding.high,
        "p": finding.p,
        "test": finding.test,
        "d_z": finding.d_z,
        "pairs_for_80_percent_power": finding.enough,
        "more_pairs": finding.more,
    }
