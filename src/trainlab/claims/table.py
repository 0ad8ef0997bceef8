"""The table of claims, by the number that the course gives them."""

from __future__ import annotations

from trainlab.claims.claim import Claim
from trainlab.claims.course import (
    c01_equal_starts,
    c07_relu_is_faster,
)
from trainlab.tables import Table

__all__ = ["CLAIMS"]

CLAIMS: Table[Claim] = Table(
    "claim",
    {
        "C01": c01_equal_starts.CLAIM,
        "C07": c07_relu_is_faster.CLAIM,
    },
    listed="trainlab claims",
)
