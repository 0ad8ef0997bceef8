"""Files that a command is asked to write: refused before the work, not after it."""

from __future__ import annotations

import os
from pathlib import Path

from trainlab.errors import InputError

__all__ = ["writable"]


def writable(file: Path | None) -> Path | None:
    """Refuse a place where no file can be written, before anything is computed for it."""
    if file is None:
        return None
    if file.is_dir():
        raise _no_place("this is a folder, not a file", file, f"say --out {file / 'NAME'}")
    if not file.parent.is_dir():
        raise _no_place(f"there is no folder {file.parent}", file, f"mkdir -p {file.parent}")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise _no_place("this may not be written", file, "choose another place: --out FILE")
    return file


def _no_place(what: str, file: Path, next_step: str) -> InputError:
    return InputError(what, where=f"--out {file}", next_step=next_step)
