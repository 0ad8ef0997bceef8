from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.claims.made import claim_of
from trainlab.claims.compared import Compare
from trainlab.claims.definition import _is_measure, _is_of_it, _said, definition
from trainlab.claims.table import CLAIMS
from trainlab.recipe import Recipe
from trainlab.recipe.code import code_of

PROBE = '''
"""Words."""

from dataclasses import dataclass

from trainlab.claims.probes.populations import begun


@dataclass(frozen=True, kw_only=True)
class Probe:
    """More words."""

    arms: tuple[str, ...] = ("a",)
    """What they are."""

    def __call__(self, ask):
        return ask.pairs  # a remark
'''
Said = Callable[[str, str], str]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Give the definition of a claim by a probe whose text has one thing replaced."""
    monkeypatch.syspath_prepend(tmp_path)

    def of(old: str = "", new: str = "", **fields: Any) -> str:
        name = f"made_probe_{len(list(tmp_path.iterdir()))}"
        (tmp_path / f"{name}.py").write_text(PROBE.replace(old, new))
        module = sys.modules["made_probe"] = import_module(name)
        module.Probe.__module__ = "made_probe"
        return definition(claim_of(measure=module.Probe(**fields)))

    yield of
    sys.modules.pop("made_probe", None)


def test_words_and_expectations_may_change_but_not_what_is_measured() -> None:
    claim = claim_of()
    assert definition(claim) == definition(claim_of(statement="Other words.", expects=()))
    assert definition(claim) != definition(claim_of(pairs=99))
    assert definition(claim) != definition(claim_of(recipe={}))
    compared = [claim_of(measure=Compare(arms={"a": [word]})) for word in ("seed=1", "seed=2")]
    assert definition(compared[0]) != definition(compared[1])


def test_a_probe_counts_by_its_code_and_what_it_is_given(told: Callable[..., str]) -> None:
    first = told()
    assert told("words", "other words") == first
    assert told("a remark", "another") == first
    assert told("ask.pairs", "ask.pairs + 1") != first
    assert told('("a",)', '("b",)') != first
    assert told(arms=("b",)) != first


def test_a_probe_inside_another_counts_too(told: Callable[..., str]) -> None:
    told()
    probe = sys.modules["made_probe"].Probe
    outer, other = (claim_of(measure=probe(arms=(probe(arms=arms),))) for arms in ("x", "y"))
    assert definition(outer) != definition(other)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("C38", "trainlab.claims.probes.planted"),  # a recipe names it
        ("C36", "trainlab.claims.probes.populations"),  # its probe imports it
        ("C30", "trainlab.claims.compared"),
    ],
)
def test_what_the_measure_rests_on_is_of_it(name: str, module: str) -> None:
    found = code_of(_said([CLAIMS[name].measure]), _is_measure, _is_of_it)
    assert module in found
    assert not {"trainlab.claims.claim", "trainlab.comparison.design"} & found.keys()


def test_no_definition_hangs_on_a_place_in_memory() -> None:
    assert not any(" at 0x" in _said([claim.measure]) for claim in CLAIMS.values())


def test_a_users_module_counts_before_it_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result is looked up before anything is run, so before anything is imported."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "their_net.py").write_text("WIDTH = 4\n")
    recipe = Recipe.of({"network": {"name": "python", "factory": "their_net:make"}})
    first = definition(claim_of(), recipe)
    assert "their_net" not in sys.modules
    (tmp_path / "their_net.py").write_text("WIDTH = 5\n")
    assert definition(claim_of(), recipe) != first
    monkeypatch.syspath_prepend(tmp_path)
    second = definition(claim_of(), recipe)
    import_module("their_net")
    assert definition(claim_of(), recipe) == second
    del sys.modules["their_net"]


def test_the_data_that_a_recipe_names_are_of_it(tmp_path: Path) -> None:
    table, pictures = tmp_path / "my.csv", tmp_path / "pictures"
    pictures.mkdir()
    for place in (table, pictures / "a.png"):
        place.write_text("1,2")
    for source, changed in (("table", table), ("images", pictures / "a.png")):
        path = table if source == "table" else pictures
        said = {"name": source, "path": str(path)} | ({"target": "y"} if source == "table" else {})
        recipe = Recipe.of({"data": {"source": said}})
        first = definition(claim_of(), recipe)
        assert definition(claim_of(), recipe) == first
        changed.write_text("1,2,3")
        assert definition(claim_of(), recipe) != first
