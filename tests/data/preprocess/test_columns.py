"""Categories and gaps against scikit-learn's encoders and imputer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder
from torch import Tensor

from trainlab.data.preprocess import PREPROCESS, Features
from trainlab.data.preprocess.method import Learned, Method
from trainlab.errors import DataError

WORDS = ["red", "green", "blue", "red", "blue", "blue"]
LEVELS = ("blue", "green", "red")


def colours(words: list[str], levels: tuple[str, ...] = LEVELS) -> Features:
    codes = [float(levels.index(word)) if word else math.nan for word in words]
    x = torch.tensor([[float(row), code] for row, code in enumerate(codes)], dtype=torch.float64)
    return Features(x=x, layout="vector", names=("size", "colour"), levels={1: levels})


def fitted(name: str, features: Features, **options: Any) -> tuple[Method, Learned]:
    method = PREPROCESS[name].make(**options)
    return method, method.fit(lambda: iter([features]))


def test_one_hot_equals_scikit_learn_and_names_its_columns() -> None:
    method, known = fitted("one_hot", colours(WORDS))
    out = method.apply(colours(WORDS), known)
    oracle = OneHotEncoder(sparse_output=False).fit_transform(np.array(WORDS)[:, None])
    np.testing.assert_array_equal(out.x[:, 1:].numpy(), oracle)
    assert out.names == ("size", "colour=blue", "colour=green", "colour=red")
    assert out.x[:, 0].tolist() == [0, 1, 2, 3, 4, 5]


def test_ordinal_equals_scikit_learn() -> None:
    method, known = fitted("ordinal", colours(WORDS))
    out = method.apply(colours(WORDS), known)
    oracle = OrdinalEncoder().fit_transform(np.array(WORDS)[:, None])
    np.testing.assert_array_equal(out.x[:, 1:].numpy(), oracle)


def test_new_data_may_number_its_words_otherwise() -> None:
    method, known = fitted("one_hot", colours(WORDS))
    other = colours(["red", "blue"], ("aqua", "blue", "red"))
    assert method.apply(other, known).x[:, 1:].tolist() == [[0, 0, 1], [1, 0, 0]]


def test_words_that_look_like_numbers_are_still_the_words() -> None:
    method, known = fitted("one_hot", colours(["1", "2", "x"], ("1", "2", "x")))
    numbers = torch.tensor([[0.0, 2.0], [0.0, 1.0], [0.0, math.nan]], dtype=torch.float64)
    plain = Features(x=numbers, layout="vector", names=("size", "colour"))
    assert method.apply(plain, known).x[:, 1:].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_a_category_that_train_lacks_is_ignored_or_refused_by_name() -> None:
    seen, new = colours(["red", "blue"]), colours(["green"])
    method, known = fitted("one_hot", seen)
    assert method.apply(new, known).x[:, 1:].tolist() == [[0, 0]]
    method, known = fitted("ordinal", seen, unknown="ignore")
    assert method.apply(new, known).x[:, 1].tolist() == [-1]
    method, known = fitted("ordinal", seen)
    with pytest.raises(DataError, match=r"(?s)'colour'.*'green'.*allowed\s+blue, red"):
        method.apply(new, known)


def gappy() -> Tensor:
    x = torch.randn(30, 3, dtype=torch.float64).round(decimals=1)
    x[2:9, 0] = math.nan
    x[5, 1] = math.nan
    return x


@pytest.mark.parametrize(
    ("fill", "strategy"),
    [("mean", "mean"), ("median", "median"), ("most_frequent", "most_frequent")],
)
def test_impute_equals_scikit_learn(fill: str, strategy: str) -> None:
    features = Features(x=gappy(), layout="vector", names=("a", "b", "c"))
    method, known = fitted("impute", features, fill=fill, indicator=True)
    out = method.apply(features, known)
    oracle = SimpleImputer(strategy=strategy, add_indicator=True)
    np.testing.assert_allclose(out.x.numpy(), oracle.fit_transform(features.x.numpy()))
    assert out.names == ("a", "b", "c", "a is missing", "b is missing")


def test_infinite_counts_as_missing_and_zero_is_zero() -> None:
    x = torch.tensor([[math.inf], [1.0], [3.0]], dtype=torch.float64)
    method, known = fitted("impute", Features(x=x, layout="vector"), fill="mean")
    assert method.apply(Features(x=x, layout="vector"), known).x[:, 0].tolist() == [2, 1, 3]
    method, known = fitted("impute", Features(x=x, layout="vector"), fill="zero")
    assert method.apply(Features(x=x, layout="vector"), known).x[:, 0].tolist() == [0, 1, 3]


def test_a_missing_category_becomes_the_most_frequent_one() -> None:
    gaps = colours(["red", "", "blue", "blue"])
    method, known = fitted("impute", gaps, fill="mean")
    assert method.apply(gaps, known).x[:, 1].tolist() == [2, 0, 0, 0]


def test_a_column_without_a_value_is_named() -> None:
    x = torch.full((3, 1), math.nan, dtype=torch.float64)
    with pytest.raises(DataError, match="column 'empty' has no value"):
        fitted("impute", Features(x=x, layout="vector", names=("empty",)))
