"""Tables: what can be wrong in a CSV is said with file, line and column."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
import torch

from trainlab.data.preparation import prepare
from trainlab.data.sources.table import table
from trainlab.errors import DataError


def write(path: Path, rows: int = 30, **columns: Any) -> str:
    """Write a CSV with a number, a word and a label; further columns replace or add."""
    frame = {
        "width": np.arange(rows) / 4,
        "colour": [("red", "green", "blue")[row % 3] for row in range(rows)],
        "kind": [("yes", "no")[row % 2] for row in range(rows)],
    }
    pandas.DataFrame(frame | columns).to_csv(path / "data.csv", index=False)
    return str(path / "data.csv")


def test_words_become_categories_and_labels_become_classes(tmp_path: Path) -> None:
    raw = table(path=write(tmp_path), target="kind")
    assert raw.classes == ("no", "yes") and raw.features == ("width", "colour")
    assert raw.levels == {1: ("blue", "green", "red")} and raw.kind == "classification"
    task, _ = prepare(raw, steps=["standardize"])
    assert task.feature_shape == (4,)


def test_parquet_gives_what_csv_gives(tmp_path: Path) -> None:
    path = write(tmp_path)
    pandas.read_csv(path).to_parquet(tmp_path / "data.parquet")
    first = table(path=path, target="kind")
    second = table(path=str(tmp_path / "data.parquet"), target="kind")
    assert isinstance(first.x, torch.Tensor) and isinstance(second.x, torch.Tensor)
    assert torch.equal(first.x, second.x) and first.levels == second.levels


def test_numbers_as_target_make_a_regression_of_one_or_several(tmp_path: Path) -> None:
    path = write(tmp_path, price=np.linspace(0, 9, 30), weight=np.linspace(5, 6, 30))
    raw = table(path=path, target=["price", "weight"], drop=["kind"])
    assert raw.kind == "regression" and raw.targets == ("price", "weight")
    assert raw.y is not None and raw.y.shape == (30, 2)
    assert table(path=path, target="price", task="classification").kind == "classification"


def test_group_and_time_columns_are_no_features(tmp_path: Path) -> None:
    days = pandas.date_range("2024-01-01", periods=30)[::-1]
    path = write(tmp_path, who=[f"p{row // 3}" for row in range(30)], day=days)
    raw = table(path=path, target="kind", group="who", time="day")
    assert raw.features == ("width", "colour")
    assert raw.groups is not None and raw.groups.unique().numel() == 10
    assert raw.times is not None and (raw.times.diff() < 0).all()


def test_gaps_are_errors_by_line_and_column_unless_a_policy_says_else(tmp_path: Path) -> None:
    width: list[Any] = list(np.arange(30) / 4)
    width[4] = None
    raw = table(path=write(tmp_path, width=width), target="kind")
    with pytest.raises(DataError, match=r"lines 6; columns 'width'"):
        prepare(raw)
    task, _ = prepare(raw, on_bad="impute")
    assert task.x.isfinite().all()


@pytest.mark.parametrize(
    ("content", "word"),
    [("", "the file is empty"), ("a,b\n", "no examples"), ("a,b\n1,2\n1,2,3,4\n", "line 3")],
)
def test_files_that_hold_no_table(tmp_path: Path, content: str, word: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=word):
        prepare(table(path=str(path), target="b"))


def test_a_missing_file_is_answered_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(DataError, match=r"(?s)no file or folder.*nearest\s+data.csv"):
        table(path=str(tmp_path / "dat.csv"), target="kind")


def test_an_unknown_target_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)no column 'kidn'.*nearest\s+kind"):
        table(path=write(tmp_path), target="kidn")


def test_no_target_is_answered_with_the_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)no target.*width, colour, kind"):
        table(path=write(tmp_path))


def test_a_slip_in_a_column_of_numbers_is_named_by_its_line(tmp_path: Path) -> None:
    width: list[Any] = list(np.arange(30))
    width[7] = "seven"
    with pytest.raises(DataError, match="'width' holds numbers, but 'seven' in line 9"):
        table(path=write(tmp_path, width=width), target="kind")


def test_a_column_of_names_is_refused(tmp_path: Path) -> None:
    names = [f"name {row}" for row in range(30)]
    with pytest.raises(DataError, match="'who' holds 30 different words in 30 rows"):
        table(path=write(tmp_path, who=names), target="kind")


def test_dates_are_refused_as_features(tmp_path: Path) -> None:
    frame = pandas.read_csv(write(tmp_path))
    frame["day"] = pandas.date_range("2024-01-01", periods=30)
    frame.to_parquet(tmp_path / "data.parquet")
    with pytest.raises(DataError, match="'day' holds dates"):
        table(path=str(tmp_path / "data.parquet"), target="kind")


def test_a_column_without_times_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'colour' holds no times"):
        table(path=write(tmp_path), target="kind", time="colour")


def test_no_feature_left_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column is left"):
        table(path=write(tmp_path), target="kind", drop=["width", "colour"])


def test_unlabelled_rows_need_no_target(tmp_path: Path) -> None:
    path = write(tmp_path)
    pandas.read_csv(path).drop(columns="kind").to_csv(tmp_path / "new.csv", index=False)
    raw = table(path=str(tmp_path / "new.csv"), target="kind", unlabelled=True)
    assert raw.y is None and raw.features == ("width", "colour")


def test_text_that_is_no_table_is_said(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    path.write_bytes(b"this is no parquet")
    with pytest.raises(DataError, match=r"(?s)cannot be read.*where\s+\S*data.parquet"):
        table(path=str(path), target="kind")


def test_decimal_commas_are_read_where_they_are_said_and_else_refused(tmp_path: Path) -> None:
    path = write(tmp_path, width=[f"{row},5" for row in range(30)])
    with pytest.raises(DataError, match=r"(?s)'width' holds numbers with a decimal comma.*decimal"):
        table(path=path, target="kind")
    with pytest.raises(DataError, match="'width' holds numbers with a decimal comma"):
        table(path=path, target="width")
    raw = table(path=path, target="kind", decimal=",")
    assert isinstance(raw.x, torch.Tensor) and raw.x[:3, 0].tolist() == [0.5, 1.5, 2.5]


def test_a_text_in_another_encoding_says_how_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    rows = [f"{row / 3:.2f},{('weiß', 'grün')[row % 2]}" for row in range(30)]
    path.write_bytes("\n".join(["größe,farbe", *rows]).encode("cp1252"))
    with pytest.raises(DataError, match=r"(?s)not written in utf-8.*encoding: cp1252"):
        table(path=str(path), target="farbe")
    raw = table(path=str(path), target="farbe", encoding="cp1252")
    assert raw.features == ("größe",) and raw.classes == ("grün", "weiß")
    with pytest.raises(DataError, match="unknown encoding"):
        table(path=str(path), target="farbe", encoding="klingon")


def test_lines_are_the_files_own(tmp_path: Path) -> None:
    """Blank lines, comments and breaks within quotes are lines that hold no row of their own."""
    rows = [f'{row},"two\nlines {row % 2}",{"xy"[row % 2]}' for row in range(20)]
    rows[10] = "ten,one,x"
    text = "# from a survey\n\na,b,kind\n" + "\n   \n# half\n".join(rows)
    (tmp_path / "data.csv").write_text(text)
    line = 1 + text.split("ten,one")[0].count("\n")
    with pytest.raises(DataError, match=f"'a' holds numbers, but 'ten' in line {line}\n"):
        table(path=str(tmp_path / "data.csv"), target="kind", comment="#")
    (tmp_path / "gap.csv.gz").write_bytes(gzip.compress(text.replace("ten", "").encode()))
    with pytest.raises(DataError, match=f"lines {line}; columns 'a'"):
        prepare(table(path=str(tmp_path / "gap.csv.gz"), target="kind", comment="#"))


@pytest.mark.parametrize("rows", ["1,2,3\n4,5,6\n", '1,"\n"\n\n1,2,3\n'])
def test_a_row_of_more_values_than_columns_is_named_by_its_line(tmp_path: Path, rows: str) -> None:
    """Of such a table pandas makes the first column an index, and shifts the others."""
    (tmp_path / "data.csv").write_text("a,b\n" + rows)
    line = 2 if rows.startswith("1,2") else 5
    with pytest.raises(DataError, match=f"line {line} has 3 values, for 2 columns"):
        table(path=str(tmp_path / "data.csv"), target="b")


def test_a_separator_at_the_end_of_each_line_shifts_nothing(tmp_path: Path) -> None:
    rows = "".join(f"{row / 4},{'xy'[row % 2]},\n" for row in range(20))
    (tmp_path / "data.csv").write_text("a,b\n" + rows)
    raw = table(path=str(tmp_path / "data.csv"), target="b")
    assert raw.features == ("a",) and raw.classes == ("x", "y")


BARE = "".join(f"{row / 4},{row % 3},{'xy'[row % 2]}\n" for row in range(4, 24))


def test_a_file_without_a_header_is_refused_or_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text(BARE)
    with pytest.raises(DataError, match=r"(?s)line 1 looks like data.*1.0, 1, x.*header: false"):
        table(path=str(path), target="x")
    raw = table(path=str(path), target="column 3", header=False)
    assert raw.n == 20 and raw.features == ("column 1", "column 2") and raw.classes == ("x", "y")
    assert raw.lines is not None and raw.lines([0, 19]) == [1, 20]
    assert table(path=str(path), target="x", header=True).n == 19


def test_words_that_stand_for_a_gap(tmp_path: Path) -> None:
    width: list[Any] = list(np.arange(30))
    width[7] = "?"
    path = write(tmp_path, width=width, colour=["?", "red", "green"] * 10)
    with pytest.raises(DataError, match=r"(?s)'\?' in line 9.*missing: \['\?'\]"):
        table(path=path, target="kind")
    raw = table(path=path, target="kind", missing=["?"])
    assert isinstance(raw.x, torch.Tensor)
    assert raw.levels == {1: ("green", "red")} and int(raw.x.isnan().sum()) == 11


def test_blanks_beside_names_and_words_are_no_part_of_them(tmp_path: Path) -> None:
    rows = "".join(f"{row / 4} , {('yes', 'no', 'yes ')[row % 3]}\n" for row in range(20))
    (tmp_path / "data.csv").write_text("a , kind \n" + rows)
    raw = table(path=str(tmp_path / "data.csv"), target="kind")
    assert raw.features == ("a",) and raw.classes == ("no", "yes")


def test_truth_values_with_gaps_stay_what_they_are(tmp_path: Path) -> None:
    path = write(tmp_path, kind=[True, False, None] * 10)
    raw = table(path=path, target="kind")
    assert raw.classes == ("False", "True") and raw.y is not None
    assert raw.y.tolist() == [1, 0, -1] * 10


@pytest.mark.parametrize(("mark", "said"), [(";", "';'"), ("\t", r"'\\t'")])
def test_lines_that_were_not_parted_are_told(tmp_path: Path, mark: str, said: str) -> None:
    frame = pandas.read_csv(write(tmp_path))
    frame.to_csv(tmp_path / "other.csv", index=False, sep=mark)
    with pytest.raises(DataError, match=f"(?s)not parted by a comma.*separator: {said}"):
        table(path=str(tmp_path / "other.csv"), target="kind")


def test_a_quote_that_is_never_closed_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text('a,b\n"x\n",1\n2,"y\n3,z\n4,y\n')
    with pytest.raises(DataError, match="a quote opens in line 4 and is never closed"):
        table(path=str(tmp_path / "data.csv"), target="b")
