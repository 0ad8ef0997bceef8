"""New files are read as the training's were, whatever their order, form or labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest
import torch
from PIL import Image

from tests.data.sources.test_idx import encoded
from trainlab.data.preparation import prepare
from trainlab.data.sources import SOURCES
from trainlab.data.unseen import read_unseen
from trainlab.errors import DataError


def test_a_table_needs_only_the_columns_that_were_used(tmp_path: Path) -> None:
    frame = pandas.DataFrame(
        {
            "a": np.linspace(0, 1, 40),
            "b": ["x", "y"] * 20,
            "who": [f"n{row}" for row in range(40)],
            "kind": ["no", "yes"] * 20,
        }
    )
    frame.to_csv(tmp_path / "old.csv", index=False)
    options = {"path": str(tmp_path / "old.csv"), "target": "kind", "drop": ["who"]}
    task, fitted = prepare(SOURCES["table"].load(**options), steps=["standardize"])
    rows = fitted.split.test[0].numpy()
    new = frame.iloc[rows][["b", "a"]].assign(more="text")
    new.to_csv(tmp_path / "new.csv", index=False)
    raw = read_unseen(str(tmp_path / "new.csv"), fitted, "table", options)
    assert raw.y is None
    assert torch.equal(fitted.transform(raw), task.part("test")[0])
    frame.iloc[rows].to_csv(tmp_path / "with.csv", index=False)
    labelled = read_unseen(str(tmp_path / "with.csv"), fitted, "table", options)
    found = fitted.labels(labelled)
    assert found is not None and torch.equal(found, task.part("test")[1][0])


def test_digits_can_be_predicted_from_pictures_arrays_and_tables(tmp_path: Path) -> None:
    task, fitted = prepare(SOURCES["digits"].load(), steps=["standardize"])
    pixels = SOURCES["digits"].load(flat=True).x[:3] * 16
    np.save(tmp_path / "x.npy", (pixels / 16).numpy().reshape(3, 1, 8, 8))
    read = read_unseen(str(tmp_path / "x.npy"), fitted, "digits", {})
    assert torch.equal(fitted.transform(read), task.x[:, :3])
    pandas.DataFrame((pixels / 16).numpy()).to_csv(tmp_path / "x.csv", index=False)
    read = read_unseen(str(tmp_path / "x.csv"), fitted, "digits", {})
    assert torch.equal(fitted.transform(read), task.x[:, :3])
    for row, digit in enumerate(pixels.reshape(3, 8, 8) / 16 * 255):
        Image.fromarray(digit.round().to(torch.uint8).numpy()).save(tmp_path / f"{row}.png")
    one = read_unseen(str(tmp_path / "1.png"), fitted, "digits", {})
    torch.testing.assert_close(fitted.transform(one)[:, 0], task.x[:, 1], atol=0.05, rtol=0.05)
    assert read_unseen(str(tmp_path), fitted, "digits", {}).n == 3


def test_a_frame_or_arrays_in_memory_are_read_too() -> None:
    raw = SOURCES["wine"].load()
    task, fitted = prepare(raw, steps=["standardize"])
    assert isinstance(raw.x, torch.Tensor)
    frame = pandas.DataFrame(raw.x.numpy(), columns=list(raw.features)).iloc[:5, ::-1]
    read = read_unseen(frame.assign(remark="none"), fitted, "wine", {})
    assert torch.equal(fitted.transform(read), task.x[:, :5])
    read = read_unseen((raw.x[:5], torch.tensor([0, 0, 0, 1, 1])), fitted, "wine", {})
    assert torch.equal(fitted.transform(read), task.x[:, :5])
    assert read_unseen(raw.x[:5], fitted, "", {}).y is None


def test_a_folder_for_a_network_on_vectors_is_refused(tmp_path: Path) -> None:
    _, fitted = prepare(SOURCES["wine"].load())
    with pytest.raises(DataError, match="for a network on vector data"):
        read_unseen(str(tmp_path), fitted, "wine", {})


def test_arrays_are_read_by_the_options_of_the_training(tmp_path: Path) -> None:
    x, y = np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 2
    np.savez(tmp_path / "old.npz", a=x, b=y)
    np.savez(tmp_path / "new.npz", a=x[:4])
    options = {"path": str(tmp_path / "old.npz"), "x": "a", "y": "b"}
    task, fitted = prepare(SOURCES["arrays"].load(**options), steps=["standardize"])
    raw = read_unseen(str(tmp_path / "new.npz"), fitted, "arrays", options)
    assert raw.y is None and torch.equal(fitted.transform(raw), task.x[:, :4])


def test_a_table_of_other_columns_is_told_which_are_wanted(tmp_path: Path) -> None:
    raw = SOURCES["wine"].load()
    _, fitted = prepare(raw, None, ["standardize"])
    pandas.DataFrame({"a": [1.0], "b": [2.0]}).to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(DataError, match=r"none of the training's columns: alcohol") as caught:
        read_unseen(str(tmp_path / "other.csv"), fitted, "table", {})
    assert caught.value.allowed == ("a", "b")


@pytest.mark.parametrize("name", ["arrays", "idx"])
def test_the_trainings_labels_are_not_those_of_another_file(tmp_path: Path, name: str) -> None:
    x, y = np.arange(480, dtype=np.uint8).reshape(30, 4, 4), (np.arange(30) % 2).astype(np.uint8)
    for file, values in {"x": x, "y": y, "new": x[:4]}.items():
        if name == "idx":
            (tmp_path / file).write_bytes(encoded(values))
        else:
            np.save(tmp_path / f"{file}.npy", values)
    end = "" if name == "idx" else ".npy"
    options = {"path": str(tmp_path / f"x{end}"), "labels": str(tmp_path / f"y{end}")}
    _, fitted = prepare(SOURCES[name].load(**options))
    raw = read_unseen(str(tmp_path / f"new{end}"), fitted, name, options)
    assert raw.y is None and raw.n == 4
