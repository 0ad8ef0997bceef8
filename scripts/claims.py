"""Write docs/claims.md, the page of all verdicts, from what RUNS/claims keeps: make claims."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from trainlab.claims.claim import Claim
from trainlab.claims.keeping import Kept, folder_of, read_all
from trainlab.claims.table import CLAIMS
from trainlab.report import claim_wording as wording

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "claims.md"
LEAD = """# The claims

What courses say of training neural networks, each statement with an experiment that tests it. The
verdicts are computed of the data by a rule that was fixed before: {rule}. A claim that is refuted
here is refuted under these conditions; its last line says where it would hold.

One of them on your machine: `trainlab claims run C07`, its page with the figure:
`trainlab claims show C07`, all of them: `trainlab claims run --all`.

{count}

This page is written from the results of a full run by `make claims`; a test says when a claim is
missing or reads otherwise.
"""
RULE = (
    "supported where every 95 % interval lies inside what was expected, refuted where some "
    "interval (95 %, corrected for their number) lies wholly outside, else inconclusive"
)


def page(found: Mapping[str, Kept]) -> str:
    """Give the whole page."""
    parts = [LEAD.format(rule=RULE, count=_count(found)), *_machines(found), *_list(found)]
    for name, claim in CLAIMS.items():
        parts += _section(name, claim, found.get(name))
    return "\n".join(parts).rstrip() + "\n"


def _count(found: Mapping[str, Kept]) -> str:
    answers = Counter(kept.verdict.answer for kept in found.values())
    told = ", ".join(f"{count} {answer}" for answer, count in sorted(answers.items()))
    seconds = sum(kept.seconds for kept in found.values())
    return f"Of {len(CLAIMS)} claims {len(found)} were run, in {seconds / 60:.0f} minutes: {told}."


def _machines(found: Mapping[str, Kept]) -> Iterator[str]:
    """Say by what commands and where they were run."""
    for line in dict.fromkeys(f"`{kept.command}` on {kept.machine}" for kept in found.values()):
        yield f"- {line}"
    yield ""


def _list(found: Mapping[str, Kept]) -> Iterator[str]:
    yield "| claim | says | verdict | n | effect (95 % interval) | time |"
    yield "|---|---|---|---|---|---|"
    for name, claim in CLAIMS.items():
        cells = ["not run", "", "", ""]
        if name in found:
            kept = found[name]
            first = kept.verdict.hardest
            told = (str(first.pairs), _cell(wording.amount(first)), wording.cost(kept))
            cells = [f"**{kept.verdict.answer}**", *told]
        yield f"| [{name}](#{name.lower()}) | {_cell(claim.statement)} | {' | '.join(cells)} |"
    yield ""


def _section(name: str, claim: Claim, kept: Kept | None) -> Iterator[str]:
    yield f'<a id="{name.lower()}"></a>\n'
    yield f"## {name}: {claim.statement}\n"
    if kept is not None:
        yield f"**{kept.verdict.answer.capitalize()}.**\n"
        yield "| expected | limits | found (95 % interval) | by | |"
        yield "|---|---|---|---|---|"
        for finding in kept.verdict.findings:
            cells = (
                finding.expect.says,
                wording.expected(finding.expect),
                wording.amount(finding),
                "; ".join(filter(None, [wording.how(finding), wording.outlook(finding)])),
                finding.answer,
            )
            yield f"| {' | '.join(map(_cell, cells))} |"
        yield ""
    yield f"- **source**: {claim.source}"
    yield f"- **data**: {claim.data}"
    yield f"- **measured**: {claim.quantity}"
    yield f"- **holds when**: {claim.holds_when}"
    for note in () if kept is None else kept.found.notes:
        yield f"- **note**: {note}"
    if kept is not None:
        yield f"- **run**: `{kept.command}`, {kept.created[:10]}, {wording.cost(kept)}"
    yield ""


def _cell(told: str) -> str:
    return told.replace("|", r"\|")


if __name__ == "__main__":
    runs = Path(sys.argv[1] if len(sys.argv) > 1 else "runs")
    PAGE.write_text(page(read_all(folder_of(runs))), encoding="utf-8")
