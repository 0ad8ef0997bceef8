from __future__ import annotations

from markupsafe import Markup

from trainlab.report.figures import axis, figure
from trainlab.report.sheet import drawing, plot, sheet


def test_a_sheet_is_whole_and_escapes_what_is_no_markup() -> None:
    text = sheet("a < b", "lead & more", Markup("<svg></svg>"), ".own { color: red; }")
    assert "<h1>a &lt; b</h1>" in text
    assert "lead &amp; more" in text
    assert "<svg></svg>" in text
    assert ".own { color: red; }" in text
    assert "--train" in text, "the report's colours"


def test_a_plot_cannot_close_its_own_tag() -> None:
    drawn = figure([{"name": "</script>"}], x=axis("x"), y=axis("y"), height=210)
    text = plot(drawn)
    assert text.count("</script>") == 1
    assert "min-height: 210px" in text


def test_the_drawing_brings_plotly_along() -> None:
    text = drawing()
    assert "Plotly" in text and "draw()" in text
