"""How a batch is cut into pieces that are augmented one by one, or side by side by several workers.

What an example becomes depends on its own key alone, so that the cut decides about time only.
"""

from __future__ import annotations

import math

__all__ = ["LEAST", "MOST", "Piece", "pieces"]

LEAST, MOST = 1 << 19, 1 << 20
"""Values of a piece. Below, the small operations that each piece begins with cost more than another
worker saves; above, what lies between two operations is fetched from the system anew each time. A
count and no stopwatch decides, so that a run can be explained from its recipe."""

Piece = tuple[slice, slice]
"""The members and the examples of a piece."""


def pieces(members: int, examples: int, values: int, workers: int) -> list[Piece]:
    """Cut a batch [P, B, ...] of so many values an example: whole members, or parts of one."""
    total = members * examples * values
    rounds = math.ceil(total / (MOST * workers))
    count = max(1, min(rounds * workers, total // LEAST))
    share = math.ceil(members * examples / count)
    many, few = max(1, share // examples), min(share, examples)
    return [
        (slice(p, p + many), slice(b, b + few))
        for p in range(0, members, many)
        for b in range(0, examples, few)
    ]
