from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.conftest import Said
from trainlab.store import Run, jsontext

Say = Callable[..., Said]


def test_a_line_a_run(say: Say, a_run: Run) -> None:
    said = say("runs", "--runs", a_run.path.parent)
    head, line = said.out.splitlines()
    assert head.split()[:2] == ["run", "status"]
    assert line.startswith(f"{a_run.id}  finished")
    assert line.endswith("     8  test/accuracy 0.9000 \u00b1 0.0000")
    assert "1 run in" in said.err


def test_names_are_whole_on_a_narrow_terminal(
    say: Say, a_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = say("runs", "--runs", a_run.path.parent)
    assert a_run.id in said.out
    assert "0.9000 \u00b1 0.0000" in said.out


def test_a_folder_without_runs_is_no_fault(say: Say, tmp_path: Path) -> None:
    said = say("runs", "--runs", tmp_path)
    assert (said.code, said.out) == (0, "")
    assert "there are no runs in" in said.err
    assert say("runs", "--runs", tmp_path, "--json").document == []


def test_comparisons_are_listed_with_what_they_came_to(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    sentence = "adam is better than sgd by 1.3 points"
    for name, ended in (("compare-digits-1", True), ("compare-digits-2", False)):
        folder = tmp_path / name
        folder.mkdir()
        asked = {"created": f"2026-11-2{name[-1]}T10:00:00+00:00", "arms": [{"name": "adam"}] * 7}
        (folder / "compare.json").write_text(json.dumps(asked))
        if ended:
            (folder / "comparison.json").write_text(json.dumps({"sentence": sentence}))
    (tmp_path / "compare-broken").mkdir()
    (tmp_path / "compare-broken" / "compare.json").write_text("{")
    said = say("runs", "--runs", tmp_path)
    head, first, told, second, unfinished = said.out.splitlines()[:5]
    assert head.split()[:2] == ["comparison", "when"]
    assert first.startswith(
        "compare-digits-1  2026-11-21 10:00  adam, adam, adam, adam, adam, adam"
    )
    assert first.endswith("and 1 more")
    assert told.strip() == sentence
    assert second.startswith("compare-digits-2")
    assert "unfinished: trainlab compare --resume" in unfinished
    assert "2 comparisons in" in said.err
    documents = say("runs", "--runs", tmp_path, "--json").document
    assert [each["status"] for each in documents] == ["finished", "unfinished"]
    assert documents[0]["sentence"] == sentence


def test_a_damaged_run_is_named_and_hides_no_other(say: Say, a_run: Run) -> None:
    other = a_run.path.parent / "damaged"
    copytree(a_run.path, other)
    (other / "members.json").write_text("[]")
    said = say("runs", "--runs", a_run.path.parent)
    assert said.code == 0
    assert a_run.id in said.out and "damaged" not in said.out
    assert "cannot be read: damaged: members.json does not name the run's members" in said.err
    assert "1 run in" in said.err


def test_a_summary_is_read_once(say: Say, a_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    read, loads = [], jsontext.loads
    monkeypatch.setattr(jsontext, "loads", lambda text: read.append(text) or loads(text))
    say("runs", "--runs", a_run.path.parent)
    assert sum("member_steps_per_second" in text for text in read) == 1
