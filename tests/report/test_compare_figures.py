from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from tests.report.comparisons import STEPS, made
from trainlab.comparison.arms import Arm
from trainlab.report.compare_figures import (
    curves_figure,
    differences_figure,
    tuned_figure,
    way_figure,
)


def test_differences_are_a_dot_a_pair_a_mean_and_an_interval() -> None:
    found = made()
    (verdict,) = found.judgement.to_best
    figure = differences_figure(found, [verdict])
    dots, mean = figure["data"]
    gaps = 100 * np.subtract(found.scores("low"), found.scores("high"))
    np.testing.assert_allclose(dots["x"], gaps, rtol=1e-4)
    assert mean["x"] == pytest.approx([gaps.mean()], rel=1e-4)
    seen, bar = verdict.evidence, mean["error_x"]
    assert bar["array"] == pytest.approx([seen.high - seen.gain], rel=1e-3)
    assert bar["arrayminus"] == pytest.approx([seen.gain - seen.low], rel=1e-3)
    assert figure["layout"]["xaxis"]["title"]["text"] == "better than high by, points"
    assert figure["layout"]["yaxis"]["ticktext"] == ["low"]


def test_equal_dots_stand_apart_and_lost_ones_are_left_out() -> None:
    found = made(a=0.5, b=0.5)
    (verdict,) = found.judgement.to_best
    even = {"a": found.outcomes["a"], "b": found.outcomes["a"]}
    object.__setattr__(found, "outcomes", even)
    dots = differences_figure(found, [verdict])["data"][0]
    assert set(dots["x"]) == {0.0}
    assert len(set(dots["y"])) == 6
    lost = made(lost=2)
    dots = differences_figure(lost, lost.judgement.to_best)["data"][0]
    assert len(dots["x"]) == 4


def test_a_curve_is_a_mean_with_its_band() -> None:
    found = made()
    band, line, *_ = curves_figure(found, "accuracy")["data"]
    curves = np.array([each.curve["val/accuracy"] for each in found.outcomes["high"]])
    assert line["x"] == list(STEPS)
    np.testing.assert_allclose(line["y"], curves.mean(0), rtol=1e-4)
    half = t.ppf(0.975, 5) * curves.std(0, ddof=1) / 6**0.5
    np.testing.assert_allclose(band["y"][:4], curves.mean(0) + half, rtol=1e-4)
    assert line["name"] == "high (n = 6)"
    assert band["legendgroup"] == line["legendgroup"]


def test_an_arm_that_explodes_does_not_hide_the_others() -> None:
    found = made()
    assert "type" not in curves_figure(found, "loss")["layout"]["yaxis"]
    first, *rest = found.outcomes["low"]
    wild = replace(first, curve={"val/loss": (1e9, 1e9, 1e9, 1e9)})
    drawn = curves_figure(replace(found, outcomes={**found.outcomes, "low": (wild, *rest)}), "loss")
    assert drawn["layout"]["yaxis"]["type"] == "log"
    assert all(min(trace["y"]) > 0 for trace in drawn["data"])
    assert "type" not in curves_figure(found, "accuracy")["layout"]["yaxis"]


def test_an_arm_without_a_value_is_not_dropped() -> None:
    found = made()
    nothing = tuple(replace(each, curve={"val/loss": ()}) for each in found.outcomes["low"])
    drawn = curves_figure(replace(found, outcomes={**found.outcomes, "low": nothing}), "loss")
    assert (drawn["data"][-1]["name"], drawn["data"][-1]["x"]) == ("low (n = 0)", [None])


def test_a_band_over_folds_knows_that_they_share_examples() -> None:
    found = made()
    folded = [Arm(arm.name, arm.recipe.replace("data.split.folds", 5)) for arm in found.arms]
    edges = (
        np.array(curves_figure(each, "loss")["data"][0]["y"])
        for each in (found, replace(found, arms=tuple(folded)))
    )
    plain, wide = (edge[:4] - edge[:3:-1] for edge in edges)
    assert wide / plain == pytest.approx(np.sqrt(1 + 6 / 4), rel=0.01)


def test_trials_are_full_hollow_crossed_and_the_best_has_a_ring() -> None:
    figure = tuned_figure(made(), "optimizer.lr")
    legend, line, best, cross = figure["data"][:4]
    assert legend["name"] == "high"
    assert line["x"] == [0.001, 0.01]
    assert line["marker"]["color"] == ["var(--card)", "var(--val)"]
    assert best["x"] == [0.01]
    assert best["marker"]["symbol"] == "circle-open"
    assert cross["x"] == [1.0]
    assert "diverged after 3 updates" in cross["text"][0]
    assert figure["layout"]["xaxis"]["type"] == "log"


def test_the_way_has_a_dot_a_training_and_its_median() -> None:
    nan = float("nan")
    ways = {"high": [10.0, 20.0, 30.0], "low": [40.0, nan, nan]}
    dots, stroke, rest = way_figure(made(), ways, "updates")["data"]
    assert dots["x"] == [10, 20, 30]
    assert stroke["x"] == [20, 20]
    assert rest["x"] == [40]


def test_names_cannot_write_tags() -> None:
    found = made(**{"<b>": 0.5, "c": 0.6})
    names = differences_figure(found, found.judgement.to_best)["layout"]["yaxis"]["ticktext"]
    assert names == ["&lt;b&gt;"]
