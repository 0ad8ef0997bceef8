from __future__ import annotations

import pytest

from trainlab.nn.activations import ACTIVATIONS


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("identity", {"range": "-inf to inf", "centred": "yes", "saturated": "nowhere"}),
        ("relu", {"range": "0 to inf", "dead units": "can be, for good"}),
        ("tanh", {"range": "-1 to 1", "gain": "1.667, on the deviation of the weights before it"}),
    ],
)
def test_facts_are_said_in_words(name: str, said: dict[str, str]) -> None:
    assert said.items() <= ACTIVATIONS[name].facts.items()


def test_both_ends_of_saturation_are_named() -> None:
    assert ACTIVATIONS["sigmoid"].facts["saturated"].startswith("below -5.99 and above 5.99;")
    assert ACTIVATIONS["relu"].facts["saturated"].startswith("below 0;")
