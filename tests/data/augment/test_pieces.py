from __future__ import annotations

import pytest
import torch

from trainlab.data.augment.pieces import LEAST, MOST, pieces


@pytest.mark.parametrize("workers", [1, 2, 16])
@pytest.mark.parametrize(
    ("members", "examples", "values"),
    [(1, 128, 27_648), (3, 50, 3_072), (64, 7, 192), (40, 64, 3_072), (2, 3, 10 * MOST)],
)
def test_every_example_is_in_one_piece(
    members: int, examples: int, values: int, workers: int
) -> None:
    seen = torch.zeros(members, examples, dtype=torch.int64)
    for piece in pieces(members, examples, values, workers):
        seen[piece] += 1
        assert (seen[piece].numel() - 1) * values < MOST
    assert bool((seen == 1).all())


def test_large_batches_are_shared_among_the_workers_and_small_ones_are_not_cut() -> None:
    assert len(pieces(1, 128, 3_072, workers=2)) == 1
    assert len(pieces(1, 128, LEAST // 64, workers=2)) == 2
    assert len(pieces(1, 128, 27_648, workers=2)) == 4
    assert len(pieces(1, 128, 27_648, workers=16)) == 6
    assert all(piece[1] == slice(0, 128) for piece in pieces(8, 128, 3_072, workers=4))
