from __future__ import annotations

import pytest

from trainlab.errors import NetworkError, UnknownName
from trainlab.nn.activations import ACTIVATIONS
from trainlab.nn.choice import Choice, options_of, pick
from trainlab.nn.init import INITS
from trainlab.nn.norms import NORMS


def test_a_name_chooses_a_row_without_options() -> None:
    assert pick(ACTIVATIONS, "Leaky-ReLU") == (ACTIVATIONS["leaky_relu"], {})


def test_a_mapping_chooses_a_row_with_options() -> None:
    row, options = pick(ACTIVATIONS, {"name": "elu", "alpha": 0.5})
    assert row is ACTIVATIONS["elu"]
    assert options == {"alpha": 0.5}


def test_options_are_the_keyword_only_parameters() -> None:
    assert options_of(ACTIVATIONS["leaky_relu"].make) == {"slope": float}
    assert options_of(ACTIVATIONS["relu"].make) == {}
    assert set(options_of(NORMS["group"].make)) == {"groups", "eps"}


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        pick(ACTIVATIONS, "leakyrelu2")
    assert caught.value.nearest == "leaky_relu"


def test_an_unknown_option_is_answered_with_the_nearest() -> None:
    with pytest.raises(NetworkError) as caught:
        pick(ACTIVATIONS, {"name": "leaky_relu", "slop": 0.1})
    assert caught.value.nearest == "slope"


@pytest.mark.parametrize(
    "choice",
    [
        {"name": "leaky_relu", "slope": "steep"},
        {"name": "leaky_relu", "slope": True},
        {"name": "gelu", "approximate": "poly"},
        {"name": "maxout", "pieces": 2.5},
    ],
)
def test_an_option_of_the_wrong_type_is_refused(choice: Choice) -> None:
    with pytest.raises(NetworkError, match="is not"):
        pick(ACTIVATIONS, choice)


def test_a_union_takes_any_of_its_kinds() -> None:
    assert pick(INITS, {"name": "he_normal", "gain": "activation"})[1] == {"gain": "activation"}
    assert pick(INITS, {"name": "he_normal", "gain": 2})[1] == {"gain": 2}
    with pytest.raises(NetworkError, match=r"a number or one of activation"):
        pick(INITS, {"name": "he_normal", "gain": "relu"})


def test_options_without_a_name_are_refused() -> None:
    with pytest.raises(NetworkError, match="with a name"):
        pick(NORMS, {"groups": 2})
