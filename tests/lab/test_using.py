from __future__ import annotations

import pandas
import pytest
import torch

from trainlab import lab
from trainlab.data import SOURCES
from trainlab.errors import DataError, RecipeError
from trainlab.store import Run


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Run:
    runs = tmp_path_factory.mktemp("runs")
    changed = ["train.length=10ep", "seeds=3", "train.threads=1"]
    return lab.train("wine-mlp", overrides=changed, runs=runs)


@pytest.fixture(scope="module")
def diabetes(tmp_path_factory: pytest.TempPathFactory) -> Run:
    runs = tmp_path_factory.mktemp("runs")
    changed = ["train.length=5ep", "seeds=2", "train.threads=1"]
    return lab.train("diabetes-mlp", overrides=changed, runs=runs)


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_evaluating_again_gives_the_runs_own_scores(
    name: str, request: pytest.FixtureRequest
) -> None:
    run: Run = request.getfixturevalue(name)
    for metric, values in lab.evaluate(run).items():
        kept = [member["scores"][f"test/{metric}"] for member in run.summary["members"]]
        assert values == pytest.approx(kept, rel=1e-6)


def test_raw_data_is_predicted_as_the_test_split_was(wine: Run) -> None:
    raw = SOURCES["wine"].load()
    kept = wine.predictions()
    assert kept is not None
    assert isinstance(raw.x, torch.Tensor)
    table = lab.predict(wine, (raw.x[kept.indices], raw.y[kept.indices]))
    shares = kept.probabilities.mean(0)
    assert table.iloc[:, 2:].to_numpy() == pytest.approx(shares.numpy(), abs=1e-6)
    assert list(table.columns[2:]) == list(raw.classes)
    assert (table["probability"] == table.iloc[:, 2:].max(axis=1)).all()


def test_numbers_are_predicted_in_their_units(diabetes: Run) -> None:
    raw = SOURCES["diabetes"].load()
    assert isinstance(raw.x, torch.Tensor)
    table = lab.predict(diabetes, raw.x.numpy())
    assert isinstance(table, pandas.DataFrame)
    assert len(table) == raw.n
    assert 100 < table.iloc[:, 0].mean() < 200
    assert (table.iloc[:, 1] >= 0).all()


def test_data_unlike_the_trainings(wine: Run) -> None:
    with pytest.raises(DataError, match="shape"):
        lab.predict(wine, torch.randn(4, 7))
    with pytest.raises(DataError, match="no labels"):
        lab.evaluate(wine, torch.randn(4, 13))


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Run:
    runs = tmp_path_factory.mktemp("runs")
    recipe = {
        "data": {"source": "digits", "augment": [{"name": "crop", "padding": 1}]},
        "optimizer": {"lr": 0.01},
        "train": {"length": "2ep", "threads": 1},
        "seeds": 2,
    }
    return lab.train(recipe, runs=runs)


def test_versions_of_an_example_are_averaged_by_each_member(digits: Run) -> None:
    once, same = lab.evaluate(digits), lab.evaluate(digits, augmentations=1)
    assert once == same
    several = lab.evaluate(digits, augmentations=5)
    assert several == lab.evaluate(digits, augmentations=5)
    assert several != once and min(several["accuracy"]) > 0.5
    x = SOURCES["digits"].load().x
    assert isinstance(x, torch.Tensor)
    table, plain = (lab.predict(digits, x[:40], augmentations=n) for n in (5, 1))
    assert table.iloc[:, 2:].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-5)
    assert not table.equals(plain)


def test_versions_need_an_augmentation(wine: Run) -> None:
    with pytest.raises(RecipeError, match="no augmentation"):
        lab.evaluate(wine, augmentations=2)
