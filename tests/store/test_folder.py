from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
import torch

from tests.store.conftest import new_run, snapshot, training
from trainlab import store
from trainlab.errors import Interrupted, ResourceError, RunError
from trainlab.store import Run, RunFolder, Seen


def complete(folder: RunFolder, start: int = 0) -> Run:
    for event in training(start):
        folder.event(event)
    return folder.finish()


def test_names_are_new_readable_and_safe(tmp_path: Path) -> None:
    folders = [new_run(tmp_path / "deep" / "runs", name="My réseau: A/B") for _ in range(3)]
    names = [folder.path.name for folder in folders]
    assert len(set(names)) == 3
    assert all(name.startswith("my-r-seau-a-b-2") for name in names)
    for folder in folders:
        folder.close()


def test_a_finished_run_can_be_read_in_all_its_parts(folder: RunFolder) -> None:
    folder.fitted({"mean": torch.ones(2)}, {"classes": ["a", "b"], "scale": float("nan")})
    folder.seen(Seen(plain=torch.zeros(2, 1, 3, 3), augmented=torch.ones(2, 1, 3, 3)))
    run = complete(folder)
    assert (run.status, run.name, run.recipe_text) == ("finished", "digits-mlp", "seed: 10\n")
    assert [member.seed for member in run.members] == [10, 11, 12]
    assert run.environment == {"python": "3"}
    seen = run.seen()
    assert seen is not None and seen.augmented.mean() == 1
    assert run.score("val/accuracy").n == 3
    assert torch.equal(run.fitted()[0]["mean"], torch.ones(2))
    assert run.state_dict(1)["0.weight"].tolist() == [[6, 7, 8], [9, 10, 11]]
    assert run.state_dict(1, "last")["0.weight"].tolist() == [[-6, -7, -8], [-9, -10, -11]]
    assert run.is_finished()


def test_no_file_of_a_run_is_a_pickle(folder: RunFolder) -> None:
    run = complete(folder)
    kinds = {path.suffix for path in run.path.rglob("*") if path.is_file()}
    assert kinds == {".json", ".jsonl", ".csv", ".yaml", ".safetensors", ""}
    assert [path.name for path in run.path.iterdir() if not path.suffix].count(".lock") == 1


@pytest.mark.parametrize("killed_after", [0, 1, 5, 6, 7, 12, 13, 20])
def test_a_resumed_run_equals_a_straight_one(tmp_path: Path, killed_after: int) -> None:
    straight = complete(new_run(tmp_path))
    folder = new_run(tmp_path)
    for event in list(training())[:killed_after]:
        folder.event(event)
    folder._lock.release()  # a kill: nothing is flushed, the system frees the lock
    again = store.reopen(folder.path)
    checkpoint = again.resume()
    resumed = complete(again, checkpoint.step if checkpoint else 0)
    pandas.testing.assert_frame_equal(resumed.metrics(), straight.metrics())
    assert (resumed.path / "metrics.csv").read_text() == (straight.path / "metrics.csv").read_text()
    assert resumed.summary == straight.summary
    if checkpoint:
        assert torch.equal(checkpoint.tensors["theta"], snapshot(checkpoint.step).tensors["theta"])


def test_the_log_is_only_appended_to(folder: RunFolder) -> None:
    before = b""
    for _ in range(3):
        for event in list(training())[:9]:
            folder.event(event)
        folder.flush()
        told = (folder.path / "events.jsonl").read_bytes()
        assert told.startswith(before)
        before = told
        folder.resume()


WRITER = """
import sys
from pathlib import Path
from tests.store.conftest import new_run, training
folder = new_run(Path(sys.argv[1]))
print(folder.path, flush=True)
start = 0
while True:
    for event in training(start, stop=11):
        folder.event(event)
    start = folder.resume().step
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("lines", [40, 57])
def test_kill_9_leaves_a_run_to_go_on_with(tmp_path: Path, lines: int) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        log = path / "events.jsonl"
        while not log.exists() or log.read_bytes().count(b"\n") < lines:
            assert process.poll() is None
        assert Run(path).status == "running"
        process.send_signal(signal.SIGKILL)
    assert Run(path).status == "interrupted"
    folder = store.reopen(path)
    checkpoint = folder.resume()
    assert checkpoint is not None
    assert torch.equal(checkpoint.tensors["theta"], snapshot(checkpoint.step).tensors["theta"])
    run = complete(folder, checkpoint.step)
    assert run.metrics()["step"].tolist() == [step for step in range(1, 13) for _ in range(3)]
    assert not list(path.rglob(".unfinished-*"))


def test_two_cannot_write_one_run(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainlab.store.manifest.PATIENCE", 0.0)
    with pytest.raises(RunError, match="written by another process"):
        store.reopen(folder.path)
    folder.close()
    store.reopen(folder.path).close()


@pytest.mark.parametrize(
    ("error", "status"),
    [(KeyboardInterrupt(), "interrupted"), (Interrupted(), "interrupted"), (OSError(), "failed")],
)
def test_how_it_ended_is_kept(tmp_path: Path, error: BaseException, status: str) -> None:
    with pytest.raises(type(error)), new_run(tmp_path) as folder:
        raise error
    assert Run(folder.path).status == status


def test_a_full_disk_stops_the_run_with_what_was_saved_whole(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for event in training(stop=5):
        folder.event(event)
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(
            "trainlab.store.log.os.write", lambda *_: write(os.open("/dev/full", 1), b"x")
        )
        with pytest.raises(ResourceError, match="the disk is full") as raised:
            folder.event(snapshot(8))
    assert raised.value.where == str(folder.path / "events.jsonl")
    checkpoint = Run(folder.path).newest_checkpoint()
    assert checkpoint is not None
    assert checkpoint.step == 4


def test_a_folder_that_cannot_be_made_is_the_users_to_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="no run can be written here") as raised:
        new_run(tmp_path / "file")
    assert "--runs" in raised.value.next_step
