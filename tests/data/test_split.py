"""Splits: disjoint, complete, in proportion, without leaks, fixed by the seed."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from trainlab.data.split import Split, SplitOptions, split
from trainlab.data.task import Raw
from trainlab.errors import DataError

shares = st.floats(0, 0.45)
seeds_of = st.integers(0, 5)


def raw_of(labels: Tensor | None, n: int, **more: Any) -> Raw:
    kind = "regression" if labels is None else "classification"
    y = torch.zeros(n, 1) if labels is None else labels
    return Raw(name="made", kind=kind, layout="vector", x=torch.zeros(n, 1), y=y, **more)


def check_partition(parts: Split, n: int) -> None:
    for train, val, test in zip(parts.train, parts.val, parts.test, strict=True):
        together = torch.cat([train, val, test])
        assert together.sort().values.tolist() == list(range(n))


@given(n=st.integers(3, 200), val=shares, test=shares, seed=seeds_of)
def test_random_parts_have_their_share_to_within_one(
    n: int, val: float, test: float, seed: int
) -> None:
    parts = split(raw_of(None, n), SplitOptions(val=val, test=test, by="random", seed=seed))
    check_partition(parts, n)
    assert abs(parts.val.shape[1] - val * n) <= 1
    assert abs(parts.test.shape[1] - test * n) <= 1


@given(sizes=st.lists(st.integers(5, 60), min_size=2, max_size=6), val=shares, test=shares)
def test_stratified_parts_have_each_class_in_proportion(
    sizes: list[int], val: float, test: float
) -> None:
    labels = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    n = len(labels)
    parts = split(raw_of(labels, n), SplitOptions(val=val, test=test, by="stratified"))
    check_partition(parts, n)
    assert abs(parts.test.shape[1] - test * n) <= 1 and abs(parts.val.shape[1] - val * n) <= 1
    for code, size in enumerate(sizes):
        assert abs(int((labels[parts.test[0]] == code).sum()) - test * size) <= 1.5
        assert abs(int((labels[parts.val[0]] == code).sum()) - val * size) <= 2.5
        assert (labels[parts.train[0]] == code).any()


@given(folds=st.integers(2, 6), n=st.integers(24, 90), seed=seeds_of)
def test_stratified_folds_validate_every_example_once_and_evenly(
    folds: int, n: int, seed: int
) -> None:
    labels = torch.arange(n) % 3
    parts = split(raw_of(labels, n), SplitOptions(test=0, folds=folds, seed=seed))
    size = n // folds
    assert parts.val.shape == (folds, size)
    assert parts.val.flatten().unique().numel() == folds * size
    for train, val in zip(parts.train, parts.val, strict=True):
        assert not torch.isin(train, val).any()
        counts = labels[val].bincount(minlength=3)
        assert int(counts.max() - counts.min()) <= 3


def test_a_last_example_of_a_class_stays_in_train() -> None:
    labels = torch.tensor([0] * 50 + [1])
    for seed in range(20):
        parts = split(raw_of(labels, 51), SplitOptions(val=0.3, test=0.3, seed=seed))
        assert 50 in parts.train[0]


@given(seed=seeds_of, folds=st.sampled_from([0, 3]))
def test_groups_are_never_divided(seed: int, folds: int) -> None:
    groups = torch.arange(120) // 4 * 7 % 31
    options = SplitOptions(val=0.2, test=0.2, seed=seed, folds=folds)
    parts = split(raw_of(None, 120, groups=groups), options)
    for train, val, test in zip(parts.train, parts.val, parts.test, strict=True):
        held = [set(groups[rows].tolist()) for rows in (train, val, test)]
        assert not held[0] & held[1] and not held[0] & held[2] and not held[1] & held[2]
        assert abs(len(test) - 24) <= 4


def test_time_trains_on_the_past_and_tests_on_the_latest() -> None:
    times = torch.randperm(50)
    parts = split(raw_of(None, 50, times=times), SplitOptions(val=0.2, test=0.2))
    train, val, test = (times[rows[0]] for rows in (parts.train, parts.val, parts.test))
    assert train.max() < val.min() and val.max() < test.min()
    assert len(val) == len(test) == 10


def test_the_publishers_test_split_is_kept() -> None:
    held = torch.arange(40, 50)
    parts = split(raw_of(torch.arange(50) % 2, 50, held_out=held), SplitOptions(test=0.5))
    assert parts.test.tolist() == [held.tolist()]


def test_the_seed_decides_and_nothing_else() -> None:
    labels = torch.arange(100) % 4
    options = SplitOptions(seed=3)
    torch.manual_seed(1)
    first = split(raw_of(labels, 100), options)
    torch.manual_seed(2)
    again = split(raw_of(labels, 100), options)
    other = split(raw_of(labels, 100), SplitOptions(seed=4))
    assert torch.equal(first.train, again.train) and not torch.equal(first.train, other.train)


def test_a_split_is_the_same_on_every_machine() -> None:
    """Golden: computed once; integers alone decide, so no machine may differ."""
    parts = split(raw_of(torch.arange(20) % 2, 20), SplitOptions(val=0.2, test=0.2, seed=0))
    assert parts.test.tolist() == [[1, 14, 15, 18]] and parts.val.tolist() == [[2, 9, 10, 11]]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"val": 0.6, "test": 0.5}, "leave nothing"),
        ({"val": -0.1}, "leave nothing"),
        ({"folds": 1}, "no cross-validation"),
    ],
)
def test_shares_that_cannot_be_are_refused(options: dict[str, Any], word: str) -> None:
    with pytest.raises(DataError, match=word):
        SplitOptions(**options)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"by": "group"}, "has no groups"),
        ({"by": "time"}, "has no times"),
        ({"by": "stratified"}, "has no classes"),
        ({"folds": 40}, "cannot make 40 folds"),
    ],
)
def test_what_the_data_lacks_is_said(options: dict[str, Any], word: str) -> None:
    with pytest.raises(DataError, match=word):
        split(raw_of(None, 20), SplitOptions(**options))


def test_folds_over_time_are_refused() -> None:
    with pytest.raises(DataError, match="train on the future"):
        split(raw_of(None, 20, times=torch.arange(20)), SplitOptions(folds=4))


def test_too_few_groups_for_the_folds_is_said() -> None:
    with pytest.raises(DataError, match="2 groups cannot make 3 folds"):
        split(raw_of(None, 20, groups=torch.arange(20) % 2), SplitOptions(test=0, folds=3))
