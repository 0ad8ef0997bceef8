"""A look at arrays, IDX and CIFAR files, and folders of pictures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from trainlab.data.looking.guess import Guess
from trainlab.data.sources.arrays import from_arrays, read_arrays
from trainlab.data.sources.cifar import cifar
from trainlab.data.sources.idx import idx
from trainlab.data.sources.images import damaged, pictures_in
from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["look_at_arrays", "look_at_cifar", "look_at_idx", "look_at_pictures"]

HEADERS = 500
"""Pictures whose size is read for a look."""


def look_at_arrays(path: Path) -> Guess:
    """Guess which array holds the features and which the labels: by name, else by shape."""
    held = read_arrays(path)
    if path.suffix == ".npy":
        raise DataError(
            "one array alone has no labels",
            where=str(path),
            next_step="save both: numpy.savez('data.npz', x=x, y=y)",
        )
    by_size = sorted(held, key=lambda name: (held[name].ndim, held[name].size))
    x = next((name for name in held if name.casefold() in ("x", "data", "images")), by_size[-1])
    like = [n for n in by_size if n != x and held[n].ndim and len(held[n]) == len(held[x])]
    if not like:
        raise DataError(
            f"no array has one label for each of the {len(held[x])} examples of {x!r}",
            where=str(path),
            allowed=[f"{name} {tuple(array.shape)}" for name, array in held.items()],
        )
    y = next((n for n in like if n.casefold() in ("y", "target", "label", "labels")), like[0])
    raw = from_arrays(held[x], held[y], name=path.stem, where=str(path))
    options: dict[str, Any] = {"path": str(path)}
    options |= {} if (x, y) == ("x", "y") else {"x": x, "y": y}
    seen = f"{x!r} of shape {tuple(held[x].shape)} is read as {raw.layout}, {y!r} as the labels"
    return _of("arrays", options, raw, seen)


def look_at_idx(path: Path) -> Guess:
    """Read MNIST's files: the format says what they are."""
    options: dict[str, Any] = {"path": str(path)}
    if path.is_file():
        name = path.name.replace("images", "labels").replace("idx3", "idx1")
        options["labels"] = str(path.with_name(name))
    return _of("idx", options, idx(**options), "these are IDX files, the format of MNIST")


def look_at_cifar(path: Path) -> Guess:
    """Read CIFAR's files."""
    options = {"path": str(path)}
    return _of("cifar", options, cifar(path=str(path)), "these are CIFAR's binary files")


def look_at_pictures(path: Path) -> Guess:
    """Read the headers of some pictures: if sizes differ, propose the commonest."""
    from PIL import Image

    top = path / "train" if (path / "train").is_dir() else path
    classes = [sub.name for sub in sorted(top.iterdir()) if sub.is_dir() and pictures_in(sub)]
    files = pictures_in(top)
    every = files[:: max(len(files) // HEADERS, 1)]
    sizes: Counter[tuple[int, int]] = Counter()
    grey = True
    for file in every:
        try:
            with Image.open(file) as opened:
                sizes[opened.size[::-1]] += 1
                grey = grey and opened.mode in ("1", "L", "I;16")
        except (OSError, SyntaxError) as error:
            raise damaged(file, error) from error
    size = sizes.most_common(1)[0][0]
    options: dict[str, Any] = {"path": str(path)}
    options |= {"colour": "grey"} if grey else {}
    options |= {"size": list(size)} if len(sizes) > 1 else {}
    one = f"all are {size[0]}x{size[1]}"
    some = f"sizes differ, {size[0]}x{size[1]} is the commonest: all are resized to it"
    return Guess(
        source="images",
        options=options,
        kind="classification",
        layout="image",
        examples=len(pictures_in(path)),
        feature_shape=(1 if grey else 3, *size),
        classes=tuple(classes),
        preprocess=("channel_standardize",),
        reasons=(
            f"a folder of pictures for each of {len(classes)} classes",
            some if len(sizes) > 1 else one,
            *(("all are grey",) if grey else ()),
        ),
    )


def _of(source: str, options: dict[str, Any], raw: Raw, seen: str) -> Guess:
    """Make the guess of a Raw that was read."""
    held = () if raw.held_out is None else (f"{len(raw.held_out)} examples are its test split",)
    return Guess(
        source=source,
        options=options,
        kind=raw.kind,
        layout=raw.layout,
        examples=raw.n,
        feature_shape=tuple(raw.x.shape[1:]),
        classes=raw.classes,
        preprocess=("standardize",) if raw.layout == "vector" else ("channel_standardize",),
        reasons=(seen, f"{raw.kind}: {len(raw.classes) or raw.targets}", *held),
    )
