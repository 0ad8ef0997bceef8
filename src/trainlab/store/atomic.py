"""Files and folders that are either whole or not there, whenever the process or the power dies.

Everything is written under a temporary name beside its place, synced, renamed, and the folder's
entry synced too. A full disk leaves what stood there before untouched.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainlab.errors import ResourceError, RunError
from trainlab.store import jsontext

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "disk_room",
    "read_tensors",
    "remove_folder",
    "sweep",
    "tensor_bytes",
    "undamaged",
    "write_bytes",
    "write_files",
    "write_folder",
    "write_json",
    "write_text",
]

FULL = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {*FULL, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
TEMPORARY = ".unfinished-"
FEW = 16


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole; raises ResourceError where the disk is full."""
    write_files(path.parent, {path.name: data})


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write many files into a folder, each of them whole.

    More than a few share one sync of the system: one sync a file takes ten seconds for a thousand.
    """
    at_once = len(files) > FEW and hasattr(os, "sync")
    temporary = {name: _temporary(folder / name) for name in files}
    place = folder / next(iter(files)) if len(files) == 1 else folder
    try:
        with disk_room(place, sum(map(len, files.values()))):
            for name, data in files.items():
                _write(temporary[name], data, sync=not at_once)
            if at_once:
                os.sync()
            for name, path in temporary.items():
                os.replace(path, folder / name)
            _sync_folder(folder)
    finally:
        for path in temporary.values():
            with suppress(OSError):  # a disk that may only be read refuses this too
                path.unlink()


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read a file of tensors; raises RunError where it is damaged."""
    from safetensors.torch import load_file

    with undamaged(path):
        found: dict[str, Tensor] = load_file(path)
        return found


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Turn what safetensors says of a damaged file into a RunError that names it."""
    from safetensors import SafetensorError

    try:
        yield
    except (SafetensorError, OSError) as error:
        raise RunError(
            f"this file is damaged: {error}",
            where=str(path),
            next_step="bring it back from a copy, or train again",
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write a text file whole, in UTF-8."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Mapping[str, Any] | list[Any]) -> None:
    """Write a JSON document whole, indented for people."""
    write_text(path, jsontext.dumps(value, indent=2) + "\n")


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder with its files: it appears with all of them; one of that name is replaced."""
    temporary = _temporary(path)
    try:
        with disk_room(path, sum(map(len, files.values()))):
            temporary.mkdir(parents=True)
            for name, data in files.items():
                _write(temporary / name, data)
            _sync_folder(temporary)
            remove_folder(path)
            os.rename(temporary, path)
            _sync_folder(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def remove_folder(path: Path) -> None:
    """Remove a folder; it is gone by name at once, so that no half of it is ever met."""
    if path.exists():
        doomed = _temporary(path).with_suffix(".removed")
        os.rename(path, doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Clear what a killed process left under temporary names, in all sub-folders."""
    for left in list(folder.rglob(f"{TEMPORARY}*")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def tensor_bytes(tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> bytes:
    """Encode named tensors as safetensors: no pickle, no code; any device, any strides."""
    from safetensors.torch import save

    plain: dict[str, Tensor] = {}
    taken: set[int] = set()
    for name, tensor in tensors.items():
        own = _own_memory(tensor)
        at = own.untyped_storage().data_ptr()
        plain[name] = own.clone() if at in taken else own
        taken.add(at)
    return bytes(save(plain, dict(metadata) if metadata else None))


@contextmanager
def disk_room(path: Path, needed: int) -> Iterator[None]:
    """Turn what a disk refuses into a ResourceError with the path, the bytes needed and free."""
    try:
        yield
    except OSError as error:
        if error.errno not in REFUSED:
            raise
        free = shutil.disk_usage(_existing(path)).free
        full = error.errno in FULL
        raise ResourceError(
            f"{'the disk is full' if full else f'this cannot be written: {error.strerror}'}: "
            f"{needed:,} bytes needed, {free:,} free",
            where=str(path),
            next_step="make room and resume the run; what was saved before is whole",
        ) from error


def _own_memory(tensor: Tensor) -> Tensor:
    """Copy a view out of the tensor it shares, since safetensors stores whole memories."""
    plain = tensor.detach().cpu().contiguous()
    whole = plain.untyped_storage().nbytes() == plain.numel() * plain.element_size()
    return plain if whole else plain.clone()


def _temporary(path: Path) -> Path:
    return path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")


def _write(path: Path, data: bytes, *, sync: bool = True) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder, and syncs its entries by itself
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _existing(path: Path) -> Path:
    return next(folder for folder in path.absolute().parents if folder.exists())
