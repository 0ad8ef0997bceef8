from __future__ import annotations

import pytest

from trainlab.claims.course.c12_small_batches import CLAIM
from trainlab.claims.probes.grids import AccuracyAt


def test_rates_are_in_proportion_to_the_batch() -> None:
    ask = CLAIM.ask()
    assert isinstance(CLAIM.measure, AccuracyAt)
    for size, changes in CLAIM.measure.places.items():
        recipe = ask.changed(*changes).recipe
        assert recipe.train.batch_size == size
        assert recipe.optimizer.hypers["lr"] / size == pytest.approx(0.4 / 64)
