from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load

from trainlab.errors import ResourceError
from trainlab.store import atomic


def full_disk(handle: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_is_written_and_replaced_whole(tmp_path: Path) -> None:
    for data in (b"first", b"second, longer"):
        atomic.write_bytes(tmp_path / "file", data)
        assert (tmp_path / "file").read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_the_old_file_and_says_what_was_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    atomic.write_bytes(tmp_path / "file", b"old")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ResourceError, match=r"6 bytes needed, [\d,]+ free") as raised:
        atomic.write_bytes(tmp_path / "file", b"newest")
    assert raised.value.where == str(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atomic.write_folder(tmp_path / "folder", {"a": b"old"})
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ResourceError):
        atomic.write_folder(tmp_path / "folder", {"a": b"new"})
    assert (tmp_path / "folder" / "a").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("count", [0, 1, 40])
def test_many_files_are_written_whole_and_together(tmp_path: Path, count: int) -> None:
    files = {f"member-{at}": bytes([at]) * at for at in range(count)}
    atomic.write_files(tmp_path, files)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_other_errors_of_the_system_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic.write_bytes(tmp_path / "nowhere" / "file", b"")


def test_a_folder_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    atomic.write_folder(tmp_path / "folder", {"a": b"1", "b": b"2"})
    atomic.write_folder(tmp_path / "folder", {"a": b"3"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "folder").iterdir()} == {"a": b"3"}
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_sweeping_clears_what_a_kill_left_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "deep" / ".unfinished-7-000000120").mkdir(parents=True)
    (tmp_path / ".unfinished-7-summary.json").write_text("{")
    (tmp_path / "kept").write_text("x")
    atomic.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "kept"]


def test_views_and_strides_and_kinds_survive() -> None:
    whole = torch.arange(12.0).reshape(3, 4)
    tensors = {
        "row": whole[1],
        "transposed": whole.T,
        "count": torch.tensor(7),
        "flags": torch.tensor([True, False]),
        "tied": whole,
        "whole": whole,
        "half": whole.bfloat16(),
        "none": torch.empty(0, 3),
    }
    data = atomic.tensor_bytes(tensors)
    for name, found in load(data).items():
        assert found.dtype == tensors[name].dtype
        assert torch.equal(found, tensors[name])
    assert len(atomic.tensor_bytes({"row": whole[1]})) < len(atomic.tensor_bytes({"all": whole}))


def test_what_a_disk_refuses_is_told_by_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(handle: int) -> None:
        raise OSError(errno.EFBIG, "File too large")

    monkeypatch.setattr(os, "fsync", refuses)
    with pytest.raises(ResourceError, match="cannot be written: File too large: 3 bytes needed"):
        atomic.write_bytes(tmp_path / "file", b"new")


def test_a_disk_that_may_only_be_read_is_told_though_nothing_can_be_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "fsync", refuses)
    monkeypatch.setattr(Path, "unlink", refuses)
    with pytest.raises(ResourceError, match="Read-only") as caught:
        atomic.write_bytes(tmp_path / "file", b"new")
    assert caught.value.where == str(tmp_path / "file")
