"""Data sets of the Hugging Face hub, or saved by its library; needs `trainlab[hf]`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import torch

from trainlab.data.sources.frame import Columns, from_frame
from trainlab.data.sources.user import from_user
from trainlab.data.task import Raw
from trainlab.errors import DataError

__all__ = ["hugging_face"]


def hugging_face(
    *,
    dataset: str,
    target: str = "label",
    picture: str = "image",
    config: str | None = None,
    part: str = "train",
    revision: str | None = None,
) -> Raw:
    """Read one part of a data set: its pictures if it has that column, else its table.

    revision: a commit or tag of the hub, so that the data stays what it was.
    """
    try:
        library = import_module("datasets")
    except ImportError as error:
        raise DataError(
            "the library `datasets` is not installed",
            where="data.source",
            next_step="install it: pip install 'trainlab[hf]'",
        ) from error
    found = library.load_dataset(dataset, config, split=part, revision=revision)
    if target not in found.column_names:
        raise DataError(
            f"there is no column {target!r}",
            where=dataset,
            allowed=found.column_names,
            given=target,
            next_step="name a column: `target: COLUMN`",
        )
    if picture in found.column_names:
        return from_user(_Pictures(found, picture, target), name=dataset)
    named = Columns(target=(target,))
    return from_frame(found.to_pandas(), named, name=dataset, where=dataset)


class _Pictures(torch.utils.data.Dataset[Any]):
    """Pairs of a picture and its label, words where the data set has them."""

    def __init__(self, found: Any, picture: str, target: str):
        self.found, self.picture, self.target = found, picture, target
        self.words = getattr(found.features[target], "names", None)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, row: int) -> tuple[Any, Any]:
        item = self.found[row]
        label = item[self.target]
        return item[self.picture].convert("RGB"), self.words[label] if self.words else label
