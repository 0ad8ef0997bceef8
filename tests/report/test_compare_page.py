from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.comparisons import made
from trainlab.comparison.design import Design
from trainlab.comparison.result import Comparison
from trainlab.comparison.statistics.judgement import judge
from trainlab.comparison.statistics.verdict import POINTS
from trainlab.lab.comparing import Kept
from trainlab.report import write as write_any
from trainlab.report.compare_page import page, write


def figures(text: str) -> list[dict[str, object]]:
    """Give the figures of a page."""
    found = re.findall(r'<script type="application/json">(.*?)</script>', text)
    return [json.loads(each) for each in found]


def titles(text: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", text)


def test_the_page_is_whole_and_asks_no_other_host() -> None:
    found = made()
    text = page(found)
    assert found.sentence.replace("<", "&lt;") in text
    assert "paired by seed: &lt;all&gt;" in text
    assert "low: optimizer.lr: the range was widened" in text
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", text)
    assert titles(text) == [
        "Paired differences",
        "On the way",
        "Sensitivity to what was tuned",
        "Steps and time to a target",
        "How it was done",
    ]
    # to the best, to the baseline, two curves, the rate, the way
    assert len(figures(text)) == 6


def test_the_target_is_what_half_of_the_weaker_arm_reaches() -> None:
    text = page(made(low=0.7, high=0.9))
    (title,) = re.findall(r"Until val/accuracy &gt;= (0\.\d+)", text)
    assert 0.69 < float(title) < 0.71
    reached = re.findall(r"(\d) of 6</td>", text)
    assert reached[0] == "6"
    assert int(reached[1]) >= 3


def test_a_hopeless_arm_does_not_set_the_target() -> None:
    text = page(made(low=0.2, mid=0.8, high=0.9))
    (title,) = re.findall(r"Until val/accuracy &gt;= (0\.\d+)", text)
    assert 0.79 < float(title) < 0.81
    assert re.findall(r"(\d) of 6</td>", text)[-1] == "0"


@pytest.mark.parametrize("lost", [2, 6])
def test_arms_that_lost_runs_are_drawn(lost: int) -> None:
    text = page(made(lost=lost))
    assert f"{lost} of 6 diverged" in text
    assert figures(text)


def test_eight_arms_and_an_untuned_pair() -> None:
    eight = page(made(**{f"arm {i}": 0.5 + i / 100 for i in range(8)}))
    assert "Which of 8 is best?" in eight
    assert "p: Holm over all 28 pairs of arms" in eight
    plain = page(replace(made(), tuned=()))
    assert "Sensitivity to what was tuned" not in titles(plain)


def test_a_margin_is_shaded_and_has_its_p() -> None:
    found = made(low=0.9, high=0.901)
    terms = Design(margin=5.0).terms()
    judged = judge(
        [found.scores("low"), found.scores("high")], ["low", "high"], scale=POINTS, terms=terms
    )
    text = page(replace(found, judgement=judged, design=Design(margin=5.0)))
    assert "p within 5" in text
    assert "&lt;0.001" in text
    assert "Shaded: differences that do not matter" in text
    first = figures(text)[0]["data"][0]  # type: ignore[index]
    assert first["x"] == [-5, 5, 5, -5]
    assert "Shaded" not in page(made())


def test_it_is_written_into_the_folder_or_to_a_file(tmp_path: Path) -> None:
    found: Comparison = made()
    assert write(tmp_path, found) == tmp_path / "report.html"
    kept = Kept(tmp_path, found)
    assert write_any(kept, tmp_path / "other.html").read_text() == page(found)
    assert write_any(kept) == tmp_path / "report.html"
