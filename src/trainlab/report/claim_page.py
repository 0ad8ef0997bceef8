"""A claim as a page: the sentence, the verdict, the figure, and the experiment behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

from trainlab.claims.claim import Claim, Lines
from trainlab.claims.keeping import Kept
from trainlab.claims.verdict import Finding, Verdict
from trainlab.report import claim_wording as wording
from trainlab.report.claim_figures import claim_figure, evidence_figure
from trainlab.report.figures import Figure
from trainlab.report.sheet import drawing, plot, sheet
from trainlab.report.slide import slide
from trainlab.store import atomic

__all__ = ["page", "picture", "write"]

STYLE = """
.panel { margin-top: 14px; } .pair { margin-top: 14px; } .pair .panel { margin-top: 0; }
.verdict { padding: 20px 24px; margin-top: 18px; border-left: 7px solid var(--third); }
.verdict.refuted { border-left-color: var(--bad); }
.verdict.inconclusive { border-left-color: var(--fifth); }
.verdict b { font-size: 23px; letter-spacing: -.015em; text-transform: capitalize; }
.verdict p + p { margin-top: 8px; } td:first-child { font-weight: 600; white-space: normal; }
td { white-space: normal; }
"""
EVIDENCE = "Green: what was expected. The diamond is the mean over the pairs, its bar 95 %."


def write(folder: Path, kept: Kept) -> Path:
    """Write a claim's page beside its result, and its figure for a slide; give the page's place."""
    path = folder / f"{kept.name}.html"
    atomic.write_text(path, page(kept))
    atomic.write_text(path.with_suffix(".svg"), picture(kept))
    return path


def picture(kept: Kept) -> str:
    """Draw the claim's figure as SVG."""
    return slide(_figure(kept), kept.claim.statement)


def _figure(kept: Kept) -> Figure:
    """Draw what the claim asks for; on the user's recipe a loss may have another unit."""
    claim = kept.claim
    if kept.recipe and isinstance(claim.figure, Lines) and "loss" in claim.figure.y:
        claim = replace(claim, figure=replace(claim.figure, y=claim.figure.y.partition(",")[0]))
    return claim_figure(claim, kept.found)


def page(kept: Kept) -> str:
    """Draw a claim that was run."""
    claim, verdict = kept.claim, kept.verdict
    parts = [
        _head(claim, verdict),
        _panel("", claim.quantity, plot(_figure(kept))),
        Markup("<h2>The evidence</h2>"),
        Markup('<p class="quiet">{}</p>').format(EVIDENCE),
        *_evidence(verdict),
        Markup("<h2>How it was done</h2>"),
        _facts(kept),
        drawing(),
    ]
    return sheet(f"{kept.name}: {claim.statement}", claim.source, Markup("\n").join(parts), STYLE)


def _head(claim: Claim, verdict: Verdict) -> Markup:
    rows = Markup("").join(
        Markup("<p>{}: {}</p>").format(finding.expect.says, wording.amount(finding))
        for finding in verdict.findings
    )
    told = Markup(
        '<section class="card verdict {}"><p><b>{}</b></p>{}<p class="quiet">Holds when: {}</p>'
        "</section>"
    )
    return told.format(verdict.answer, verdict.answer, rows, claim.holds_when)


def _evidence(verdict: Verdict) -> Iterator[Markup]:
    for finding in verdict.findings:
        title = f"{finding.expect.says}: {finding.answer}"
        yield _panel(title, _told(finding), plot(evidence_figure(finding)))


def _told(finding: Finding) -> str:
    parts = [wording.amount(finding), wording.how(finding), wording.outlook(finding)]
    return "; ".join(filter(None, parts))


def _facts(kept: Kept) -> Markup:
    claim = kept.claim
    facts = [
        ("data", wording.data(claim, kept)),
        ("measured", claim.quantity),
        *(("expected", f"{each.says}: {wording.expected(each)}") for each in claim.expects),
        *(("rule", line) for line in wording.rule(claim)),
        *(("note", note) for note in kept.found.notes),
        *wording.setting(kept),
        ("command", kept.command),
    ]
    row = Markup("<tr><td>{}</td><td>{}</td></tr>")
    rows = Markup("").join(row.format(*fact) for fact in facts)
    return Markup('<section class="card facts"><table>{}</table></section>').format(rows)


def _panel(title: str, caption: str, drawn: Markup) -> Markup:
    head = Markup("<h3>{}</h3>").format(title) if title else Markup("")
    panel = Markup('<section class="card panel">{}<p class="quiet">{}</p>{}</section>')
    return panel.format(head, caption, drawn)
