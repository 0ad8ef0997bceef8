"""Records of a text file are found with the lines they begin in."""

from __future__ import annotations

from pathlib import Path

from trainlab.data.sources.text import LinesOf, Spelling, records

TEXT = '\n#top\na,b\n\n1,"x\n\ny"\n  \n2,z\r\n3,\n'


def test_records_begin_in_lines(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(TEXT.encode())
    found = list(records(tmp_path / "data.csv", Spelling(comment="#")))
    assert found == [(3, ["a", "b"]), (5, ["1", "x\n\ny"]), (9, ["2", "z"]), (10, ["3", ""])]
    lines = LinesOf(tmp_path / "data.csv", Spelling(comment="#"))
    assert lines([2, 0]) == [10, 5] and lines([]) == []


def test_a_pattern_as_separator_and_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a  b\n1 2\n\n3 4\n", encoding="utf-8-sig")
    spelling = Spelling(separator=r"\s+")
    assert next(records(tmp_path / "data.csv", spelling))[1] == ["a", "b"]
    assert LinesOf(tmp_path / "data.csv", spelling)([0, 1]) == [2, 4]


def test_a_field_that_is_too_long_hides_no_fault(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(f"a,b\n1,{'x' * 200_000}\n2,3\n")
    assert LinesOf(tmp_path / "data.csv", Spelling())([1]) == [3]
