from __future__ import annotations

import pytest

from trainlab.amounts import counted


@pytest.mark.parametrize(
    ("number", "units", "said"),
    [
        (8, "seeds", "8 seeds"),
        (1, "seeds", "1 seed"),
        (0, "runs", "0 runs"),
        ("-1", "points", "-1 point"),
        ("1.0", "points", "1.0 points"),
        ("0.5", "", "0.5"),
        ("1", "%", "1 %"),
    ],
)
def test_one_is_not_many(number: int | str, units: str, said: str) -> None:
    assert counted(number, units) == said
