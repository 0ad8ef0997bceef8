"""A look at data gives a source that reads it, and says why."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas
import pytest
from PIL import Image

from tests.data.sources.test_idx import encoded
from trainlab.data.looking import look
from trainlab.data.preparation import prepare
from trainlab.data.sources import SOURCES
from trainlab.errors import DataError


def check_it_reads(path: Path, **given: Any) -> Any:
    """Look, then read and prepare by what was guessed."""
    guess = look(str(path), **given)
    raw = SOURCES[guess.source].load(**guess.options)
    task, _ = prepare(raw, steps=guess.preprocess, on_bad=guess.on_bad)
    assert task.kind == guess.kind and guess.reasons
    assert tuple(raw.x.shape[1:]) == guess.feature_shape and raw.n == guess.examples
    return guess


def csv(path: Path, separator: str = ",") -> Path:
    rows = 60
    frame = pandas.DataFrame(
        {
            "id": range(1, rows + 1),
            "species": [("ant", "bee")[row % 2] for row in range(rows)],
            "length": np.linspace(0, 1, rows),
            "colour": [("red", "blue", "")[row % 3] for row in range(rows)],
            "note": [f"seen at {row}" for row in range(rows)],
        }
    )
    frame.to_csv(path / "bugs.csv", index=False, sep=separator)
    return path / "bugs.csv"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table(tmp_path: Path, separator: str) -> None:
    guess = check_it_reads(csv(tmp_path, separator))
    assert guess.source == "table" and guess.options["target"] == "species"
    assert guess.options["drop"] == ["id", "note"] and guess.on_bad == "impute"
    assert guess.classes == ("ant", "bee") and guess.targets[0] == "species"
    said = "\n".join(guess.reasons)
    assert "by its name" in said and "'id' is left out: it numbers the rows" in said
    assert "'note' is left out: it holds 60 different words" in said


def test_a_target_that_is_asked_for(tmp_path: Path) -> None:
    guess = check_it_reads(csv(tmp_path), target="length")
    assert guess.kind == "regression" and guess.options["target"] == "length"
    with pytest.raises(DataError, match=r"(?s)no column 'lenght'.*nearest\s+length"):
        look(str(csv(tmp_path)), target="lenght")


def test_without_a_telling_name_the_last_column_is_the_target(tmp_path: Path) -> None:
    frame = pandas.DataFrame(np.random.default_rng(0).normal(size=(40, 3)), columns=list("abc"))
    frame.to_parquet(tmp_path / "plain.parquet")
    guess = check_it_reads(tmp_path / "plain.parquet")
    assert guess.options["target"] == "c" and guess.kind == "regression"
    assert "by its place" in guess.reasons[0]


def test_arrays(tmp_path: Path) -> None:
    x, y = np.random.rand(30, 9, 2).astype(np.float32), np.arange(30) % 3
    np.savez(tmp_path / "waves.npz", signals=x, labels=y)
    guess = check_it_reads(tmp_path / "waves.npz")
    assert guess.layout == "sequence" and guess.options["y"] == "labels"


def test_arrays_without_labels_are_said(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.ones((5, 2)), b=np.ones(3))
    with pytest.raises(DataError, match="no array has one label for each of the 5"):
        look(str(tmp_path / "x.npz"))
    np.save(tmp_path / "x.npy", np.ones((5, 2)))
    with pytest.raises(DataError, match="one array alone has no labels"):
        look(str(tmp_path / "x.npy"))


@pytest.mark.parametrize("whole", [True, False])
def test_idx(tmp_path: Path, whole: bool) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (30, 6, 6), dtype=np.uint8)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(encoded(pictures))
    labels = encoded((np.arange(30) % 3).astype(np.uint8))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(labels)
    guess = check_it_reads(tmp_path if whole else tmp_path / "train-images-idx3-ubyte")
    assert guess.source == "idx" and guess.preprocess == ("channel_standardize",)


def test_cifar(tmp_path: Path) -> None:
    records = np.random.default_rng(0).integers(0, 256, (20, 3073), dtype=np.uint8)
    records[:, 0] = np.arange(20) % 2
    records.tofile(tmp_path / "data_batch_1.bin")
    assert check_it_reads(tmp_path).source == "cifar"


def test_pictures_of_several_sizes_are_brought_to_the_commonest(tmp_path: Path) -> None:
    for row in range(20):
        place = tmp_path / "ab"[row % 2]
        place.mkdir(exist_ok=True)
        size = (9, 9) if row == 0 else (5, 4)
        Image.new("L", size, row).save(place / f"{row}.png")
    guess = check_it_reads(tmp_path)
    assert guess.options["size"] == [4, 5] and guess.options["colour"] == "grey"
    assert guess.classes == ("a", "b") and "is the commonest" in guess.reasons[1]


def test_a_folder_with_one_table(tmp_path: Path) -> None:
    csv(tmp_path)
    assert check_it_reads(tmp_path).source == "table"


@pytest.mark.parametrize("name", ["empty", "words.doc"])
def test_what_no_source_reads_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("hello") if "." in name else path.mkdir()
    with pytest.raises(DataError, match=r"(?s)nothing here is data.*\.csv"):
        look(str(path))


def test_a_compressed_table(tmp_path: Path) -> None:
    (tmp_path / "bugs.csv.gz").write_bytes(gzip.compress(csv(tmp_path).read_bytes()))
    assert check_it_reads(tmp_path / "bugs.csv.gz").options["target"] == "species"


def test_a_table_of_one_column_is_said(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a\n1\n2\n")
    with pytest.raises(DataError, match="nothing to learn"):
        look(str(tmp_path / "one.csv"))


GERMAN = "größe;gewicht;art\n" + "".join(
    f"{row % 7},{row};{row + 60 if row % 5 else '61,5'};{'ja' if row % 2 else 'nein'}\n"
    for row in range(40)
)


@pytest.mark.parametrize(("code", "told"), [("utf-8", 1), ("utf-8-sig", 1), ("cp1252", 2)])
def test_a_table_of_a_german_excel_is_read_as_it_is_written(
    tmp_path: Path, code: str, told: int
) -> None:
    (tmp_path / "daten.csv").write_bytes(GERMAN.encode(code))
    guess = check_it_reads(tmp_path / "daten.csv")
    assert guess.options["separator"] == ";" and guess.options["decimal"] == ","
    assert guess.options["target"] == "art" and "drop" not in guess.options
    unusual = [reason for reason in guess.reasons if "written" in reason or "UTF-8" in reason]
    assert len(unusual) == told


def test_rows_without_a_label_are_left_out(tmp_path: Path) -> None:
    lines = ["a,b"] + [f"{row * 1.5},{'' if row % 9 == 0 else 'xy'[row % 2]}" for row in range(60)]
    (tmp_path / "gaps.csv").write_text("\n".join(lines))
    guess = check_it_reads(tmp_path / "gaps.csv")
    assert guess.on_bad == "drop" and "7 rows without 'b' are left out" in guess.reasons


def test_the_last_column_that_can_be_learned_is_the_target(tmp_path: Path) -> None:
    """A column of dates or texts at the end is passed over, and does not send us to the first."""
    lines = ["size,kind,day"]
    lines += [f"{row / 3:.2f},{'ab'[row % 2]},2024-01-{row:02d}" for row in range(1, 31)]
    (tmp_path / "days.csv").write_text("\n".join(lines))
    assert check_it_reads(tmp_path / "days.csv").options["target"] == "kind"


def test_a_table_without_features_is_said(tmp_path: Path) -> None:
    lines = [f"{row},{'xy'[row % 2]}" for row in range(40)]
    (tmp_path / "rows.csv").write_text("n,c\n" + "\n".join(lines))
    with pytest.raises(DataError, match="no column is left for features: 'n': it numbers the rows"):
        look(str(tmp_path / "rows.csv"))


def test_a_table_without_a_header_is_read_whole(tmp_path: Path) -> None:
    lines = [f"{row * 7 % 10},{row / 7:.2f},{'ab'[row % 2]}" for row in range(40)]
    (tmp_path / "bare.data").write_text("\n".join(lines))
    guess = check_it_reads(tmp_path / "bare.data")
    assert guess.examples == 40 and guess.options["header"] is False
    assert guess.options["target"] == "column 3"
    assert any("called by their place" in reason for reason in guess.reasons)


@pytest.mark.parametrize("first", ["# made in spring", "#a,b,kind"])
def test_lines_of_comment_are_told_from_a_header(tmp_path: Path, first: str) -> None:
    lines = [f"{row * 7 % 10},{row / 7:.2f},{'xy'[row % 2]}" for row in range(40)]
    header = [] if "," in first else ["a,b,kind"]
    (tmp_path / "notes.csv").write_text("\n".join([first, *header, *lines]))
    guess = check_it_reads(tmp_path / "notes.csv")
    assert guess.examples == 40 and guess.options["target"] == "kind"
    assert guess.options.get("comment") == ("#" if header else None)


@pytest.mark.parametrize("packed", ["zip", "bz2", "xz"])
def test_a_table_packed_otherwise(tmp_path: Path, packed: str) -> None:
    frame = pandas.read_csv(csv(tmp_path))
    frame.to_csv(tmp_path / f"packed.csv.{packed}", index=False, sep=";")
    assert check_it_reads(tmp_path / f"packed.csv.{packed}").options["target"] == "species"


def test_unicode_text_of_excel(tmp_path: Path) -> None:
    (tmp_path / "daten.txt").write_bytes(GERMAN.replace(";", "\t").encode("utf-16"))
    assert check_it_reads(tmp_path / "daten.txt").options["encoding"] == "utf-16"


@pytest.mark.parametrize("name", ["x.csv.gz", "x.csv.zip", "x.csv.xz", "x.csv.bz2", "x.parquet"])
def test_what_is_not_what_its_ending_says(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"neither packed nor a table")
    with pytest.raises(DataError, match="the table cannot be read"):
        look(str(tmp_path / name))


def test_an_archive_of_several_files(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "x.csv.zip", "w") as archive:
        archive.writestr("a.csv", "a,b")
        archive.writestr("b.csv", "a,b")
    with pytest.raises(DataError, match="one file is due, the archive holds 2"):
        look(str(tmp_path / "x.csv.zip"))


def test_a_column_of_lists_is_left_out(tmp_path: Path) -> None:
    frame = pandas.DataFrame({"a": np.random.rand(40), "kind": ["x", "y"] * 20})
    frame.assign(parts=[[1, 2]] * 40).to_parquet(tmp_path / "lists.parquet")
    guess = check_it_reads(tmp_path / "lists.parquet")
    assert guess.options["drop"] == ["parts"]
    assert "column 'parts' is left out: it holds lists or dicts" in guess.reasons


def test_marks_of_gaps_are_told_from_slips(tmp_path: Path) -> None:
    lines = [
        f"{'?' if row == 5 else row / 3:.4},{'12kg' if row == 9 else row * 7 % 31},"
        f"2024-01-{row % 28 + 1:02d}T{row % 24:02d},{row // 2},{'ab?'[row % 3]},{'xy'[row % 2]}"
        for row in range(60)
    ]
    (tmp_path / "marks.csv").write_text("\n".join(["a,b,day,visit_id,c,kind", *lines]))
    guess = check_it_reads(tmp_path / "marks.csv")
    assert guess.options["missing"] == ["?"] and guess.on_bad == "impute"
    assert guess.options["drop"] == ["b", "day"]
    said = "\n".join(guess.reasons)
    assert "'?' stands for a gap" in said and "gaps are filled, they are in: a, c" in said
    assert "'b' is left out: it holds numbers, but also words, as '12kg'" in said
    assert "'day' is left out: it holds dates" in said
    assert "'visit_id' names 30 of 60 rows" in said and "`group: visit_id`" in said


def test_infinite_values_are_gaps(tmp_path: Path) -> None:
    frame = pandas.DataFrame({"a": np.random.rand(40), "kind": ["x", "y"] * 20})
    frame.loc[3, "a"] = np.inf
    frame.to_csv(tmp_path / "inf.csv", index=False)
    assert check_it_reads(tmp_path / "inf.csv").on_bad == "impute"


def test_values_parted_by_blanks(tmp_path: Path) -> None:
    lines = [f"{row * 7 % 10:5.1f}   {row / 7:.2f} {'ab'[row % 2]}" for row in range(40)]
    (tmp_path / "blanks.txt").write_text("\n".join(["length  width kind", *lines]))
    guess = check_it_reads(tmp_path / "blanks.txt")
    assert guess.options["separator"] == r"\s+" and guess.feature_shape == (2,)
