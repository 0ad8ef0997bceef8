from __future__ import annotations

import re

from trainlab.report.cells import CELLS, STYLE, strip, text


def cells(drawn: str) -> dict[str, int]:
    """Count the cells of each shade."""
    paths = re.findall(r'<path class="(\w+)" d="([^"]*)"', drawn)
    return {shade: path.count("M") for shade, path in paths}


def test_signs_have_their_colours_and_sizes_their_shades() -> None:
    assert cells(strip(0, 0, [-2.0, 0.0, 1.0, 2.0, 2.0])) == {"n9": 1, "p4": 1, "p9": 2}
    assert all(f".{shade} {{" in STYLE for shade in ("n1", "n9", "p4"))


def test_of_many_numbers_some_are_drawn() -> None:
    assert sum(cells(strip(0, 0, [1.0] * 5000)).values()) == CELLS
    assert len(strip(0, 0, [(-1.0) ** n * n for n in range(5000)])) < 1500


def test_what_is_not_finite_is_left_blank() -> None:
    assert cells(strip(0, 0, [float("nan"), float("inf"), 1.0])) == {"p9": 1}
    assert cells(strip(0, 0, [0.0, 0.0])) == {}


def test_text_is_escaped() -> None:
    assert "a &lt; b" in text(0, 0, "a < b", "m")
