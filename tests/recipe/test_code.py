from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from trainlab.recipe import Recipe
from trainlab.recipe.code import own_code

NETWORK = '''
"""Words."""
import math
from torch import nn
{imports}

def make():
    """More words."""
    return nn.Linear(2, {width})  # a remark
'''
Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write a module into the present folder, its values put in."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, imports: str = "", width: int = 4) -> None:
        file = tmp_path / f"{name.replace('.', '/')}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(NETWORK.format(imports=imports, width=width))

    yield write
    for name in [name for name in sys.modules if name.startswith("made_")]:
        del sys.modules[name]


def code(factory: str) -> dict[str, str]:
    return own_code(Recipe.of({"network": {"name": "python", "factory": f"{factory}:make"}}))


def test_a_module_is_told_by_its_code_before_it_is_imported(write: Write) -> None:
    write("made_net")
    first = code("made_net")
    assert list(first) == ["made_net"] and "made_net" not in sys.modules
    write("made_net", width=5)
    assert code("made_net") != first


def test_words_are_no_part_of_it(write: Write, tmp_path: Path) -> None:
    write("made_net")
    first, file = code("made_net"), tmp_path / "made_net.py"
    file.write_text(file.read_text().replace("ords", "ord").replace("a remark", "another"))
    assert code("made_net") == first


def test_it_is_told_by_the_same_once_it_is_imported(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("made_net")
    first = code("made_net")
    monkeypatch.syspath_prepend(tmp_path)
    import_module("made_net")
    monkeypatch.chdir("/")
    assert code("made_net") == first


@pytest.mark.parametrize(
    ("factory", "imports"),
    [
        ("made_net", "import made_part"),
        ("made_net", "from made_part import make as part"),
        ("made_nets.net", "from .made_part import make as part"),
        ("made_nets.net", "from . import made_part"),
    ],
)
def test_what_it_imports_of_the_users_own_is_part_of_it(
    factory: str, imports: str, write: Write
) -> None:
    write("made_nets.__init__")
    inside = factory.partition(".")[0] + "." if "." in factory else ""
    part = f"{inside}made_part"
    write(factory, imports)
    write(part)
    first = code(factory)
    assert {factory, part} <= first.keys() and not {"math", "torch"} & first.keys()
    write(part, width=5)
    assert {name for name, told in code(factory).items() if told != first[name]} == {part}


@pytest.mark.parametrize("imports", ["from ... import x", "def broken(:", "import made_nothing"])
def test_what_cannot_be_read_is_told_when_it_is_imported(imports: str, write: Write) -> None:
    write("made_net", imports)
    first = code("made_net")
    write("made_net", imports, width=5)
    assert code("made_net") != first


def test_what_is_not_the_users_own_is_not_told() -> None:
    assert code("torch.nn") == code("made_nowhere") == own_code(Recipe()) == {}
