from __future__ import annotations

import gc
from weakref import ref

import torch

from trainlab.rules.views import cut_once, rows_once


def test_views_are_taken_once_and_show_what_is_there() -> None:
    x = torch.zeros(4, 3)
    rows, part = rows_once(x), cut_once(x, slice(1, 3))
    assert rows_once(x) is rows and cut_once(x, slice(1, 3)) is part
    x[2] = 5.0
    assert torch.equal(part[1], x[2]) and torch.equal(rows[2], x[2])
    rows[1].fill_(7.0)
    assert torch.equal(x[1], torch.full((3,), 7.0))
    assert cut_once(x, slice(None)) is x


def test_a_matrix_that_is_put_elsewhere_is_looked_at_anew() -> None:
    x = torch.zeros(2, 3)
    rows_once(x)
    x.data = torch.ones(2, 3)
    assert torch.equal(rows_once(x)[1], torch.ones(3))


def test_views_keep_no_matrix_alive() -> None:
    x = torch.zeros(2, 3)
    rows_once(cut_once(x, slice(0, 1)))
    gone = ref(x)
    del x
    gc.collect()
    assert gone() is None
