from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said
from trainlab.store import Run

Say = Callable[..., Said]


def test_a_run_with_its_scores_curves_and_the_member_that_diverged(say: Say, a_run: Run) -> None:
    said = say("show", "latest", "--runs", a_run.path.parent)
    assert said.code == 0
    for part in (
        "digits-mlp  finished",
        "8 seeds (0 to 7)",
        "test/accuracy  0.9000",
        "0.231 \u00b1 0.022    0.2000   0.2700  7",  # the mean of seven: one diverged
        "val/loss 0.",
        "member 6 diverged: the gradient of hidden.1.weight",
    ):
        assert part in said.out
    assert f"run     {a_run.path}" in said.err


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_it_fits_the_terminal(
    say: Say, a_run: Run, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(len, say("show", a_run.path).out.splitlines())) <= columns


def test_the_recipe_alone(say: Say, a_run: Run) -> None:
    assert say("show", a_run.path, "--recipe").out == "seeds: 8\n"


def test_the_document_has_every_member(say: Say, a_run: Run) -> None:
    document = say("show", a_run.path, "--json").document
    assert [member["why"] for member in document["members"]].count("diverged") == 1
    assert document["path"] == str(a_run.path)


def test_the_start_of_a_name_is_enough(say: Say, a_run: Run) -> None:
    assert say("show", "digits", "--runs", a_run.path.parent).code == 0


def test_an_unknown_run_is_answered_with_those_there_are(say: Say, a_run: Run) -> None:
    said = say("show", "digitz-mlp", "--runs", a_run.path.parent)
    assert (said.code, said.out) == (2, "")
    assert "there is no run 'digitz-mlp'" in said.err
    assert a_run.id in said.err


def test_a_run_of_a_newer_version_is_refused(say: Say, a_run: Run) -> None:
    facts = a_run.path / "run.json"
    facts.write_text(facts.read_text().replace('"format": 1', '"format": 99'))
    said = say("show", a_run.path)
    assert said.code == 2
    assert "format 99" in said.err


def test_no_runs_at_all(say: Say, tmp_path: Path) -> None:
    said = say("show", "latest", "--runs", tmp_path)
    assert said.code == 2
    assert "next     train one: trainlab train digits-mlp" in said.err
