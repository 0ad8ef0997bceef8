"""Every claim of the table: it can be asked for, and what mathematics says of it comes out."""

from __future__ import annotations

import re

import pytest
import torch

from trainlab.claims.claim import Claim
from trainlab.claims.compared import Compare
from trainlab.claims.probes.populations import begun, gradient
from trainlab.claims.table import CLAIMS
from trainlab.claims.verdict import decide
from trainlab.comparison.arms import Arm, checked
from trainlab.errors import UnknownName

MATHEMATICS = ("C01", "C03", "C04", "C13", "C14", "C26")
"""Claims that hold by proof, whatever the data."""


@pytest.fixture(params=list(CLAIMS), scope="module")
def claim(request: pytest.FixtureRequest) -> Claim:
    return CLAIMS[request.param]


def test_it_says_where_it_comes_from_and_on_what(claim: Claim) -> None:
    assert re.match(r"(real|constructed)\b", claim.data)
    assert claim.statement.endswith(".")
    assert claim.source
    assert claim.holds_when.endswith(".")
    assert len(claim.expects) == len({each.says for each in claim.expects})


def test_it_has_pairs_enough_to_judge_equal_ones(claim: Claim) -> None:
    """Six, below which even pairs that all agree tell nothing."""
    assert claim.pairs >= 6


def test_its_arms_are_recipes_and_its_expectations_speak_of_them(claim: Claim) -> None:
    ask = claim.ask()
    if isinstance(claim.measure, Compare):
        arms = [Arm(name, ask.changed(*said).recipe) for name, said in claim.measure.arms.items()]
        checked(arms)
        names = {arm.name for arm in arms}
        if claim.measure.reach is not None:
            names |= {f"{name}, steps" for name in names}
        spoken = {name for each in claim.expects for name in (each.of, each.to) if name}
        assert spoken <= names
        for make in claim.measure.design.ranges:
            assert all(make(arm.recipe) for arm in arms)


@pytest.mark.parametrize("name", MATHEMATICS)
def test_what_mathematics_says_comes_out(name: str) -> None:
    claim = CLAIMS[name]
    verdict = decide(claim, claim.measure(claim.ask()))
    assert verdict.answer == "supported", verdict.findings


def test_the_slope_of_the_variance_has_minus_one_in_its_interval() -> None:
    claim = CLAIMS["C14"]
    slope = decide(claim, claim.measure(claim.ask())).findings[0]
    assert slope.expect.of == "slope"
    assert slope.low <= -1 <= slope.high


@pytest.mark.parametrize("size", [1, 3, 16])
def test_the_mean_gradient_does_not_depend_on_the_batch_size(size: int) -> None:
    training = begun(CLAIMS["C14"].ask(quick=True).changed("train.precision=fp64"))
    x, y = (part[:, :48].expand(2, 48, *part.shape[2:]) for part in training.task.part("train"))
    batches = zip(x.split(size, dim=1), y.split(size, dim=1), strict=True)
    each = torch.stack([gradient(training, *batch) for batch in batches])
    assert each.std(dim=0).max() > 0.01  # batches differ, their mean does not
    torch.testing.assert_close(each.mean(dim=0), gradient(training, x, y), rtol=1e-9, atol=1e-12)


def test_a_claim_that_there_is_not_is_told_with_the_way_to_the_list() -> None:
    with pytest.raises(UnknownName, match="trainlab claims"):
        CLAIMS.name("C99")
