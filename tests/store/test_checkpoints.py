from __future__ import annotations

from pathlib import Path

import pytest
import torch

from trainlab.errors import RunError
from trainlab.store import checkpoints
from trainlab.store.checkpoints import Checkpoint


def state(step: int) -> Checkpoint:
    theta = torch.rand(2, 5, generator=torch.Generator().manual_seed(step))
    facts = {"best": [float("inf"), 0.25]}
    return Checkpoint(step=step, tensors={"theta": theta}, facts=facts, log_bytes=10 * step)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    for step in (4, 8, 12):
        checkpoints.write(tmp_path, state(step))
    return tmp_path


def test_there_is_none_at_first(tmp_path: Path) -> None:
    assert checkpoints.newest(tmp_path / "program-0") is None


def test_the_newest_returns_bit_for_bit_and_two_are_kept(two: Path) -> None:
    found, wanted = checkpoints.newest(two), state(12)
    assert found is not None
    assert torch.equal(found.tensors["theta"], wanted.tensors["theta"])
    assert (found.step, found.facts, found.log_bytes) == (12, wanted.facts, 120)
    assert found.passed_over == ()
    assert sorted(path.name for path in two.iterdir()) == ["000000008", "000000012"]


@pytest.mark.parametrize("name", ["state.safetensors", "state.json"])
@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone"])
def test_a_damaged_one_is_passed_over_and_named(two: Path, name: str, damage: str) -> None:
    ruin(two / "000000012" / name, damage)
    found = checkpoints.newest(two)
    assert found is not None
    assert found.step == 8
    assert torch.equal(found.tensors["theta"], state(8).tensors["theta"])
    assert len(found.passed_over) == 1
    assert found.passed_over[0].startswith(f"000000012: {name}")


def test_every_flipped_bit_of_the_facts_is_noticed(two: Path) -> None:
    file = two / "000000012" / "state.json"
    whole = file.read_bytes()
    meant = whole.index(b"content")
    for at in range(meant, len(whole), 3):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        found = checkpoints.newest(two)
        assert found is not None
        # a flip in white space or in a key that nothing reads may leave the state as it was
        assert found.step == 8 or found.facts == state(12).facts


def test_when_all_are_damaged_it_is_an_error_and_not_a_silent_new_start(two: Path) -> None:
    for path in two.iterdir():
        ruin(path / "state.safetensors", "flip")
    with pytest.raises(RunError, match="every checkpoint is damaged"):
        checkpoints.newest(two)


def test_going_on_from_the_one_before_replaces_the_damaged_one(two: Path) -> None:
    ruin(two / "000000012" / "state.json", "cut")
    checkpoints.write(two, state(10))
    assert sorted(path.name for path in two.iterdir()) == ["000000008", "000000010"]
    checkpoints.write(two, state(10))
    found = checkpoints.newest(two)
    assert found is not None
    assert found.step == 10


def ruin(file: Path, damage: str) -> None:
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes({"cut": whole[:-7], "flip": flipped, "empty": b""}[damage])
