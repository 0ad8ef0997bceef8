from __future__ import annotations

import inspect

from trainlab.nn import dropout
from trainlab.nn.dropout import GaussianNoise, RandomLayer
from trainlab.nn.networks import NETWORKS
from trainlab.nn.random_layers import RANDOM_LAYERS, RATES
from trainlab.recipe.schema import Regularize


def test_every_layer_has_a_row() -> None:
    own = {getattr(dropout, name) for name in dropout.__all__}
    kinds = {kind for kind in own if inspect.isclass(kind) and kind is not RandomLayer}
    assert {row.make for row in RANDOM_LAYERS.values()} == kinds


def test_every_rate_is_said_in_a_recipe_and_heard_by_a_network() -> None:
    assert {row.rate for row in RANDOM_LAYERS.values()} <= set(Regularize.model_fields)
    options = {o for row in NETWORKS.values() for o in inspect.signature(row.build).parameters}
    assert set(RATES) <= options
    assert GaussianNoise not in RATES.values()  # noise on the inputs is added by the feed
