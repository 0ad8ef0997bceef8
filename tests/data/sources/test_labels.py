"""Labels of any type become numbers, and the kind of task is guessed with a reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trainlab.data.sources.labels import kind_of, number, targets
from trainlab.errors import DataError


@pytest.mark.parametrize(
    ("values", "codes", "classes"),
    [
        (["cat", "ant", "cat"], [1, 0, 1], ("ant", "cat")),
        ([3, 1, 3], [1, 0, 1], ("1", "3")),
        ([2.0, np.nan, 0.0], [1, -1, 0], ("0", "2")),
        ([True, False], [1, 0], ("False", "True")),
    ],
)
def test_classes_are_numbered_in_sorted_order(
    values: list[Any], codes: list[int], classes: tuple[str, ...]
) -> None:
    found, names = number(np.array(values))
    assert found.tolist() == codes and names == classes


def test_missing_words_are_minus_one() -> None:
    found, names = number(np.array(["b", None, np.nan, "a"], dtype=object))
    assert found.tolist() == [1, -1, -1, 0] and names == ("a", "b")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array(["a", "b"]), "classification"),
        (np.arange(100) % 3, "classification"),
        (np.array([0, 1]), "classification"),
        (np.arange(100.0), "regression"),
        (np.linspace(0, 1, 50), "regression"),
        (np.zeros((50, 2)), "regression"),
        (np.array([0.0, 1.0, np.nan] * 9), "classification"),
    ],
)
def test_the_kind_is_guessed(values: Any, kind: str) -> None:
    found, reason = kind_of(values)
    assert found == kind and reason


def test_targets_that_are_words_are_refused() -> None:
    with pytest.raises(DataError, match=r"(?s)not a number.*'x'.*where\s+here"):
        targets(np.array(["1", "x"], dtype=object), "here")
