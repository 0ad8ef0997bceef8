from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Said

Say = Callable[..., Said]


def test_a_card_has_the_law_the_use_and_the_options(say: Say) -> None:
    said = say("explain", "Cosine")
    assert said.code == 0
    for part in ("(1 + cos(pi step / total)) / 2", "Loshchilov & Hutter", "floor = 0.0"):
        assert part in said.out
    assert "trainlab train digits-mlp schedule=cosine" in said.err


def test_a_shared_name_is_explained_in_each_family(say: Say) -> None:
    families = {card["family"] for card in say("explain", "linear", "--json").document}
    assert {"schedule", "network"} <= families


def test_an_unknown_name_is_answered_with_a_few_that_are_alike(say: Say) -> None:
    said = say("explain", "cosin")
    assert said.code == 2
    assert "nearest  cosine" in said.err
    assert len(said.err.splitlines()) <= 6
