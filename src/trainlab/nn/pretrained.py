"""Weights of an earlier training: read from a run or a file, and matched by name and shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trainlab.errors import NetworkError

__all__ = ["Match", "load_matching", "read_weights"]

WRAPPERS = ("_orig_mod.", "module.")
"""What torch.compile and DataParallel put before every name."""
NESTS = ("state_dict", "model", "model_state_dict")
"""Under which keys a checkpoint of a training script keeps the network's own state."""
TOLD = 4
"""Names told of each kind; the rest are counted."""


@dataclass(frozen=True)
class Match:
    """What was loaded of a state, and what was not."""

    loaded: tuple[str, ...]
    missing: tuple[str, ...]
    """Of the network, without a counterpart: they keep their start."""
    unlike: tuple[str, ...]
    """Of another shape, which is told: they keep their start."""
    unused: tuple[str, ...]
    """Of the state, without a counterpart in the network."""

    def __str__(self) -> str:
        """Tell it in one line."""
        every = len(self.loaded) + len(self.missing) + len(self.unlike)
        told = [f"{len(self.loaded)} of {every} tensors"]
        for kind, names in (
            ("not there", self.missing),
            ("of another shape", self.unlike),
            ("not used", self.unused),
        ):
            if names:
                more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
                told.append(f"{kind}: {', '.join(names[:TOLD])}{more}")
        return "; ".join(told)


def load_matching(network: nn.Module, state: Mapping[str, Tensor]) -> Match:
    """Copy what has the same name and shape into a network, buffers too; tell what matched.

    Raises NetworkError where nothing does.
    """
    own = network.state_dict()
    given = {_bare(name): tensor for name, tensor in state.items()}
    shared = [name for name in own if name in given]
    loaded = [name for name in shared if own[name].shape == given[name].shape]
    if not loaded:
        raise NetworkError(
            f"no weight matches: the network has {', '.join(list(own)[:TOLD])}, ...; the file has "
            f"{', '.join(list(given)[:TOLD])}, ...",
            where="network.weights",
            next_step="load weights of the same kind of network, or rename the keys of the file",
        )
    with torch.no_grad():
        for name in loaded:
            own[name].copy_(given[name])
    return Match(
        loaded=tuple(loaded),
        missing=tuple(name for name in own if name not in given),
        unlike=tuple(
            f"{name} {list(given[name].shape)} there, {list(own[name].shape)} here"
            for name in shared
            if name not in loaded
        ),
        unused=tuple(name for name in given if name not in own),
    )


def read_weights(path: str | Path, member: int = 0) -> dict[str, Tensor]:
    """Read a state: of a run folder's member, or of a .safetensors file or one of torch.save.

    A run with fewer members is read in turn: member 5 begins as its member 5 % count.

    Raises NetworkError for a path that holds no weights.
    """
    file = _file_of(Path(path), member)
    try:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(file)
        found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        raise _unread(file, f"cannot be read: {error}".splitlines()[0]) from error
    return _state_in(found, file)


def _file_of(path: Path, member: int) -> Path:
    if not path.exists():
        raise _unread(path, "does not exist")
    if path.is_file():
        return path
    members = sorted((path / "weights").glob("member-*.safetensors"))
    if not members:
        raise _unread(path, "is a folder without weights/member-*.safetensors")
    return members[member % len(members)]


def _state_in(found: Any, file: Path) -> dict[str, Tensor]:
    for nest in NESTS:
        if isinstance(found, Mapping) and isinstance(found.get(nest), Mapping):
            found = found[nest]
    if not isinstance(found, Mapping) or not found:
        raise _unread(file, f"holds a {type(found).__name__}, not a state_dict")
    tensors = {str(name): each for name, each in found.items() if isinstance(each, Tensor)}
    if not tensors:
        raise _unread(file, "holds no tensors")
    return tensors


def _bare(name: str) -> str:
    for wrapper in WRAPPERS:
        name = name.removeprefix(wrapper)
    return name


def _unread(path: Path, why: str) -> NetworkError:
    return NetworkError(
        f"{path} {why}",
        where="network.weights",
        next_step="give a run folder, a .safetensors file, or a state_dict saved by torch.save",
    )
