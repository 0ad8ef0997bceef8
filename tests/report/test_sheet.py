from __future__ import annotations

from markupsafe import Markup

from trainlab.report.sheet import sheet


def test_a_sheet_is_whole_and_escapes_what_is_no_markup() -> None:
    text = sheet("a < b", "lead & more", Markup("<svg></svg>"), ".own { color: red; }")
    assert "<h1>a &lt; b</h1>" in text
    assert "lead &amp; more" in text
    assert "<svg></svg>" in text
    assert ".own { color: red; }" in text
    assert "--train" in text, "the report's colours"
