from __future__ import annotations

import re
from xml.etree import ElementTree

from trainlab.cli.picture import HEIGHT, WIDTH, page


def test_the_drawing_is_whole_and_stays_in_its_frame() -> None:
    text = page("a <b> & c", "step", [("rate", [(0, 0.0), (50, 1.0), (100, 0.5)])])
    drawing = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    (line,) = drawing.iter("polyline")
    at = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in at)
    assert at[1][1] < at[2][1] < at[0][1], "higher values stand higher"
    assert "a &lt;b&gt; &amp; c" in text


def test_a_rate_of_zero_can_be_drawn() -> None:
    assert not re.search(r"nan|inf\b", page("none", "step", [("rate", [(0, 0.0)])]))
