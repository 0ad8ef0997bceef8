"""Opening what the user names: a missing, empty or unreadable file is said clearly."""

from __future__ import annotations

from pathlib import Path

from trainlab.errors import DataError

__all__ = ["file", "folder", "present", "too_short"]


def present(path: str) -> Path:
    """Give the path of a file or folder that exists.

    Raises DataError with the nearest name beside it.
    """
    found = Path(path).expanduser()
    if found.exists():
        return found
    siblings = found.parent.iterdir() if found.parent.is_dir() else ()
    raise DataError(
        f"there is no file or folder {path!r}",
        where=str(found.parent.resolve()),
        allowed=sorted(sibling.name for sibling in siblings)[:20],
        given=found.name,
        next_step="check the path"
        + "; it is relative to the folder that trainlab was started in" * (not found.is_absolute()),
    )


def file(path: str) -> Path:
    """Give the path of a file that exists and is not empty."""
    found = present(path)
    if found.is_dir():
        raise DataError(f"{path!r} is a folder, not a file", next_step="name a file in it")
    if found.stat().st_size == 0:
        raise DataError("the file is empty", where=str(found), next_step="write it again")
    return found


def folder(path: str) -> Path:
    """Give the path of a folder that exists."""
    found = present(path)
    if not found.is_dir():
        raise DataError(f"{path!r} is a file, not a folder", next_step="name the folder")
    return found


def too_short(path: Path, expected: int, found: int) -> DataError:
    """Give the error for a file that ends before its data does."""
    return DataError(
        f"the file is cut short: {expected} bytes are due, {found} are there",
        where=str(path),
        next_step="copy or download it again",
    )
