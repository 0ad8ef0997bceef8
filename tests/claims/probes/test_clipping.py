from __future__ import annotations

import pytest

from tests.claims.made import ask_of
from trainlab.claims.probes.clipping import ClippedDirection
from trainlab.claims.probes.populations import begun, gradient


def test_by_norm_the_direction_stays_and_by_value_only_signs_are_left() -> None:
    """Where every value is beyond the limit: sum |g| / (|g| sqrt(how many are not 0))."""
    ask = ask_of("train.precision=fp64")
    training = begun(ask)
    g = gradient(training, *training.feed.at(0))
    signs = g.abs().sum(dim=1) / (g.norm(dim=1) * (g != 0).sum(dim=1).sqrt())
    found = ClippedDirection(norm=1e-3, value=1e-6)(ask)
    assert found.values["cosine, by norm"] == pytest.approx(1, abs=1e-12)
    assert found.values["cosine, by value"] == pytest.approx(signs.numpy(), rel=1e-3)
    assert (found.values["cosine, by value"] < 0.9).all()


def test_what_is_short_enough_stays_as_it_is() -> None:
    found = ClippedDirection(norm=1e6, value=1e6)(ask_of())
    assert all(row == pytest.approx(1, abs=1e-12) for row in found.values.values())
