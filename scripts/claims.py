"""Write docs/claims.md, all verdicts and figures, from what RUNS/claims keeps: make claims."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from trainlab.claims.claim import Claim, Lines
from trainlab.claims.keeping import Kept, folder_of, read_all
from trainlab.claims.table import CLAIMS
from trainlab.report import claim_wording as wording
from trainlab.report.claim_page import picture

__all__ = ["PAGE", "page", "write"]

PAGE = Path(__file__).parents[1] / "docs" / "claims.md"
PICTURES = PAGE.parent / "images" / "claims"
LEAD = """# The claims

What courses say of training neural networks, each statement with an experiment that tests it. The
verdicts are computed from the data, by a rule that was fixed before anything was measured:

- **supported**: the 95 % interval of every expected quantity lies inside what was expected;
- **refuted**: some interval lies wholly outside, at 95 % corrected for their number (Bonferroni);
- **inconclusive**: neither.

A verdict is one under the conditions that stand beside it, on small networks and data; *it holds*
says where the statement can be expected to hold beyond them, and where not. Every n is a number of
pairs: what is compared shares seed, split, initial weights and batches, as far as *measured* and
the notes say. An interval speaks of other seeds on the same data and split; of other splits only
where a note says that each pair has its own. Lines are means over the pairs with their 95 % band,
thin lines between dots join what is a pair.

    trainlab claims run C07      one of them on your machine
    trainlab claims show C07     what came of it, and its page with the figure
    trainlab claims run --all    all of them

{count}

This page is written from the results of a full run by `make claims`; a test says when a claim is
missing or reads otherwise.
"""
WIDTH = 100


def page(found: Mapping[str, Kept]) -> str:
    """Give the whole page."""
    parts = [LEAD.format(count=_count(found)), *_machines(found), *_list(found)]
    for name, claim in CLAIMS.items():
        parts += _section(name, claim, found.get(name))
    return "\n".join(parts).rstrip() + "\n"


def _count(found: Mapping[str, Kept]) -> str:
    answers = Counter(kept.verdict.answer for kept in found.values())
    told = ", ".join(f"{answers[answer]} {answer}" for answer in wording.STATE)
    seconds = sum(kept.seconds for kept in found.values())
    return f"Of {len(CLAIMS)} claims {len(found)} were run, in {seconds / 60:.0f} minutes: {told}."


def _machines(found: Mapping[str, Kept]) -> Iterator[str]:
    """Say by what commands and where they were run."""
    for line in dict.fromkeys(f"`{kept.command}` on {kept.machine}" for kept in found.values()):
        yield _point(line)
    yield ""


def _list(found: Mapping[str, Kept]) -> Iterator[str]:
    yield "| claim | says | verdict | n | what decides (95 % interval) | time |"
    yield "|---|---|---|---|---|---|"
    for name, claim in CLAIMS.items():
        cells = ["not run", "", "", ""]
        if name in found:
            kept = found[name]
            first = kept.verdict.hardest
            effect = f"{_cell(first.expect.says)}<br>{_cell(wording.amount(first))}"
            cells = [f"**{kept.verdict.answer}**", str(first.pairs), effect, wording.cost(kept)]
        yield f"| [{name}](#{name.lower()}) | {_cell(claim.statement)} | {' | '.join(cells)} |"
    yield ""


def _section(name: str, claim: Claim, kept: Kept | None) -> Iterator[str]:
    yield f'<a id="{name.lower()}"></a>\n'
    yield f"## {name}: {claim.statement}\n"
    if kept is not None:
        yield f"**{kept.verdict.answer.capitalize()}** under these conditions.\n"
    yield _fill(f"*It holds*: {claim.holds_when}") + "\n"
    if kept is not None:
        yield f"![{_caption(claim)}](images/claims/{name}.svg)\n"
        yield "| expected | limits | found (95 % interval) | by | answer |"
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
    facts = [
        ("source", claim.source),
        ("data", claim.data),
        ("measured", claim.quantity),
    ]
    if kept is not None:
        facts += [("note", note) for note in dict.fromkeys(kept.found.notes)]
        facts += [each for each in wording.setting(kept) if each[0] == "seeds"]
        facts += [
            ("run", f"`trainlab claims run {name}`, {kept.created[:10]}, {wording.cost(kept)}")
        ]
    for what, told in facts:
        yield _point(f"**{what}**: {told}")
    yield ""


def _caption(claim: Claim) -> str:
    """Say what the figure shows, for who cannot see it."""
    if isinstance(claim.figure, Lines):
        return f"{claim.figure.y}, over {claim.figure.x}"
    return f"{claim.figure.x}, by arm"


def _point(told: str) -> str:
    return _fill(f"- {told}", indent="  ")


def _fill(told: str, indent: str = "") -> str:
    """Break lines between words."""
    return textwrap.fill(
        told, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


def _cell(told: str) -> str:
    return told.replace("|", r"\|")


def write(runs: Path) -> None:
    """Write the page and the pictures that it shows; what is not run has none."""
    found = read_all(folder_of(runs))
    PAGE.write_text(page(found), encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.svg"):
        old.unlink()
    for name, kept in found.items():
        (PICTURES / f"{name}.svg").write_text(picture(kept), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "runs"))
