"""A task gives rows of each member's fold, whole splits, and pieces of them."""

from __future__ import annotations

import torch

from tests.data.made import classes, numbers
from trainlab.data.preparation import prepare
from trainlab.data.split import SplitOptions
from trainlab.data.task import take


def test_gather_reads_each_members_own_fold() -> None:
    task, _ = prepare(classes(), SplitOptions(folds=3), ["standardize"])
    rows, folds = torch.tensor([[0, 5], [7, 7], [1, 0]]), torch.tensor([2, 0, 2])
    x, y = task.gather(rows, folds)
    for member, (fold, row) in enumerate(zip(folds, rows, strict=True)):
        assert torch.equal(x[member], task.x[fold][row])
        assert torch.equal(y[member], task.y[0][row])


def test_pieces_of_a_split_make_it_whole() -> None:
    task, _ = prepare(numbers(), SplitOptions(folds=2))
    x, y = task.part("train")
    pieces = list(task.chunks("train", 7))
    assert max(piece.shape[1] for piece, _ in pieces) == 7
    assert torch.equal(torch.cat([piece for piece, _ in pieces], 1), x)
    assert torch.equal(torch.cat([label for _, label in pieces], 1), y)


def test_an_empty_split_has_no_pieces() -> None:
    task, _ = prepare(classes(), SplitOptions(test=0))
    assert list(task.chunks("test", 8)) == []


def test_targets_are_restored_by_each_members_fold() -> None:
    raw = numbers()
    assert raw.y is not None
    task, _ = prepare(raw, SplitOptions(folds=3))
    assert task.target_scale is not None
    folds = torch.tensor([2, 0])
    _, y = task.gather(torch.arange(60).expand(2, 60), folds)
    restored = task.target_scale.restore(y, folds)
    torch.testing.assert_close(restored, raw.y.float().expand(2, 60, 2), rtol=1e-5, atol=1e-4)


def test_moving_keeps_everything_else() -> None:
    task, _ = prepare(classes())
    moved = task.to("cpu")
    assert moved.classes == task.classes and torch.equal(moved.x, task.x)


def test_take_reads_tensors() -> None:
    assert take(torch.arange(5) * 2, torch.tensor([3, 0])).tolist() == [6, 0]
