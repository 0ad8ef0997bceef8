from __future__ import annotations

import pytest

from trainlab.claims.course.c12_small_batches import CLAIM
from trainlab.claims.probes.grids import AccuracyAt
from trainlab.claims.probes.populations import begun


def test_rates_are_in_proportion_to_the_batch() -> None:
    assert isinstance(CLAIM.measure, AccuracyAt)
    for size, changes in CLAIM.measure.places.items():
        training = begun(CLAIM.ask().changed(*changes, "seeds=1"))
        assert training.feed.at(0)[0].shape[1] == size
        training.feed.close()
        assert float(training.dials.lr.at(0)) / size == pytest.approx(0.4 / 64)
