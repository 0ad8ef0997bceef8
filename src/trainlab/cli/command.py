"""Run one command: its own parameters read by typer, the conventions of all commands around it.

A command is a function `run(terminal, ...) -> Answer`; its annotated parameters are its arguments
and options. What all commands share (--json, --runs, exit codes, faults told without a traceback)
is here and nowhere else.
"""

from __future__ import annotations

import errno
import inspect
import os
import re
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from trainlab.cli.table import COMMANDS, module_of
from trainlab.cli.terminal import Answer, Terminal
from trainlab.cli.trouble import document, tell
from trainlab.errors import InputError, Interrupted, ResourceError, UnknownName
from trainlab.places import line_of, told

__all__ = ["INTERRUPTED", "application", "run"]

INPUT_AT_FAULT, TRAINLAB_AT_FAULT, INTERRUPTED = 2, 3, 130
SHARED = "Every command"
FORBIDDEN = "change what is allowed there, or choose another place: --runs DIR"
FULL = "make room, or choose another place: --runs DIR"
TOO_MANY = "let it open more files: ulimit -n 4096"
REFUSALS = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), FORBIDDEN),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.EIO: "see what is wrong with the disk, or choose another: --runs DIR",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), TOO_MANY),
}
"""What the system does not let us do, and what to do about it."""

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document.", rich_help_panel=SHARED)
]
Runs = Annotated[
    Path,
    typer.Option(
        "--runs",
        envvar="TRAINLAB_RUNS",
        metavar="DIR",
        help="The folder that runs are kept in.",
        rich_help_panel=SHARED,
    ),
]
# typer carries a copy of click in some versions and imports it in others: find whichever it is.
UsageError: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError"
)


def run(name: str, words: Sequence[str]) -> int:
    """Run the command `name` on its words and give the exit code.

    Raises OSError, and no other, where the answer itself cannot be written.
    """
    terminal = Terminal(json="--json" in words)
    answer = _answer(name, words, terminal)
    return answer if isinstance(answer, int) else terminal.give(answer)


def _answer(name: str, words: Sequence[str], terminal: Terminal) -> Answer | int:
    """Let the command act; give its answer, or the exit code where all is said."""
    act = None
    try:
        act = _read(name, words)
        return act() if act else 0
    except InputError as fault:
        return _at_fault(fault, terminal)
    except Interrupted as stop:
        if terminal.json:
            terminal.give(Answer(document={"interrupted": str(stop)}))
        terminal.say(f"trainlab: {stop}", style="warn")
        return INTERRUPTED
    except KeyboardInterrupt:
        terminal.say("trainlab: interrupted", style="warn")
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as fault:
        if act is None and isinstance(fault, OSError):
            raise  # the help cannot be written
        if line_of(fault):
            return _at_fault(told(fault), terminal)
        if isinstance(fault, OSError) and fault.errno in REFUSALS:
            return _at_fault(_refused(fault), terminal)
        traceback.print_exc()
        terminal.say("trainlab: this is a fault of trainlab itself, not of your input", "lost")
        return TRAINLAB_AT_FAULT


def _at_fault(fault: InputError, terminal: Terminal) -> int:
    """Tell what is wrong with the input; the traceback is for who mends code of his own."""
    if os.environ.get("TRAINLAB_TRACEBACK"):
        traceback.print_exc()
    if terminal.json:
        terminal.give(Answer(document=document(fault)))
    tell(fault, terminal.log)
    return INPUT_AT_FAULT


def _refused(fault: OSError) -> InputError:
    """Say what the system does not let us do."""
    return ResourceError(
        f"the system refuses: {fault.strerror}",
        where=str(fault.filename or ""),
        next_step=REFUSALS[fault.errno or 0],
    )


def _read(name: str, words: Sequence[str]) -> Callable[[], Answer] | None:
    """Give what the words ask for, ready to be called; None where they asked for help, now shown.

    Faults of the command line itself become InputErrors.
    """
    if name not in COMMANDS:
        raise UnknownName(
            f"there is no command {name!r}",
            allowed=sorted(COMMANDS),
            given=name,
            next_step="see what each one does: trainlab --help",
        )
    act = import_module(module_of(name)).run
    command = typer.main.get_command(application(name, act))
    try:
        asked = command.main(list(words), prog_name=f"trainlab {name}", standalone_mode=False)
    except UsageError as fault:
        raise _as_input_error(fault, name, words) from None
    return asked if callable(asked) else None


def application(name: str, act: Callable[..., Answer]) -> typer.Typer:
    """Make typer's application of one command: its own parameters, then the shared ones."""
    own = inspect.signature(act, eval_str=True)

    def entry(**given: Any) -> Callable[[], Answer]:
        shared = {key: given.pop(key) for key in ("json", "runs")}
        return partial(act, Terminal(**shared), **given)

    parameters = [*list(own.parameters.values())[1:], *_shared_parameters()]
    entry.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    entry.__annotations__ = {each.name: each.annotation for each in parameters}
    entry.__doc__ = re.sub(r"(?<=\S)\n(?=\S)", " ", inspect.cleandoc(act.__doc__ or ""))
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    app.command(name=name)(entry)
    return app


def _shared_parameters() -> list[inspect.Parameter]:
    """Give the parameters that every command has."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return [
        inspect.Parameter("json", kind, default=False, annotation=Json),
        inspect.Parameter("runs", kind, default=Path("runs"), annotation=Runs),
    ]


def _as_input_error(fault: Any, name: str, words: Sequence[str]) -> InputError:
    """Say what typer found wrong with the command line in the words of all other faults."""
    allowed = getattr(fault, "possibilities", None) or ()
    message = fault.format_message().splitlines()[0].rstrip(".")
    return InputError(
        message[:1].lower() + message[1:],
        where=f"trainlab {' '.join([name, *words])}",
        allowed=sorted(allowed),
        given=getattr(fault, "option_name", "") or "",
        next_step=f"see what it takes: trainlab {name} --help",
    )
