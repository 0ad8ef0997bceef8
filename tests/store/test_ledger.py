from __future__ import annotations

import errno
import math
import os
from pathlib import Path

import pytest

from trainlab.errors import ResourceError
from trainlab.store.ledger import Ledger


def test_what_is_written_is_read_and_the_later_counts(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "found.jsonl")
    assert ledger.read() == {}
    ledger.write("a", {"loss": math.inf})
    ledger.write("b", [1, 2])
    ledger.write("b", [3])
    assert Ledger(ledger.path).read() == {"a": {"loss": math.inf}, "b": [3]}


@pytest.mark.parametrize("lost", range(1, 26, 4))
def test_a_line_that_a_kill_cut_short_is_passed_over(lost: int, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "found.jsonl")
    ledger.write("a", 1)
    ledger.write("b", 2)
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole[:-lost])
    assert {"a": 1}.items() <= ledger.read().items()
    ledger.write("c", 3)
    assert {"a": 1, "c": 3}.items() <= ledger.read().items()


def test_lines_of_something_else_are_passed_over(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "found.jsonl")
    ledger.path.write_bytes(b'\xff\xfe\n[1]\n{"value": 3}\nnull\n')
    ledger.write("a", 1)
    assert ledger.read() == {"a": 1}


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResourceError):
        Ledger(tmp_path / "found.jsonl").write("a", 1)
