"""What is shown before any command is run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.cli.conftest import Said
from trainlab.cli.table import COMMANDS
from trainlab.store import Run

Say = Callable[..., Said]


def test_without_words_there_is_a_welcome_with_three_commands(say: Say) -> None:
    said = say()
    assert said.code == 0
    assert said.out.count("\n  trainlab ") == 3
    assert said.err == ""


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_the_overview_names_every_command(say: Say, words: list[str]) -> None:
    said = say(*words)
    assert said.code == 0
    for name, row in COMMANDS.items():
        assert f"{name} {row.usage}".strip() in said.out
        assert row.help in said.out


def test_the_version_is_one_line(say: Say) -> None:
    said = say("--version")
    assert (said.code, said.out.split()[0], len(said.out.splitlines())) == (0, "trainlab", 1)


NEEDS_ITS_TENSORS = {"claims", "compare", "gradcheck", "graph", "lr", "schedule", "signal"}
"""Commands whose files draw what the engine hands them: their help waits for it too."""


def test_what_needs_no_tensor_does_not_wait_for_torch(a_run: Run) -> None:
    helps = [[name, "--help"] for name in COMMANDS if name not in NEEDS_ITS_TENSORS]
    runs = ["--runs", str(a_run.path.parent)]
    asked = [*helps, ["recipes"], ["runs", *runs], ["show", "latest", *runs]]
    program = (
        "import sys; from trainlab.cli import main\n"
        f"for words in {asked}:\n"
        "    main(words)\n"
        "    if 'torch' in sys.modules: sys.exit(' '.join(words))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from trainlab.cli import main; main(['--help']);"
        "sys.exit(bool({'torch', 'pandas', 'pydantic', 'numpy', 'typer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0
