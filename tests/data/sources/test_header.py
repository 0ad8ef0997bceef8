"""A first line is told from a row by the values below it."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pandas
import pytest
from sklearn.datasets import load_iris, load_wine

from trainlab.data.sources.header import is_a_row

IRIS = load_iris()


def below(text: str) -> pandas.DataFrame:
    return pandas.read_csv(StringIO(text), header=None)


def iris(words: bool) -> pandas.DataFrame:
    frame = pandas.DataFrame(IRIS.data)
    return frame.assign(kind=IRIS.target_names[IRIS.target] if words else IRIS.target)


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("shuffled", [True, False])
def test_no_row_of_iris_is_taken_for_names(words: bool, shuffled: bool) -> None:
    frame = iris(words)
    for row in np.random.default_rng(0).permutation(150) if shuffled else range(20):
        first = [str(value) for value in frame.iloc[row]]
        assert is_a_row(first, frame.drop(index=row), ".")


def test_rows_of_numbers_alone_are_no_names() -> None:
    wine = pandas.DataFrame(load_wine().data)
    assert is_a_row([str(value) for value in wine.iloc[0]], wine.iloc[1:], ".")
    assert is_a_row(["3", "1"], below("5,6\n7,8"), ".")


@pytest.mark.parametrize(
    "names",
    [
        "a,b,c,d,kind",
        "0,1,2,3,kind",
        "0,1,2,3,4",
        "2019,2020,2021,2022,2023",
        "900.5,901.0,901.5,902.0,kind",
        "a,a,,a,",
        "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),species",
    ],
)
@pytest.mark.parametrize("words", [True, False])
def test_names_are_no_row(names: str, words: bool) -> None:
    assert not is_a_row(names.split(","), iris(words), ".")


def test_words_are_compared_with_the_words_below() -> None:
    letters = below("p,x,s\ne,x,y\np,b,y\ne,b,s")
    assert is_a_row(["e", "x", "y"], letters, ".")
    assert not is_a_row(["class", "shape", "surface"], letters, ".")


def test_marks_for_missing_values_tell_nothing() -> None:
    assert is_a_row(["?", "2.5", "x"], below("1,2,x\n3,4,y\n2,1,x\n5,3,y"), ".")
    assert not is_a_row(["a", "?"], below("1,2\n3,4"), ".")


def test_decimal_commas_are_numbers() -> None:
    assert is_a_row(["2,5", "x"], pandas.DataFrame({"a": [1.5, 3.0], "b": ["x", "y"]}), ",")
    assert not is_a_row(["1", "x"], below("1,x").iloc[:0], ".")
