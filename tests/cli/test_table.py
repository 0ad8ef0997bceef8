from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from trainlab.cli import commands
from trainlab.cli.table import COMMANDS, module_of
from trainlab.cli.welcome import TITLES


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_a_function_that_is_given_the_terminal(name: str) -> None:
    run = import_module(module_of(name)).run
    first, *rest = inspect.signature(run).parameters
    assert first == "terminal"
    assert not {"json", "runs"} & set(rest), "what all commands share is added once"
    assert inspect.getdoc(run)


def test_every_file_of_a_command_is_in_the_table() -> None:
    files = {file.stem for file in Path(commands.__path__[0]).glob("[!_]*.py")}
    assert files == set(COMMANDS)


def test_groups_stand_together() -> None:
    groups = [row.group for row in COMMANDS.values()]
    assert list(dict.fromkeys(groups)) == list(TITLES)
    assert groups == sorted(groups, key=list(TITLES).index)
