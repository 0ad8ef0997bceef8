from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.claims.made import claim_of, found_of
from trainlab.claims.claim import Curve, Dots, Found, Lines
from trainlab.report.claim_figures import claim_figure
from trainlab.report.figures import Figure
from trainlab.report.slide import HIGH, WIDE, slide

SVG = "{http://www.w3.org/2000/svg}"


def lines_of(curves: dict[str, list[list[float]]], **options: bool) -> Figure:
    found = {
        name: Curve(np.arange(1.0, len(y[0]) + 1), np.asarray(y)) for name, y in curves.items()
    }
    claim = claim_of(figure=Lines(x="updates", y="loss, nats", **options))
    return claim_figure(claim, Found(values={"a": np.ones(1)}, curves=found))


def drawn(figure: Figure) -> ElementTree.Element:
    return ElementTree.fromstring(slide(figure, "a < b"))


def texts(figure: Figure) -> dict[str, tuple[float, float]]:
    return {
        str(each.text): (float(each.attrib["x"]), float(each.attrib["y"]))
        for each in drawn(figure).iter(f"{SVG}text")
    }


def test_axes_are_named_and_lines_carry_their_names_apart() -> None:
    found = texts(lines_of({"one": [[1, 2, 3.0]], "other": [[3, 2, 3.001]]}))
    assert {"updates", "loss, nats", "one", "other"} <= found.keys()
    assert abs(found["one"][1] - found["other"][1]) >= 14
    assert all(0 < x < WIDE and 0 < y < HIGH for x, y in found.values())


@pytest.mark.parametrize("y", [[2, 1.0, 0], [0, 1.0, 2]])
def test_names_at_the_foot_and_at_the_head_stay_on_the_picture(y: list[float]) -> None:
    found = texts(lines_of({name: [y] for name in "abcdef"}))
    places = sorted(found[name][1] for name in "abcdef")
    assert places[-1] < HIGH - 50 and places[0] > 10
    assert min(np.diff(places)) >= 14


def test_a_line_that_stands_alone_has_no_name() -> None:
    assert "one" not in texts(lines_of({"one": [[1, 2.0]]}))


def test_a_line_breaks_where_nothing_was_measured_and_far_ones_are_thinned() -> None:
    gap = [1.0, 2.0, np.nan, 2.0, 1.0]
    parts = drawn(lines_of({"a": [gap]})).iter(f"{SVG}polyline")
    assert sum(each.attrib["stroke-width"] == "2.6" for each in parts) == 2
    long = slide(lines_of({"a": [list(np.linspace(1, 2, 10_000))]}), "")
    assert len(long) < 10_000


@pytest.mark.parametrize(("y", "ticks"), [([1.0, 1e6], 3), ([0.7, 1.1], 3), ([1.0, 1.0], 1)])
def test_a_logarithmic_axis_has_ticks(y: list[float], ticks: int) -> None:
    labels = [text for text, (x, _) in texts(lines_of({"a": [y]}, log=True)).items() if x < 70]
    assert len(labels) > ticks


def test_dots_stand_beside_their_names_in_the_order_of_the_arms() -> None:
    claim = claim_of(figure=Dots(x="loss"))
    figure = claim_figure(claim, found_of(first=[1, 2], second=[3, np.inf]))
    found = texts(figure)
    assert found["first"][1] < found["second"][1]
    signs = [*drawn(figure).iter(f"{SVG}circle"), *drawn(figure).iter(f"{SVG}polygon")]
    assert len(signs) == 3


@pytest.mark.parametrize(("arms", "broken"), [(3, True), (9, False)])
def test_long_names_break_where_rows_leave_room(arms: int, broken: bool) -> None:
    names = [f"a very long name {place}" for place in range(arms)]
    claim = claim_of(figure=Dots(x="loss"))
    found = texts(claim_figure(claim, found_of(**{name: [1.0, 2.0] for name in names})))
    assert (names[0] not in found) == broken


def test_equal_figures_give_equal_bytes_and_name_no_variable() -> None:
    figure = lines_of({"a": [[1, 2.0], [2, 3]], "b": [[2, 2.0], [1, 3]]})
    text = slide(figure, "a < b")
    assert text == slide(figure, "a < b")
    assert "<title>a &lt; b</title>" in text
    assert "var(" not in text and not re.search(r"\bnan\b", text)
