from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from trainlab.rules.blocks import blocks

SIZES = st.integers(1, 9)


@given(SIZES, SIZES, SIZES, st.booleans())
def test_every_weight_is_in_one_block(p: int, n: int, most: int, within_rows: bool) -> None:
    seen = torch.zeros(p, n)
    for rows, places in blocks(seen, most, within_rows=within_rows):
        seen[rows, places] += 1
        size = seen[rows, places].numel()
        assert size <= most or (size == n and not within_rows)
    assert bool((seen == 1).all())
