from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from trainlab.claims.course.c19_bias_correction import CLAIM


def test_first_steps_have_the_size_that_the_averages_say() -> None:
    """The first is (1 - 0.9) / sqrt(1 - 0.999) of the rate, uncorrected."""
    ask = CLAIM.ask()
    short = ask.recipe.replace("seeds", 2).replace("train.length", "11steps")
    found = CLAIM.measure(replace(ask, recipe=short))
    assert found.values["corrected, first"] == pytest.approx(1, abs=1e-3)
    assert found.values["uncorrected, first"] == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-3)
    assert (found.curves["corrected"].y <= 1.01).all()
