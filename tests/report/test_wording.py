from __future__ import annotations

import math

import pytest
from markupsafe import Markup

from trainlab.report import wording
from trainlab.store import Interval


def of(mean: float, half: float) -> Interval:
    return Interval(mean=mean, half=half, sd=1.0, n=8)


@pytest.mark.parametrize(
    ("mean", "half", "metric", "text"),
    [
        (0.97402, 0.0044, "test/accuracy", "97.40 \u00b1 0.44 %"),
        (0.97402, 0.012, "test/accuracy", "97.4 \u00b1 1.2 %"),
        (0.0954, 0.0036, "test/loss", "0.0954 \u00b1 0.0036"),
        (53.77, 13.2, "test/rmse", "54 \u00b1 13"),
        (1234.5, 321.0, "test/mse", "1234 \u00b1 321"),
        (0.5, 0.0, "test/accuracy", "50.00 \u00b1 0.00 %"),
        (0.9788, math.nan, "test/accuracy", "97.88 %"),
        (math.nan, math.nan, "test/loss", "\u2013"),
    ],
)
def test_the_mean_is_written_as_far_as_its_interval_allows(
    mean: float, half: float, metric: str, text: str
) -> None:
    assert wording.mean_and_half(of(mean, half), metric) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(8.44, "8.4 s"), (61, "1 min 1 s"), (7384, "2 h 3 min")]
)
def test_durations_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text


def test_names_are_written_out() -> None:
    assert wording.title("val/top_5") == "validation top 5"
    assert wording.capital("rmse") == "RMSE"
    assert wording.capital("accuracy") == "Accuracy"
    assert wording.arm_name("optimizer.lr = 0.1, network.norm = batch") == "lr = 0.1, norm = batch"
    assert wording.arm_name("") == "as in the recipe"


def test_yaml_is_coloured_and_says_the_same() -> None:
    text = "data:\n  source: <digits>  # & more\n- {name: pca}\n# alone"
    found = wording.coloured(text)
    assert Markup(found).striptags().split() == text.split()
    assert '<span class="key">source</span>' in found
    assert '<span class="note">' in found
    assert "<digits>" not in found
