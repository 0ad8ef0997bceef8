"""Mini-batches are a pure function of keys and step."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.data.made import classes
from trainlab import seeds
from trainlab.data import batches
from trainlab.data.batches import Batches
from trainlab.data.preparation import prepare
from trainlab.data.split import SplitOptions
from trainlab.data.task import Task


def the_task(folds: int = 0) -> Task:
    return prepare(classes(), SplitOptions(folds=folds), ["standardize"])[0]


@given(batch=st.integers(1, 60), epoch=st.integers(0, 3))
def test_an_epoch_shows_each_example_once_but_the_incomplete_rest(batch: int, epoch: int) -> None:
    task = the_task()
    made = Batches(task, seeds.keys([0], "order"), batch)
    steps = range(epoch * made.per_epoch, (epoch + 1) * made.per_epoch)
    rows = torch.cat([made.order.at(t) for t in steps], 1)[0].tolist()
    n, size = task.train.shape[1], min(batch, task.train.shape[1])
    assert len(rows) == len(set(rows)) == n // size * size
    assert set(rows) <= set(task.train[0].tolist())


@given(size=st.integers(1, 12), group=st.integers(1, 6), epoch=st.integers(0, 2))
def test_batches_in_groups_are_one_large_batch_in_parts(size: int, group: int, epoch: int) -> None:
    task, keys = the_task(), seeds.keys([0, 1], "order")
    parts, n = Batches(task, keys, size, group=group), task.train.shape[1]
    large = Batches(task, keys, size * min(group, n // size))
    assert parts.per_epoch == large.per_epoch * parts.order.group
    for t in range(epoch * large.per_epoch, (epoch + 1) * large.per_epoch):
        own = range(t * parts.order.group, (t + 1) * parts.order.group)
        assert torch.equal(torch.cat([parts.at(part)[0] for part in own], 1), large.at(t)[0])


def test_steps_can_be_asked_in_any_order() -> None:
    made = Batches(the_task(), seeds.keys([0, 1], "order"), 8)
    straight = [made.at(t)[0].clone() for t in range(12)]
    for t in (11, 3, 7, 0, 5):
        assert torch.equal(made.at(t)[0], straight[t])


def test_a_member_sees_in_a_population_what_it_sees_alone() -> None:
    task, keys = the_task(folds=3), seeds.keys([0, 1, 2, 0], "order")
    folds = torch.tensor([0, 2, 1, 1])
    together = Batches(task, keys, 8, folds)
    for member in range(4):
        alone = Batches(task, keys[member : member + 1], 8, folds[member : member + 1])
        for t in (0, 4, 9):
            for one, many in zip(alone.at(t), together.at(t), strict=True):
                assert torch.equal(one[0], many[member])


def test_a_large_epoch_is_gathered_step_by_step_with_the_same_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task, keys, folds = the_task(folds=3), seeds.keys([0, 1], "order"), torch.tensor([2, 0])
    whole = Batches(task, keys, 8, folds)
    monkeypatch.setattr(batches, "FITS", 0)
    single = Batches(task, keys, 8, folds)
    assert whole.gathers_epochs and not single.gathers_epochs
    for t in (0, 3, 12, 1):
        for one, other in zip(whole.at(t), single.at(t), strict=True):
            assert torch.equal(one, other) and one.is_contiguous()


def test_labels_stay_with_their_features() -> None:
    task = the_task()
    made = Batches(task, seeds.keys([3, 4], "order"), 8)
    rows = made.order.at(2)
    x, y = made.at(2)
    assert torch.equal(x, task.x[0][rows]) and torch.equal(y, task.y[0][rows])


def test_equal_keys_share_one_gather() -> None:
    made = Batches(the_task(), seeds.keys([7, 7, 7], "order"), 8)
    x, y = made.at(1)
    assert x.shape == (3, 8, 4) and x.stride(0) == 0 and y.shape == (3, 8)
    alone, _ = Batches(the_task(), seeds.keys([7], "order"), 8).at(1)
    assert torch.equal(x[2], alone[0])


def test_epochs_and_keys_differ() -> None:
    made = Batches(the_task(), seeds.keys([0, 1], "order"), 42)
    first, second = made.order.at(0).clone(), made.order.at(1).clone()
    assert made.per_epoch == 1
    assert not torch.equal(first[0], second[0]) and not torch.equal(first[0], first[1])


def test_a_batch_larger_than_the_split_is_the_split() -> None:
    task = the_task()
    made = Batches(task, seeds.keys([0], "order"), 10_000)
    assert made.batch_size == task.train.shape[1] and made.per_epoch == 1


@given(sizes=st.lists(st.integers(1, 60), min_size=2, max_size=4), group=st.integers(1, 3))
def test_epochs_of_other_sizes_are_those_of_a_run_of_that_size(
    sizes: list[int], group: int
) -> None:
    task, keys = the_task(), seeds.keys([0, 1], "order")
    mixed = Batches(task, keys, sizes, group=group)
    start = 0
    for epoch, size in enumerate([*sizes, sizes[-1]]):
        alone = Batches(task, keys, size, group=mixed.order.group)
        for place in range(alone.per_epoch):
            (x, y), (own_x, own_y) = (
                mixed.at(start + place),
                alone.at(epoch * alone.per_epoch + place),
            )
            assert torch.equal(x, own_x) and torch.equal(y, own_y)
        start += alone.per_epoch
