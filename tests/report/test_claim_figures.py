from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.claims.made import claim_of, found_of
from trainlab.claims.claim import Curve, Dots, Expect, Found, Lines
from trainlab.claims.verdict import decide
from trainlab.report.claim_figures import claim_figure, evidence_figure


def lines_of(y: list[list[float]], **options: Any) -> dict:  # type: ignore[type-arg]
    curve = Curve(np.arange(1.0, len(y[0]) + 1), np.asarray(y))
    claim = claim_of(figure=Lines(x="layer", y="size", **options))
    found = Found(values={"a": np.ones(len(y))}, curves={"a": curve})
    return claim_figure(claim, found)


def test_a_line_is_the_mean_of_the_pairs_that_are_there() -> None:
    _, line = lines_of([[1, 2, 5], [3, 4, math.nan]])["data"]
    assert line["y"] == [2, 3, 5]
    assert line["name"] == "a (1 of 2 to the end)"


def test_on_a_logarithmic_axis_the_mean_is_geometric() -> None:
    drawn = lines_of([[1, 10], [100, 1000]], log=True)
    assert drawn["data"][1]["y"] == pytest.approx([10, 100])
    assert drawn["layout"]["yaxis"]["type"] == "log"


def test_an_axis_begins_where_the_claim_says() -> None:
    ends = lines_of([[0.1, 0.5, 1.0]], low=0.4)["layout"]["yaxis"]["range"]
    assert ends == pytest.approx([0.4, 1.018])


def test_few_places_of_a_logarithmic_axis_are_its_ticks() -> None:
    assert lines_of([[1, 2, 3]], log_x=True)["layout"]["xaxis"]["ticktext"] == ["1", "2", "3"]


def test_one_pair_has_no_band() -> None:
    (line,) = lines_of([[1, 2]])["data"]
    assert line["mode"] == "lines+markers"


def test_dots_are_joined_pair_by_pair_and_leave_out_what_came_to_nothing() -> None:
    claim = claim_of(figure=Dots(x="loss"))
    drawn = claim_figure(claim, found_of(a=[1, 2], b=[3, math.inf]))["data"]
    assert [trace["x"] for trace in drawn if trace["mode"] == "lines"] == [[1, 3], [2, None]]


def test_arms_differ_in_more_than_colour() -> None:
    curves = {name: Curve(np.arange(2.0), np.ones((2, 2))) for name in "abcdef"}
    found = Found(values={"a": np.ones(2)}, curves=curves)
    lines = [t for t in claim_figure(claim_of(), found)["data"] if t["mode"] != "lines"]
    for what in ("dash", "symbol"):
        looks = {t["line"]["dash"] if what == "dash" else t["marker"]["symbol"] for t in lines}
        assert len(looks) == 6


@pytest.mark.parametrize(
    ("expect", "ends"),
    [
        (Expect("it", of="a", below=4.0), (None, 4.0)),
        (Expect("it", of="a", above=1.5, below=9.0), (1.5, 9.0)),
        (Expect("it", of="a", factor=True, below=4.0), (None, 4.0)),
    ],
)
def test_the_region_that_was_expected_is_shaded(
    expect: Expect, ends: tuple[float | None, float]
) -> None:
    verdict = decide(claim_of(expects=(expect,)), found_of(a=[2.0, 2.5, 3.0]))
    region, dots, mean = evidence_figure(verdict.findings[0])["data"]
    assert max(region["x"]) == ends[1]
    assert ends[0] is None or min(region["x"]) == ends[0]
    assert dots["x"] == [2.0, 2.5, 3.0]
    assert mean["error_x"]["array"][0] > 0


def test_infinite_pairs_can_be_drawn_around() -> None:
    expect = Expect("it", of="a", less="b", below=0)
    verdict = decide(claim_of(expects=(expect,)), found_of(a=[1.0] * 8, b=[math.inf] * 8))
    assert evidence_figure(verdict.findings[0])["data"][1]["x"] == []
