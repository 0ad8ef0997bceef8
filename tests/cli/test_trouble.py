from __future__ import annotations

import io

from rich.console import Console

from trainlab.cli.terminal import THEME
from trainlab.cli.trouble import document, tell
from trainlab.errors import InputError, RecipeError

FAULT = RecipeError(
    "there is no rule 'adamm'",
    where="my.yaml, line 12: optimizer.rule",
    allowed=[f"rule{number}" for number in range(20)] + ["adam"],
    given="adamm",
    next_step="see them described: trainlab list rule",
)


def told(fault: InputError, width: int = 80) -> list[str]:
    stream = io.StringIO()
    tell(fault, Console(file=stream, width=width, theme=THEME))
    return stream.getvalue().splitlines()


def test_a_fault_is_one_block_with_its_parts_in_order() -> None:
    lines = told(FAULT)
    assert lines[0] == "trainlab: there is no rule 'adamm'"
    heads = [line[:10].strip() for line in lines[1:] if line[2] != " "]
    assert heads == ["where", "allowed", "nearest", "next"]
    assert all(line.startswith("  ") and len(line) <= 80 for line in lines[1:])


def test_long_lists_hang_below_their_own_column() -> None:
    lines = told(FAULT, width=60)
    inside = lines[lines.index(next(line for line in lines if "allowed" in line)) :]
    assert inside[1].startswith(" " * 11 + "rule")


def test_a_fault_without_parts_is_one_line() -> None:
    assert told(InputError("the data are empty")) == ["trainlab: the data are empty"]


def test_brackets_are_no_markup() -> None:
    assert told(InputError("give [red]key=value[/red]")) == ["trainlab: give [red]key=value[/red]"]


def test_the_document_has_every_part() -> None:
    error = document(FAULT)["error"]
    assert isinstance(error, dict)
    assert error["kind"] == "RecipeError"
    assert error["nearest"] == "adam"
    assert list(error) == ["kind", "what", "where", "allowed", "nearest", "next"]
