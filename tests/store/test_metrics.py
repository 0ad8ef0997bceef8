from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas
import pytest

from tests.store.conftest import evaluated, reading, training
from trainlab.store import Logged, Member, seeds_of_one_program
from trainlab.store.metrics import Table, frame, rows

MEMBERS = seeds_of_one_program([10, 11, 12])


def logged(*events: object) -> list[Logged]:
    return [Logged(0, event) for event in events]  # type: ignore[arg-type]


def test_a_reading_and_an_evaluation_of_one_step_are_one_row_a_member() -> None:
    table = frame(logged(reading(4), evaluated(4)), MEMBERS)
    assert list(table) == [
        *["step", "epoch", "program", "member", "seed"],
        *["train/loss", "val/accuracy"],
    ]
    assert table["seed"].tolist() == [10, 11, 12]
    assert table["train/loss"].tolist() == reading(4).values["train/loss"]
    assert table["val/accuracy"].tolist() == evaluated(4).values["val/accuracy"]


def test_members_of_two_programs_keep_their_own_numbers() -> None:
    members = [*MEMBERS, Member(member=3, seed=7, program=1, place=0)]
    one = replace(reading(2), members=(0,), values={"train/loss": [5.0]})
    table = frame([Logged(1, one), *logged(reading(2))], members)
    assert table["member"].tolist() == [0, 1, 2, 3]
    assert table["train/loss"].tolist()[-1] == 5.0


def test_the_file_is_the_table_at_every_flush(tmp_path: Path) -> None:
    table, seen = Table(tmp_path / "metrics.csv", MEMBERS), []
    for event in training():
        seen += logged(event)
        table.add(seen[-1])
        table.flush(seen)
        if not table.path.exists():
            continue  # the first row is complete when the second step begins
        waiting = seen[-1].event.step  # rows of the latest step may still be joined by more
        told = pandas.read_csv(table.path)
        whole = frame(seen, MEMBERS)
        whole = whole[whole["step"] < waiting]
        told = told[told["step"] < waiting].reset_index(drop=True)
        pandas.testing.assert_frame_equal(told, whole[list(told)], check_dtype=False)
    table.close(seen)
    pandas.testing.assert_frame_equal(pandas.read_csv(table.path), frame(seen, MEMBERS))


def test_numbers_are_written_in_full_and_nan_is_an_empty_cell(tmp_path: Path) -> None:
    values = {"train/loss": [1 / 3, math.nan, math.inf]}
    table = Table(tmp_path / "metrics.csv", MEMBERS)
    table.close(logged(replace(reading(1), values=values)))
    lines = table.path.read_text().splitlines()
    assert [line.split(",")[-1] for line in lines[1:]] == [repr(1 / 3), "", "inf"]


def test_nothing_is_lost_between_rows_and_rest() -> None:
    events = logged(*training())
    told = [event.step for event in training() if type(event).__name__ == "Reading"]
    assert [row["step"] for row in rows(events, MEMBERS)] == [s for s in told for _ in MEMBERS]


def test_an_empty_run_has_an_empty_table() -> None:
    assert frame([], MEMBERS).empty


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_rebuilt_table_goes_on_where_the_log_stands(tmp_path: Path, cut: int) -> None:
    events = logged(*training())
    table = Table(tmp_path / "metrics.csv", MEMBERS)
    table.rebuild(events[:cut])
    for event in events[cut:]:
        table.add(event)
    table.flush(events)
    table.close(events)
    pandas.testing.assert_frame_equal(pandas.read_csv(table.path), frame(events, MEMBERS))
