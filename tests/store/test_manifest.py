from __future__ import annotations

from pathlib import Path

import pytest

from trainlab.errors import RunError
from trainlab.store import manifest


def test_facts_return_with_their_format(tmp_path: Path) -> None:
    assert not manifest.is_run(tmp_path)
    manifest.write(tmp_path, {"name": "a"})
    assert manifest.is_run(tmp_path)
    assert manifest.read(tmp_path) == {"format": manifest.FORMAT, "name": "a"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "x"}'])
def test_damaged_facts_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RunError, match="facts are damaged"):
        manifest.read(tmp_path)


def test_a_lock_is_held_until_it_is_released(tmp_path: Path) -> None:
    assert not manifest.Lock.held(tmp_path)
    lock = manifest.Lock(tmp_path)
    assert manifest.Lock.held(tmp_path)
    lock.release()
    assert not manifest.Lock.held(tmp_path)
