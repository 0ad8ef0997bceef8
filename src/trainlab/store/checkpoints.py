"""Checkpoints: the last two of each program, each a folder that checks itself.

    checkpoints/program-0/000000120/state.safetensors    every tensor
                                    state.json           facts, and the SHA-256 of both

One that was cut short or has a flipped bit is passed over for the one before, and that is said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainlab.errors import RunError
from trainlab.store import atomic, jsontext

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Checkpoint", "newest", "write"]

KEPT = 2
TENSORS = "state.safetensors"
FACTS = "state.json"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A state to go on from."""

    step: int
    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]
    log_bytes: int
    """Length of the event log when it was taken: later lines of its program are superseded."""
    passed_over: tuple[str, ...] = ()
    """Newer checkpoints that are damaged, and how: tell the user."""


def write(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into its program's folder and remove all but the last two."""
    tensors = atomic.tensor_bytes(checkpoint.tensors)
    content = jsontext.dumps(
        {
            "step": checkpoint.step,
            "log_bytes": checkpoint.log_bytes,
            "facts": checkpoint.facts,
        }
    )
    sums = {TENSORS: sha256(tensors).hexdigest(), "content": sha256(content.encode()).hexdigest()}
    facts = json.dumps({"format": 1, "sha256": sums, "content": content}, indent=2)
    path = folder / f"{checkpoint.step:09d}"
    atomic.write_folder(path, {TENSORS: tensors, FACTS: facts.encode()})
    _prune(folder, checkpoint.step)
    return path


def newest(folder: Path) -> Checkpoint | None:
    """Read the newest whole checkpoint, and say which newer ones are damaged.

    None where there is no checkpoint yet; RunError where there are some and all are damaged.
    """
    damaged: list[str] = []
    for path in reversed(_all(folder)):
        try:
            return _read(path, tuple(damaged))
        except RunError as error:
            damaged.append(f"{path.name}: {error.what}")
    if damaged:
        raise RunError(
            f"every checkpoint is damaged: {'; '.join(damaged)}",
            where=str(folder),
            next_step="train the recipe anew; the run's log and metrics stay readable",
        )
    return None


def _read(path: Path, passed_over: tuple[str, ...]) -> Checkpoint:
    from safetensors.torch import load

    content, sums = _content(path)
    tensors = _bytes(path / TENSORS)
    if sha256(tensors).hexdigest() != sums[TENSORS]:
        raise RunError(f"{TENSORS} does not match its checksum", where=str(path))
    return Checkpoint(tensors=load(tensors), passed_over=passed_over, **content)


def _content(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        document = json.loads(_bytes(path / FACTS))
        content, sums = document["content"], document["sha256"]
        whole = sha256(content.encode()).hexdigest() == sums["content"]
    except (ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise RunError(f"{FACTS} does not match its checksum", where=str(path))
    return jsontext.loads(content), sums


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"{path.name} cannot be read: {error.strerror}", where=str(path)) from error


def _prune(folder: Path, step: int) -> None:
    """Keep `step` and the one before; a later one was damaged and passed over, and goes as well."""
    paths = _all(folder)
    kept = [path for path in paths if int(path.name) <= step][-KEPT:]
    for path in paths:
        if path not in kept:
            atomic.remove_folder(path)


def _all(folder: Path) -> list[Path]:
    found = folder.iterdir() if folder.exists() else ()
    return sorted(path for path in found if path.name.isdigit())
