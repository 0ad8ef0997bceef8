"""Every row of PREPROCESS says what it is and can be made with its defaults."""

from __future__ import annotations

import pytest

from trainlab.data.preprocess import PREPROCESS
from trainlab.data.preprocess.method import Method


@pytest.mark.parametrize("name", PREPROCESS)
def test_a_row_is_described_and_made_by_default(name: str) -> None:
    row = PREPROCESS[name]
    assert row.card.does and row.card.helps
    assert isinstance(row.make(), Method)
