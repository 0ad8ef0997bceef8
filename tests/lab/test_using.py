from __future__ import annotations

from pathlib import Path

import numpy
import pandas
import pytest
import torch

from trainlab import lab
from trainlab.data import SOURCES
from trainlab.errors import DataError, NetworkError, RecipeError
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


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Run:
    runs = tmp_path_factory.mktemp("runs")
    changed = ["train.length=10ep", "seeds=2", "regularize.dropout=0.4", "train.threads=1"]
    return lab.train("wine-mlp", overrides=changed, runs=runs)


def test_samples_tell_how_sure_the_networks_are(dropped: Run) -> None:
    raw = SOURCES["wine"].load()
    assert isinstance(raw.x, torch.Tensor)
    plain = lab.predict(dropped, raw.x)
    table = lab.predict(dropped, raw.x, samples=40)
    assert list(table.columns) == [*plain.columns, "entropy", "mutual information"]
    shares = table[list(raw.classes)].to_numpy()
    assert shares.sum(axis=1) == pytest.approx(1)
    assert -(shares * numpy.log(shares)).sum(axis=1) == pytest.approx(
        table["entropy"].to_numpy(), abs=1e-5
    )
    assert (
        (table["mutual information"] > 0) & (table["mutual information"] < table["entropy"])
    ).all()
    assert abs(shares - plain[list(raw.classes)].to_numpy()).mean() < 0.05
    assert lab.predict(dropped, raw.x, samples=40).equals(table)  # a function of the run
    far = lab.predict(dropped, raw.x * 3 - 2 * raw.x.mean(0), samples=40)
    assert far["mutual information"].median() != table["mutual information"].median()


def test_samples_of_a_network_without_random_layers(tmp_path: Path) -> None:
    changed = ["train.length=1ep", "regularize.dropout=0", "train.threads=1"]
    run = lab.train("wine-mlp", overrides=changed, runs=tmp_path)
    with pytest.raises(NetworkError, match="nothing to sample"):
        lab.predict(run, torch.randn(4, 13), samples=3)


def test_samples_of_numbers_have_a_spread(tmp_path: Path) -> None:
    changed = ["train.length=3ep", "regularize.dropout=0.3", "train.threads=1"]
    run = lab.train("diabetes-mlp", overrides=changed, runs=tmp_path)
    raw = SOURCES["diabetes"].load()
    assert isinstance(raw.x, torch.Tensor)
    table = lab.predict(run, raw.x, samples=50)
    assert list(table.columns)[1].endswith(" sd")
    assert (table.iloc[:, 1] > 0).all()
    plain = lab.predict(run, raw.x)
    error = (table.iloc[:, 0] - plain.iloc[:, 0]).abs() / table.iloc[:, 1]
    assert error.mean() < 0.6  # dropout's scaling is about the mean of the samples
