from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tests.engine.test_feed import feed
from trainlab.data import Task
from trainlab.engine.feed import Feed
from trainlab.lab.seeing import seen_by


def test_pairs_are_those_of_the_first_step() -> None:
    one = feed([3, 4], augment=("flip", "crop"))
    seen = seen_by(one)
    assert seen is not None
    assert torch.equal(seen.augmented, one.at(0)[0][0])
    assert torch.equal(seen.plain, one.batches.at(0)[0][0])
    assert not torch.equal(seen.plain, seen.augmented)


def test_where_nothing_is_changed_there_is_nothing_to_see() -> None:
    assert seen_by(feed([3])) is None
    assert seen_by(feed([3], noise=(0.1,))) is not None


class _OnDisk:
    """The pictures of a task, as if they did not fit in memory."""

    def __init__(self, x: Tensor):
        self.x, self.shape = x, tuple(x.shape)

    def take(self, rows: Tensor) -> Tensor:
        return self.x[rows]


def streamed(one: Feed) -> Feed:
    held = one.task.x
    task = replace(one.task, stream=_OnDisk(held[0]), x=held[:, :0])
    return replace(one, task=task)


@pytest.mark.parametrize("streams", [False, True])
def test_only_the_first_batch_is_read(streams: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    held = feed([3, 4], augment=("flip",))
    one, gather, read = streamed(held) if streams else held, Task.gather, []

    def counted(task: Task, rows: Tensor, folds: Tensor) -> tuple[Tensor, Tensor]:
        read.append(rows.numel())
        return gather(task, rows, folds)

    monkeypatch.setattr(Task, "gather", counted)
    seen = seen_by(one)
    assert read == [held.batch_size]
    assert seen is not None and torch.equal(seen.augmented, held.at(0)[0][0])
