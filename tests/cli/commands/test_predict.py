"""Predicting and evaluating with a run that was really trained."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_wine

from tests.cli.conftest import Said
from trainlab import lab
from trainlab.store import Run

Say = Callable[..., Said]


@pytest.fixture(scope="module")
def wines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give scikit-learn's wines as a table."""
    file = tmp_path_factory.mktemp("wines") / "wines.csv"
    load_wine(as_frame=True).frame.to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def trained(wines: Path) -> Run:
    """Give a run of two seeds on that table, trained for some epochs."""
    recipe = {
        "data": {
            "source": {"name": "table", "path": str(wines), "target": "target"},
            "preprocess": ["standardize"],
        },
        "optimizer": {"lr": 0.01},
        "train": {"length": "5ep"},
        "seeds": 2,
    }
    return lab.train(recipe, runs=wines.parent / "runs")


def test_a_row_an_example_as_csv(say: Say, trained: Run, wines: Path) -> None:
    said = say("predict", trained.path, wines)
    assert said.code == 0
    rows = list(csv.DictReader(io.StringIO(said.out)))
    truth = load_wine().target
    right = np.mean([int(row["prediction"]) == y for row, y in zip(rows, truth, strict=True)])
    assert right > 0.9
    assert "178 predictions by 2 seeds (0 to 1)" in said.err


def test_as_a_document_and_as_a_file(say: Say, trained: Run, wines: Path, tmp_path: Path) -> None:
    document = say("predict", trained.path, wines, "--json").document
    assert len(document) == 178
    out = tmp_path / "said.csv"
    said = say("predict", trained.path, wines, "--out", out)
    assert said.out == f"{out}\n"
    assert len(out.read_text().splitlines()) == 179


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("alcohol,malic_acid\n1,2\n", ["the column 'ash' is missing"]),
        ("", ["the file is empty"]),
        (None, ["there is no file or folder"]),
    ],
)
def test_data_of_the_wrong_shape(
    say: Say, trained: Run, tmp_path: Path, content: str | None, parts: list[str]
) -> None:
    file = tmp_path / "new.csv"
    if content is not None:
        file.write_text(content)
    said = say("predict", trained.path, file)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    for part in parts:
        assert part in said.err


def test_a_place_that_cannot_be_written(say: Say, trained: Run, wines: Path) -> None:
    said = say("predict", trained.path, wines, "--out", "/gone/said.csv")
    assert said.code == 2
    assert "there is no folder /gone" in said.err


def test_the_data_are_not_replaced_by_the_predictions(
    say: Say, trained: Run, wines: Path, tmp_path: Path
) -> None:
    data = tmp_path / "wines.csv"
    data.write_bytes(wines.read_bytes())
    said = say("predict", trained.path, data, "--out", data)
    assert said.code == 2
    assert "would replace the data" in said.err
    assert data.read_bytes() == wines.read_bytes()


def test_evaluating_gives_what_the_training_said(say: Say, trained: Run) -> None:
    said = say("evaluate", trained.path, "--json")
    assert said.code == 0
    accuracy = said.document["scores"]["accuracy"]
    assert accuracy["n"] == 2
    assert accuracy["mean"] == pytest.approx(trained.score("test/accuracy").mean, abs=1e-9)


def test_evaluating_on_other_data(say: Say, trained: Run, wines: Path) -> None:
    said = say("evaluate", trained.path, wines, "--verbose")
    assert said.code == 0
    assert "accuracy" in said.out
    assert "each member" in said.out


def test_versions_of_each_example_need_an_augmentation(say: Say, trained: Run, wines: Path) -> None:
    for words in (("evaluate", trained.path), ("predict", trained.path, wines)):
        said = say(*words, "--augmentations", 4)
        assert said.code == 2
        assert "no augmentation" in said.err


def test_versions_of_each_example_are_averaged(say: Say, tmp_path: Path) -> None:
    recipe = {
        "data": {"source": "wine", "preprocess": ["standardize"], "augment": ["feature_noise"]},
        "train": {"length": "2ep"},
    }
    run = lab.train(recipe, runs=tmp_path)
    said = say("evaluate", run.path, "--augmentations", 4)
    assert said.code == 0 and "the test split in 4 versions" in said.out
    document = say("evaluate", run.path, "--augmentations", 4, "--json").document
    assert document["augmentations"] == 4 and document["scores"]["accuracy"]["n"] == 1
