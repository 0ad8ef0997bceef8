"""What a sitting does around a training; trainings themselves are in commands/test_train.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainlab.cli.sitting import answer, train
from trainlab.cli.terminal import Terminal
from trainlab.engine.record import Event
from trainlab.errors import Interrupted
from trainlab.store import Run


def test_the_second_interruption_stops_at_once_and_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once(recipe: str, **options: object) -> Run:
        raise KeyboardInterrupt

    monkeypatch.setattr("trainlab.lab.train", at_once)
    with pytest.raises(Interrupted, match=f"trainlab runs --runs {tmp_path}"):
        train(Terminal(runs=tmp_path), "wine-mlp", [])


def test_the_display_sees_every_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(self: object, event: Event) -> None:
        seen.append(type(event).__name__)

    monkeypatch.setattr("trainlab.cli.lines.Lines.watch", note)
    run = train(Terminal(runs=tmp_path), "wine-mlp", ["train.length=2ep"])
    assert (seen[0], seen[-1]) == ("Started", "Finished")
    assert seen.count("Evaluated") == 2
    assert (run.path / "report.html").exists()


def test_members_are_shown_when_one_diverged_or_when_asked(a_run: Run) -> None:
    assert len(answer(a_run, Terminal(), verbose=False).shown) == 3
    found = answer(a_run, Terminal(), verbose=True)
    assert found.code == 0
    assert found.document["report"] == str(a_run.path / "report.html")
