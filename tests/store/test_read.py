from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.conftest import new_run, training
from trainlab.errors import RunError
from trainlab.store import Run, RunFolder, find, open_run


def three(runs: Path) -> list[Run]:
    made = []
    for name in ("wine-mlp", "digits-mlp", "digits-cnn"):
        with new_run(runs, name) as folder:
            made.append(folder.finish())
    return made


def test_runs_are_found_oldest_first_and_strangers_left_out(tmp_path: Path) -> None:
    made = three(tmp_path)
    (tmp_path / "notes").mkdir()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    assert {run.id for run in find(tmp_path)} == {run.id for run in made}
    dates = [run.created for run in find(tmp_path)]
    assert dates == sorted(dates)
    assert find(tmp_path / "nowhere") == []


def test_a_run_opens_by_folder_name_start_and_latest(tmp_path: Path) -> None:
    wine, *_ = three(tmp_path)
    for given in (wine.path, str(wine.path), wine.id, "wine"):
        assert open_run(given, tmp_path).path == wine.path
    assert open_run("latest", tmp_path).path == find(tmp_path)[-1].path


def test_a_name_that_is_not_there_is_answered_with_the_nearest(tmp_path: Path) -> None:
    wine, *_ = three(tmp_path)
    with pytest.raises(RunError, match="there is no run 'wyne-mlp'") as raised:
        open_run("wyne-mlp", tmp_path)
    assert raised.value.nearest == wine.id
    assert "latest" in raised.value.allowed


def test_a_start_of_two_names_asks_which(tmp_path: Path) -> None:
    three(tmp_path)
    with pytest.raises(RunError) as raised:
        open_run("digits", tmp_path)
    assert len(raised.value.allowed) == 3  # latest, and the two that begin like this


def test_without_any_run_the_next_step_is_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(RunError) as raised:
        open_run("latest", tmp_path)
    assert raised.value.next_step.startswith("train one")


def test_a_newer_format_says_so_and_what_to_do(folder: RunFolder) -> None:
    run = folder.finish()
    facts = json.loads((run.path / "run.json").read_text())
    (run.path / "run.json").write_text(json.dumps(facts | {"format": 2, "trainlab": "9.1"}))
    with pytest.raises(RunError, match="format 2, this trainlab reads formats up to 1") as raised:
        Run(run.path)
    assert "9.1" in raised.value.next_step


def test_what_is_not_there_is_named(folder: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run"):
        Run(tmp_path / "nowhere")
    run = folder.finish()
    with pytest.raises(RunError, match="member 7 has no weights"):
        run.state_dict(7)
    with pytest.raises(RunError, match="has not kept its preprocessing"):
        run.fitted()
    with pytest.raises(RunError, match="no score 'test/acuracy'"):
        run.score("test/acuracy")
    assert run.predictions() is None
    assert run.newest_checkpoint() is None
    (run.path / "members.json").write_text("[{")
    with pytest.raises(RunError, match=r"members\.json is damaged"):
        _ = run.members


def test_a_running_run_is_summarised_so_far(folder: RunFolder) -> None:
    for event in list(training())[:9]:
        folder.event(event)
    folder.flush()
    run = Run(folder.path)
    assert run.status == "running"
    assert [line["steps"] for line in run.summary["members"]] == [6, 6, 6]
    assert not run.is_finished()


@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("weights/member-000.safetensors", lambda run: run.state_dict(0)),
        ("data.safetensors", lambda run: run.fitted()),
        ("predictions.safetensors", lambda run: run.predictions()),
        ("seen.safetensors", lambda run: run.seen()),
    ],
)
def test_a_damaged_file_is_named(
    folder: RunFolder, file: str, read: Callable[[Run], object]
) -> None:
    for event in training():
        folder.event(event)
    run = folder.finish()
    (run.path / file).write_bytes(b"garbage")
    with pytest.raises(RunError, match="this file is damaged") as caught:
        read(run)
    assert caught.value.where == str(run.path / file)


def test_what_a_finished_run_has_lost_is_not_looked_for_by_resuming(folder: RunFolder) -> None:
    for event in training():
        folder.event(event)
    run = folder.finish()
    (run.path / "recipe.yaml").unlink()
    with pytest.raises(RunError) as caught:
        _ = run.recipe_text
    assert "--resume" not in caught.value.next_step


def test_a_summary_that_is_none_is_made_anew(folder: RunFolder) -> None:
    for event in training():
        folder.event(event)
    run = folder.finish()
    (run.path / "summary.json").write_text("{}")
    assert run.score("val/accuracy").n == 3


@pytest.mark.parametrize(
    "said", ["[]", "{}", "7", '[{"seed": 1}]', '[{"member": 0, "seed": "x", "place": 0}]']
)
def test_members_that_are_none_are_told(folder: RunFolder, said: str) -> None:
    (folder.path / "members.json").write_text(said)
    with pytest.raises(RunError, match="does not name the run's members"):
        _ = Run(folder.path).members


def test_a_summary_is_read_once_it_is_final_and_made_anew_until_then(folder: RunFolder) -> None:
    running, events = Run(folder.path), list(training())
    for event in events[:10]:
        folder.event(event)
    before = running.summary["members"][0]["steps"]
    for event in events[10:]:
        folder.event(event)
    assert running.status == "running" and before != running.summary["members"][0]["steps"]
    done = folder.finish()
    first = done.summary
    (done.path / "summary.json").unlink()
    assert done.summary is first
