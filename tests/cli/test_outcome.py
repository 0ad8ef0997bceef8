from __future__ import annotations

import json

import pytest
from rich.console import Console

from trainlab.cli.glyphs import ASCII
from trainlab.cli.outcome import document, headline, kept, members, scores, seeds_of, title
from trainlab.cli.terminal import THEME
from trainlab.store import Run, interval


def printed(part: object, width: int = 120) -> str:
    console = Console(width=width, theme=THEME, color_system=None)
    with console.capture() as captured:
        console.print(part)
    return captured.get()


def test_the_mean_and_its_interval_are_over_the_members_that_count(a_run: Run) -> None:
    of = interval([0.2 + member / 100 for member in range(8) if member != 6])
    assert f"{of.mean:.3f} +- {of.half:.3f}" in printed(scores(a_run, ASCII))
    assert a_run.score("test/loss").n == 7


def test_test_stands_before_val(a_run: Run) -> None:
    lines = printed(scores(a_run, ASCII)).split("\n")[2:6]
    assert [line.split()[0] for line in lines] == [
        "test/accuracy",
        "test/loss",
        "val/accuracy",
        "val/loss",
    ]


def test_every_member_has_a_line_and_a_lost_one_its_reason(a_run: Run) -> None:
    text = printed(members(a_run))
    assert [line.split()[1] for line in text.splitlines()[2:10]] == list("01234567")
    assert "member 6 diverged: the gradient of hidden.1.weight" in text


def test_the_title_says_cost_and_place(a_run: Run) -> None:
    text = printed(title(a_run, ASCII))
    for part in ("finished", "8 seeds (0 to 7)", "4.0 s", "member-steps/s", "cpu", "1 thread"):
        assert part in text


def test_a_run_in_a_word(a_run: Run) -> None:
    assert headline(a_run) == "test/accuracy 0.9000 +- 0.0000"
    assert seeds_of(a_run) == "8 seeds (0 to 7)"
    assert next(iter(kept(a_run))) == f"run     {a_run.path}"
    assert json.dumps(document(a_run))


def test_an_unfinished_run_says_how_to_go_on(a_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "status", "interrupted")
    assert list(kept(a_run))[-1] == f"resume  trainlab train --resume {a_run.path}"
