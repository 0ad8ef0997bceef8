from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.report.comparisons import made
from trainlab.cli.compared import answer
from trainlab.cli.terminal import THEME, Terminal
from trainlab.comparison.result import Comparison
from trainlab.lab.comparing import Kept


def shown(found: Comparison, folder: Path, width: int) -> tuple[str, int]:
    """Give what is printed on a screen of so many columns, and the exit code."""
    file = StringIO()
    terminal = Terminal(out=Console(file=file, width=width, theme=THEME), log=Console(file=file))
    code = terminal.give(answer(Kept(folder, found), terminal))
    return file.getvalue(), code


def test_the_sentence_stands_under_the_ranking(tmp_path: Path) -> None:
    found = made()
    text, code = shown(found, tmp_path, 120)
    assert code == 0
    assert text.index("low: optimizer.lr: the range was widened") < text.index(found.sentence)
    assert text.index("lr 0.01") < text.index(found.sentence)
    assert (tmp_path / "report.html").exists()
    assert f"kept    {tmp_path}" in text


def test_nothing_told_is_a_negative_verdict(tmp_path: Path) -> None:
    text, code = shown(made(a=0.5, b=0.503), tmp_path, 120)
    assert code == 1
    assert "more    fresh seeds, seed=6 --seeds " in text


@pytest.mark.parametrize(("width", "there"), [(120, True), (90, False)])
def test_a_narrow_screen_leaves_out_what_the_page_tells(
    width: int, there: bool, tmp_path: Path
) -> None:
    text, _ = shown(made(), tmp_path, width)
    head = next(line for line in text.splitlines() if "P(best)" in line)
    assert ("effect" in head) is there
    assert ("time" in head) is there
    assert "p" in head.split()


def test_a_long_name_is_not_the_head_of_a_column(tmp_path: Path) -> None:
    text, _ = shown(
        made(None, **{"network of mine, wide": 0.9, "network of mine": 0.5}), tmp_path, 80
    )
    assert "to the best" in text
    assert "100%" in text


def test_more_than_two_arms_are_told_against_the_baseline(tmp_path: Path) -> None:
    text, _ = shown(made("low", low=0.5, mid=0.6, high=0.7), tmp_path, 200)
    assert "mid is better than low by" in text
    assert "high is better than low by" in text
    assert text.count("to low") == 1
