from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Said
from trainlab.claims.table import CLAIMS
from trainlab.store import jsontext

Say = Callable[..., Said]


@pytest.fixture
def claims(say: Say, tmp_path: Path) -> Say:
    return partial(say, "claims", "--runs", tmp_path)


def test_the_list_has_every_claim(claims: Say) -> None:
    said = claims()
    assert said.code == 0
    assert all(name in said.out for name in CLAIMS)
    assert f"0 of {len(CLAIMS)} were run" in said.err


def test_a_claim_is_run_kept_listed_and_shown(claims: Say, tmp_path: Path) -> None:
    said = claims("run", "c13")
    assert said.code == 0
    assert "SUPPORTED" in said.out
    assert "the identity, to rounding" in said.out
    assert (tmp_path / "claims" / "C13.html").exists()
    assert "supported" in claims().out
    document = claims("show", "C13", "--json").document[0]
    assert document["verdict"] == "supported"
    assert document["findings"][0]["pairs"] == 8
    assert document["current"] is True


def test_what_was_run_before_is_told_by_its_name(claims: Say, tmp_path: Path) -> None:
    claims("run", "C13")
    said = claims("run", "C13")
    assert "C13 was run before: supported" in said.err
    document = jsontext.loads((tmp_path / "claims" / "C13.json").read_text())
    assert document["command"] == f"trainlab claims run C13 --runs {tmp_path}"


def test_a_claim_that_was_not_run_is_shown_with_its_design(claims: Say) -> None:
    said = claims("show", "C30")
    assert "Prechelt" in said.out
    assert "early stopping / to the end below 1" in said.out
    assert "run it: trainlab claims run C30" in said.err


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_runs_with_a_finite_and_paired_measure(claims: Say, name: str) -> None:
    """All that `claims run --all --quick` does, each on a core that is free; nothing is kept."""
    said = claims("run", name, "--quick")
    assert said.code == 0, said.err
    assert "1 ran, with finite and paired measures" in said.out
    assert "0 of" in claims().err


def test_progress_is_told_by_quarters(claims: Say) -> None:
    said = claims("run", "C38", "--quick")
    told = re.findall(r"training: (\d+) %", said.err)
    assert told == ["25", "50", "75"]


def test_a_short_number_will_do(claims: Say) -> None:
    said = claims("show", "C4", "7", "--json")
    assert [each["claim"] for each in said.document] == ["C04", "C07"]


def test_all_on_ones_own_recipe_are_those_that_take_one(claims: Say) -> None:
    said = claims("run", "--all", "--quick", "--budget", "0s", "--json", "--recipe", "wine-mlp")
    assert said.document["left"] == [name for name, each in CLAIMS.items() if each.any_recipe]


def test_all_on_a_recipe_pass_over_those_that_do_not_fit_it(claims: Say, tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text("{data: {source: diabetes}, train: {length: 4steps}}")
    said = claims("run", "--all", "--quick", "--json", "--recipe", recipe)
    assert said.code == 0
    assert said.document["ran"] == ["C30"]
    assert "passed over: C07 cannot be asked of this recipe: a regression has no" in said.err


def test_all_are_all(claims: Say) -> None:
    said = claims("run", "--all", "--quick", "--budget", "0s", "--json")
    assert said.document == {"ran": [], "lost": [], "left": list(CLAIMS)}


def test_a_budget_is_told_with_the_way_on(claims: Say) -> None:
    said = claims("run", "C30", "--budget", "0s")
    assert "go on: trainlab claims run C30" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "C99"), "no claim 'C99'"),
        (("run",), "no claim to run"),
        (("show",), "no claim to show"),
        (("C07",), "trainlab claims run C07"),
        (("run", "C13", "--budget", "soon"), "no length of time"),
        (("run", "C13", "--recipe", "wine-mlp"), "its own recipe"),
        (("list", "C13"), "run or shown, not 'list'"),
        (("run", "C13", "--all"), "takes no names"),
        (("show", "--all"), "takes no names"),
        (("show", "C13", "--recipe", "wine-mlp"), "its own recipe"),
        (("run", "C07", "--recipe", "diabetes-mlp"), "C07 cannot be asked of this recipe"),
    ],
)
def test_what_cannot_be_asked_is_answered(claims: Say, words: tuple[str, ...], told: str) -> None:
    said = claims(*words)
    assert said.code == 2
    assert told in said.err
