"""The measures of readable source: short functions, short files, few arguments, mirrored tests."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from tests.laws import source

LINES_OF_A_FUNCTION = 60
LINES_OF_A_FILE = 400
ARGUMENTS = 6
MIRRORED = 0.90

Function = ast.FunctionDef | ast.AsyncFunctionDef

MORE_ARGUMENTS = {
    "cli/commands/*:run": "a command's parameters are its words on the command line",
    "data/augment/images.py:*": "an augmentation's parameters are its options in a recipe",
    "data/sources/*": "a source's parameters are its options in a recipe, declared nowhere else",
    "lab/comparing.py:compare": "the verb that everything can be handed to, by keyword",
    "lab/training.py:train": "the verb that everything can be handed to, by keyword",
    "nn/whitening.py:IterNorm2d.__init__": "torch's arguments of a batch norm, and two of its own",
    "nn/networks/*": "a network's parameters are its options in a recipe, declared nowhere else",
    "optim/*.__init__": "an optimizer's parameters are torch's",
}
"""Where functions may have more arguments, and why."""

OPEN_OPTIONS = {
    "cli/command.py:application.entry": "typer reads the signature it is given",
    "data/sources/embedded.py:_load": "scikit-learn's loaders differ in their options",
    "recipe/schema.py:Recipe.__init__": "pydantic's own signature",
    "schedules/functions.py:function.make": "its signature names the options",
    "schedules/table.py:ScheduleRow.make": "a row's options are its function's parameters",
}
"""Where functions may take **options, and why."""


def functions(file: Path) -> Iterator[tuple[str, Function]]:
    """Give each function with its name in the laws: rules/algebra.py:Rule.step."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield f"{source.place(file)}:{prefix}{child.name}", child
            named = isinstance(child, Function | ast.ClassDef)
            yield from walk(child, f"{prefix}{child.name}." if named else prefix)

    return walk(source.tree(file), "")


def excused(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def arguments(function: Function) -> list[str]:
    """Name what a caller has to know of; self and cls come by themselves."""
    given = function.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def mirror(file: Path) -> Path:
    """Give the path of a module's own tests; claims are rows, whose table's tests hold them all."""
    inside = file.relative_to(source.SRC)
    if inside.parent.as_posix() == "claims/course":
        return source.ROOT / "tests" / "claims" / "test_table.py"
    return source.ROOT / "tests" / inside.parent / f"test_{inside.name}"


def everywhere() -> list[tuple[str, Function]]:
    return [pair for file in source.files() for pair in functions(file)]


def test_functions_are_short() -> None:
    assert not {name: n for name, f in everywhere() if (n := length(f)) > LINES_OF_A_FUNCTION}


def test_files_are_short() -> None:
    lines = {source.place(f): len(f.read_bytes().splitlines()) for f in source.files()}
    assert not {name: n for name, n in lines.items() if n > LINES_OF_A_FILE}


def test_arguments_are_few() -> None:
    many = {name: names for name, f in everywhere() if len(names := arguments(f)) > ARGUMENTS}
    assert not {name: many[name] for name in many if not excused(name, MORE_ARGUMENTS)}


def test_options_are_named() -> None:
    takers = [name for name, f in everywhere() if f.args.kwarg]
    assert not [name for name in takers if not excused(name, OPEN_OPTIONS)]


def test_errors_are_raised_not_asserted() -> None:
    found = [
        f"{source.place(file)}:{node.lineno}"
        for file in source.files()
        for node in ast.walk(source.tree(file))
        if isinstance(node, ast.Assert)
    ]
    assert not found, "python -O removes them; raise one of trainlab.errors"


def test_the_source_is_ascii() -> None:
    assert not [source.place(file) for file in source.files() if not file.read_bytes().isascii()]


def test_modules_have_tests_of_their_name() -> None:
    modules = [file for file in source.files() if not file.name.startswith("__")]
    without = [source.place(file) for file in modules if not mirror(file).exists()]
    assert len(without) <= (1 - MIRRORED) * len(modules), without


def test_exceptions_are_still_needed() -> None:
    many = [name for name, f in everywhere() if len(arguments(f)) > ARGUMENTS]
    open_ended = [name for name, f in everywhere() if f.args.kwarg]
    assert all(any(fnmatch(name, pattern) for name in many) for pattern in MORE_ARGUMENTS)
    assert all(any(fnmatch(name, pattern) for name in open_ended) for pattern in OPEN_OPTIONS)
