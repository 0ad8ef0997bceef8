from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from tests.report.range_tests import against, made
from trainlab.check.learning_rate import Range, Refusal
from trainlab.report.rates_page import confirmation_figure, curve_figure, page


def test_the_curve_has_each_seed_the_range_and_what_diverged() -> None:
    found = made()
    assert isinstance(found.found, Range)
    traces = curve_figure(found)["data"]
    named = {trace["name"]: trace for trace in traces}
    assert sum(trace["name"] == "each seed" for trace in traces) == 3
    assert sum(trace.get("showlegend", True) for trace in traces) == len(named)
    best = next(trace for name, trace in named.items() if name.startswith("best"))
    assert best["x"] == [found.found.best] * 2
    shade = next(trace for name, trace in named.items() if name.startswith("useful"))
    assert (min(shade["x"]), max(shade["x"])) == pytest.approx(
        (found.found.lowest, found.found.edge), rel=1e-4
    )
    assert min(named["diverged"]["x"]) > 1
    assert named["diverged"]["text"][0] == "3 of 3 diverged"
    assert None in named["each seed"]["y"]


def test_the_confirmation_has_a_dot_a_pair_and_an_interval() -> None:
    found = against(0.2, 0.1)
    dots, mean, *_ = confirmation_figure(found)["data"]
    np.testing.assert_allclose(dots["x"], np.subtract(found.rivals[0].loss, found.loss), rtol=1e-3)
    assert mean["x"] == pytest.approx([found.rivals[0].gap], rel=1e-4)
    assert mean["error_x"]["array"] == pytest.approx([found.rivals[0].half], rel=1e-4)


def test_the_page_is_whole_and_asks_no_other_host() -> None:
    text = page("<digits>", made())
    assert "&lt;digits&gt;: which learning rate" in text
    assert "<b>Confirmed</b>" in text
    assert "the grid was made wider, up to 10" in text
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", text)
    figures = re.findall(r'<script type="application/json">(.*?)</script>', text)
    assert [len(json.loads(each)["data"]) > 3 for each in figures] == [True, True]


def test_a_page_without_a_suggestion_says_what_to_do() -> None:
    refusal = Refusal(why="flat", what="nothing learns", next_step="look at the data")
    text = page("dead", replace(made(), found=refusal, confirmation=None))
    assert "No suggestion: nothing learns" in text and "look at the data" in text
    assert text.count('type="application/json"') == 1


def test_a_page_where_everything_diverged_is_drawn() -> None:
    found = made()
    lost = replace(found.curve, loss=np.full_like(found.curve.loss, np.inf))
    text = page("lost", replace(found, curve=lost, found=lost.read(), confirmation=None))
    assert "every seed diverged" in text
