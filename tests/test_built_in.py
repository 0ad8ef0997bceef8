from __future__ import annotations

import pytest

from trainlab.built_in import built_in

NAMES = [
    "adding-rnn",
    "breast-cancer-mlp",
    "diabetes-mlp",
    "digits-cnn",
    "digits-mlp",
    "road-steering",
    "shapes-resnet",
    "wine-mlp",
]


def test_the_built_in_recipes_are_these() -> None:
    assert list(built_in()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_opens_with_a_line_that_describes_it(name: str) -> None:
    does = built_in()[name].does
    assert does.endswith(".")
    assert built_in()[name].text.startswith(f"# {does}\n")
