from __future__ import annotations

import pytest

import trainlab
from trainlab.lab import train


def test_every_name_has_one_place() -> None:
    assert set(trainlab.PLACES) <= set(trainlab.__all__)
    assert trainlab.train is train
    assert trainlab.nn.__name__ == "trainlab.nn"
    assert dir(trainlab) == sorted(trainlab.__all__)


def test_a_name_that_nobody_offers_is_refused() -> None:
    with pytest.raises(AttributeError, match="trian"):
        _ = trainlab.trian
