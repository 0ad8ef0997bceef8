from __future__ import annotations

import json
import re
from importlib.resources import files

import numpy as np
import plotly.graph_objects
import pytest

from tests.report.conftest import MakeRun
from trainlab.report import figures
from trainlab.report.page import Page

CSS = files("trainlab.report").joinpath("style.css").read_text()


@pytest.mark.parametrize("kind", ["classification", "regression"])
@pytest.mark.parametrize(
    "options", [{"seeds": 3, "diverged": (1,)}, {"seeds": 2, "arms": (1.0, 2.0)}]
)
def test_every_figure_is_one_to_plotly_and_its_colours_exist(
    make_run: MakeRun, kind: str, options: dict[str, object]
) -> None:
    page = Page.of(make_run(kind=kind, **options))
    drawn = [figure for _, figure in page.learning] + [figure for *_, figure in page.testing]
    assert len(drawn) == 6
    for figure in drawn:
        text = figures.embed(figure)
        json.loads(text, parse_constant=pytest.fail)
        colours = set(re.findall(r"var\((--[\w-]+)\)", text))
        assert all(CSS.count(f"{colour}:") == 2 for colour in colours), "light and dark"
        known = re.sub(r"var\(--[\w-]+\)", "#123456", text)  # its checks know no style sheets
        plotly.graph_objects.Figure(json.loads(known))


def test_what_is_embedded_cannot_close_its_script() -> None:
    text = figures.embed({"name": "</script><!--"})
    assert "<" not in text
    assert json.loads(text) == {"name": "</script><!--"}


def test_numbers_are_short_and_valid() -> None:
    found = figures.numbers(np.array([[1 / 3, np.nan], [np.inf, 123456789.0]]))
    assert found == [[0.33333, None], [None, 123460000.0]]
    assert figures.numbers([1, 2]) == [1, 2]


@pytest.mark.parametrize(("low", "high"), [(0.015, 2.3), (1e-6, 1.0), (0.9, 1.1), (3.0, 80.0)])
def test_a_logarithmic_axis_has_ticks_within_and_around(low: float, high: float) -> None:
    ticks = figures.log_ticks(low, high)
    values = np.array(ticks["tickvals"])
    assert values.min() <= low
    assert values.max() >= high
    assert [float(text) for text in ticks["ticktext"]] == pytest.approx(values.tolist())
    assert len(values) < 30
