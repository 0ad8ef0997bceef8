"""The layer contract: a file imports from its own layer and those before it, never in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from tests.laws import source

LAYERS = (
    {"amounts", "built_in", "errors", "places", "seeds", "tables"},
    {"averages", "layout", "losses", "rules", "schedules", "surfaces"},
    {"data", "nn", "optim"},
    {"recipe"},
    {"engine"},
    {"check", "comparison", "doctor", "ensemble", "lens", "search"},
    {"lab", "store", "trainlab"},  # trainlab: the public face, src/trainlab/__init__.py
    {"__main__", "claims", "cli", "report", "web"},
)
APART = LAYERS[5]
"""Siblings that never import each other."""

SHOWING = LAYERS[7]
SPEAKING_NAMES = {"print()", "input()", "sys.argv", "sys.stdout", "sys.stderr", "sys.stdin"}
SPEAKING_MODULES = {"argparse", "click", "http", "nicegui", "rich", "socket", "typer", "uvicorn"}
SHAPELESS = {"common", "core", "helpers", "misc", "utils"}


def unit(module: str) -> str:
    """Give the part of the package a module belongs to: trainlab.rules.algebra -> rules."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def layer(module: str) -> int:
    (found,) = [i for i, units in enumerate(LAYERS) if unit(module) in units]
    return found


def spoken_in(tree: ast.Module) -> set[str]:
    """Give what a file says or hears by itself, without being asked through arguments."""
    return (words(tree) & SPEAKING_NAMES) | (foreign(tree) & SPEAKING_MODULES)


def circle(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """Find one way from a node back to itself, or nothing."""
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for following in sorted(edges.get(node, ())):
            if found := walk(following, [*path, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(edges) if (found := walk(node, []))), [])


def breaches(importer: str, imported: str) -> str:
    """Say what is wrong with an import, or nothing."""
    if layer(imported) > layer(importer):
        return f"layer {layer(importer)} may not know layer {layer(imported)}"
    if unit(importer) != unit(imported) and {unit(importer), unit(imported)} <= APART:
        return "these two are siblings that stay apart"
    return ""


def words(tree: ast.Module) -> set[str]:
    """Give the dotted names a file uses, and the plain ones it calls: sys.argv, print()."""
    nodes = list(ast.walk(tree))
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    dotted = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    return dotted | {f"{called.id}()" for called in calls if isinstance(called, ast.Name)}


def foreign(tree: ast.Module) -> set[str]:
    """Give the top-level packages a file imports."""
    plain = [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in plain + named}


def test_every_file_has_a_layer() -> None:
    placed = set().union(*LAYERS)
    lost = [source.place(f) for f in source.files() if unit(source.module(f)) not in placed]
    assert not lost, "give them a place in LAYERS, or another name"


def test_imports_point_down() -> None:
    wrong = [
        f"{source.place(file)}:{line} imports {imported}: {reason}"
        for file in source.files()
        for imported, line in source.imports(file)
        if (reason := breaches(source.module(file), imported))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_is_imported_in_a_circle() -> None:
    edges = {source.module(f): {name for name, _ in source.imports(f)} for f in source.files()}
    assert not circle(edges), " -> ".join(circle(edges))


def test_no_parts_import_each_other() -> None:
    edges: dict[str, set[str]] = {}
    for file in source.files():
        here = unit(source.module(file))
        edges.setdefault(here, set()).update(unit(name) for name, _ in source.imports(file))
    apart = {here: there - {here} for here, there in edges.items()}
    assert not circle(apart), " -> ".join(circle(apart))


def test_imports_are_absolute() -> None:
    relative = [
        f"{source.place(file)}:{node.lineno}"
        for file in source.files()
        for node in ast.walk(source.tree(file))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative, "write trainlab.x.y"


def test_only_the_last_layer_speaks() -> None:
    quiet = [file for file in source.files() if unit(source.module(file)) not in SHOWING]
    spoken = {source.place(file): spoken_in(source.tree(file)) for file in quiet}
    assert not {place: words for place, words in spoken.items() if words}


def test_files_are_named_by_what_they_hold() -> None:
    names = {part for file in source.files() for part in file.relative_to(source.SRC).parts}
    assert not {name.removesuffix(".py") for name in names} & SHAPELESS


def test_the_contract_can_be_broken() -> None:
    assert breaches("trainlab.seeds", "trainlab.rules.algebra")
    assert breaches("trainlab.doctor.probe", "trainlab.search.space")
    assert not breaches("trainlab.engine.step", "trainlab.rules.algebra")
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert not circle({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    assert spoken_in(ast.parse("print(sys.argv[1:])")) == {"print()", "sys.argv"}
    assert spoken_in(ast.parse("def f():\n    from rich.live import Live")) == {"rich"}
