"""Arrays in NumPy's files, and what their axes mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainlab.data.sources.labels import TaskKind, kind_of, number, targets
from trainlab.data.sources.open_file import file
from trainlab.data.task import LayoutName, Raw
from trainlab.errors import DataError
from trainlab.tables import ON_DISK

__all__ = ["Axes", "arrays", "axes_of", "from_arrays", "read_arrays"]

Axes = Literal["auto", "vector", "image", "sequence"]


def arrays(
    *,
    path: Annotated[str, ON_DISK],
    x: str = "x",
    y: str = "y",
    labels: Annotated[str | None, ON_DISK] = None,
    layout: Axes = "auto",
    task: TaskKind = "auto",
    unlabelled: bool = False,
) -> Raw:
    """Read an npz file with arrays x and y, or an npy file of x with `labels` naming that of y.

    x is [n, d], [n, T, D], [n, C, H, W], [n, H, W, C] or uint8 [n, H, W].
    """
    found = file(path)
    held = read_arrays(found)
    features = _entry(held, "x" if found.suffix == ".npy" else x, found)
    target = held.get(y) if unlabelled else None
    if labels is not None:
        target = _only(read_arrays(file(labels)), labels)
    elif not unlabelled:
        target = _entry(held, y, found)
    return from_arrays(
        features, target, name=found.stem, where=str(found), layout=layout, task=task
    )


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read all arrays of an npz or npy file; npy's only one is named x. Nothing is unpickled."""
    try:
        with path.open("rb") as opened:
            held = np.load(opened, allow_pickle=False)
            return {"x": held} if isinstance(held, np.ndarray) else dict(held)
    except (ValueError, OSError, EOFError, BadZipFile) as error:
        raise DataError(
            f"the arrays cannot be read: {error}",
            where=str(path),
            next_step="write them with numpy.save or numpy.savez; objects are not read",
        ) from error


def from_arrays(
    x: NDArray[Any] | Tensor,
    y: NDArray[Any] | Tensor | None,
    *,
    name: str,
    where: str = "",
    layout: Axes = "auto",
    task: TaskKind = "auto",
) -> Raw:
    """Make a Raw of arrays or tensors in memory."""
    features, meaning = axes_of(_numeric(x, where), layout, where)
    if meaning != "image" and features.dtype == torch.uint8:
        features = features.to(torch.float32)
    raw = Raw(name=name, kind="classification", layout=meaning, x=features, y=None, where=where)
    if y is None:
        return raw
    labels = y.detach().cpu().numpy() if isinstance(y, Tensor) else np.asarray(y)
    kind = kind_of(labels)[0] if task == "auto" else task
    if kind == "classification":
        codes, classes = number(labels)
        return replace(raw, y=codes, classes=classes)
    made = targets(labels, where)
    names = tuple(f"target {column}" for column in range(made.shape[1]))
    return replace(raw, kind="regression", y=made, targets=names)


def axes_of(x: Tensor, layout: Axes, where: str) -> tuple[Tensor, LayoutName]:
    """Say what the axes mean, and bring pictures to [n, C, H, W].

    Raises DataError where the number of axes does not fit.
    """
    meaning = _guess(x) if layout == "auto" else layout
    if meaning == "image" and x.dim() == 3:
        x = x.unsqueeze(1)
    if meaning == "image" and x.dim() == 4 and x.shape[-1] in (1, 3, 4) and x.shape[1] > 4:
        x = x.permute(0, 3, 1, 2).contiguous()
    if meaning == "vector":
        x = x.reshape(len(x), -1) if x.dim() != 2 else x
    due = {"vector": 2, "sequence": 3, "image": 4}[meaning]
    if x.dim() != due:
        raise DataError(
            f"features of shape {tuple(x.shape)} cannot be read as {meaning}",
            where=where,
            allowed=("[n, d]", "[n, T, D]", "[n, C, H, W]", "[n, H, W, C]", "uint8 [n, H, W]"),
            next_step="give `layout`, or reshape the array",
        )
    return x, meaning


def _guess(x: Tensor) -> LayoutName:
    if x.dim() == 3:
        return "image" if x.dtype == torch.uint8 else "sequence"
    return "image" if x.dim() == 4 else "vector"


def _numeric(given: NDArray[Any] | Tensor, where: str) -> Tensor:
    """Give features as numbers on the CPU: Python's own, with None for gaps, become float64."""
    try:
        python = isinstance(given, np.ndarray) and given.dtype == object
        x = torch.as_tensor(np.asarray(given, np.float64) if python else given)
        held = x.dim() > 1 or x.numel() > 0
        good = held and x.dim() > 0 and not x.is_complex()
    except (TypeError, ValueError, RuntimeError):
        good = False
    if not good:
        kind, shape = getattr(given, "dtype", type(given).__name__), getattr(given, "shape", ())
        raise DataError(
            f"features of {kind} and shape {tuple(shape)} cannot be read",
            where=where,
            next_step="give numbers [n, ...]; in a DataFrame columns of words become categories",
        )
    x = x.detach().cpu()
    return x if x.dtype == torch.uint8 or x.is_floating_point() else x.to(torch.float64)


def _entry(held: dict[str, NDArray[Any]], name: str, path: Path) -> NDArray[Any]:
    if name not in held:
        raise DataError(
            f"there is no array {name!r}",
            where=str(path),
            allowed=sorted(held),
            given=name,
            next_step="name the arrays: `x: NAME`, `y: NAME`; for npy, `labels: FILE`",
        )
    return held[name]


def _only(held: dict[str, NDArray[Any]], path: str) -> NDArray[Any]:
    if len(held) != 1:
        raise DataError("one array is due", where=path, allowed=sorted(held))
    return next(iter(held.values()))
