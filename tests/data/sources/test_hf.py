"""Hugging Face data sets, by a stand-in for their library: the hub is never asked."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas
import pytest
from PIL import Image

from trainlab.data.sources.hf import hugging_face
from trainlab.errors import DataError


class Found:
    """What `datasets.load_dataset` gives, as far as it is used."""

    def __init__(self, columns: dict[str, list[Any]], names: list[str] | None):
        self.columns, self.column_names = columns, list(columns)
        self.features = {name: SimpleNamespace(names=names) for name in columns}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, row: int) -> dict[str, Any]:
        return {name: values[row] for name, values in self.columns.items()}

    def to_pandas(self) -> Any:
        return pandas.DataFrame(self.columns)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    library = ModuleType("datasets")

    def load_dataset(name: str, config: Any, split: str, revision: Any) -> Found:
        asked.update(name=name, split=split, revision=revision)
        labels = [0, 1] * 10
        if name == "pets":
            return Found({"image": [Image.new("L", (4, 3))] * 20, "label": labels}, ["ant", "bee"])
        return Found({"a": [float(row) for row in range(20)], "label": labels}, None)

    library.load_dataset = load_dataset  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "datasets", library)
    return asked


def test_pictures_become_pixels_and_labels_words(hub: dict[str, Any]) -> None:
    raw = hugging_face(dataset="pets", part="test", revision="abc")
    assert raw.x.shape == (20, 3, 3, 4) and raw.classes == ("ant", "bee")
    assert hub == {"name": "pets", "split": "test", "revision": "abc"}


@pytest.mark.usefixtures("hub")
def test_tables_become_columns() -> None:
    raw = hugging_face(dataset="numbers")
    assert raw.features == ("a",) and raw.classes == ("0", "1")


@pytest.mark.usefixtures("hub")
def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(DataError, match=r"(?s)no column 'lable'.*nearest\s+label"):
        hugging_face(dataset="numbers", target="lable")


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match=r"(?s)not installed.*trainlab\[hf\]"):
        hugging_face(dataset="pets")
