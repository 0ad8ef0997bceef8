from __future__ import annotations

import pytest

from trainlab.comparison.statistics.looks import Looks
from trainlab.comparison.statistics.terms import Terms
from trainlab.errors import InputError, UnknownName


@pytest.mark.parametrize(
    "wrong",
    [
        {"alpha": 0.0},
        {"alpha": 1.0},
        {"chance": 1.0},
        {"margin": 0.0},
        {"overlap": 0.25, "test": "sign_flip"},
        {"overlap": 0.25, "looks": Looks((4, 8))},
    ],
)
def test_terms_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Terms(**wrong)


def test_names_are_found_in_their_tables() -> None:
    with pytest.raises(UnknownName, match="sign_flip"):
        Terms(test="signflip2")
    with pytest.raises(UnknownName, match="holm"):
        Terms(family="holms")


def test_the_terms_choose_the_test() -> None:
    assert Terms(test="sign-flip").rule(9).title == "sign-flip"
    assert Terms(overlap=0.25).rule(10).title == "corrected resampled t"
    assert Terms(looks=Looks((4, 8), "t")).rule(8).title == "paired t, looking early"
