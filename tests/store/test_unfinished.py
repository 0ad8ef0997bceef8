from __future__ import annotations

from pathlib import Path

import pytest
import torch

from trainlab.engine.record import Snapshot
from trainlab.store.unfinished import Unfinished

ONE, OTHER = ["a", "b"], ["c"]


@pytest.fixture
def kept(tmp_path: Path) -> Unfinished:
    kept = Unfinished(tmp_path / "unfinished")
    kept.begin([ONE, OTHER])
    return kept


def state(step: int) -> Snapshot:
    facts = {"tape": {"loss": {"0": float("inf")}}}
    return Snapshot(step=step, tensors={"theta": torch.full((2, 3), step)}, facts=facts)


def test_programs_and_their_newest_states_are_read_back(kept: Unfinished) -> None:
    for step in (1, 2):
        kept.save(ONE, state(step))
    again = Unfinished(kept.folder)
    assert again.pieces() == [ONE, OTHER]
    found = again.newest(ONE)
    assert found is not None and found.step == 2
    assert found.facts == state(2).facts
    assert torch.equal(found.tensors["theta"], state(2).tensors["theta"])
    assert again.newest(OTHER) is None
    assert again.saved == 2


def test_what_is_done_is_forgotten(kept: Unfinished) -> None:
    kept.save(ONE, state(1))
    kept.done(ONE)
    assert kept.pieces() == [OTHER] and kept.newest(ONE) is None
    kept.done(OTHER)
    assert not kept.folder.exists()


def test_what_is_damaged_begins_anew(kept: Unfinished) -> None:
    kept.save(ONE, state(1))
    for file in kept.folder.rglob("state.*"):
        file.write_bytes(b"{")
    assert kept.newest(ONE) is None
    (kept.folder / "programs.json").write_text("{")
    assert kept.pieces() == []
