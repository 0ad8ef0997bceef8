from __future__ import annotations

import pytest

from trainlab.errors import RecipeError
from trainlab.nn.networks import NETWORKS
from trainlab.nn.networks.start import Start
from trainlab.recipe import Recipe

NEEDED = {"python": {"factory": "package.module:name"}}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_of_a_recipe_says_where_it_begins(name: str) -> None:
    network = {"name": name, **NEEDED.get(name, {}), "final_bias": "prior", "weights": "runs/a"}
    said = Recipe(network=network).network
    assert said is not None
    options = said.arguments()
    assert Start(final_bias=options["final_bias"], weights=options["weights"]) == Start(
        final_bias="prior", weights="runs/a"
    )


def test_a_start_that_there_is_not_is_refused() -> None:
    with pytest.raises(RecipeError, match="final_bias"):
        Recipe(network={"name": "mlp", "final_bias": "mean"})
