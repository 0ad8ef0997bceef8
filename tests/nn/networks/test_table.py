from __future__ import annotations

import inspect
from typing import Any, get_type_hints

import pytest
import torch
from torch import Tensor, nn

from tests.nn import rows
from trainlab.nn.activations import ACTIVATIONS
from trainlab.nn.init import INITS
from trainlab.nn.networks import NETWORKS
from trainlab.nn.norms import NORMS

BUILT_IN = [name for name in NETWORKS if name != "python"]
SMALL: dict[str, dict[str, Any]] = {
    "linear": {},
    "mlp": {"widths": (6, 5), "norm": "batch", "dropout": 0.2, "drop_connect": 0.2},
    "cnn": {
        "channels": (4, 5),
        "widths": (6,),
        "norm": "batch",
        "dropout": 0.2,
        "spatial_dropout": 0.2,
    },
    "resnet": {"widths": (4, 6), "blocks": 1, "stochastic_depth": 0.5, "dropout": 0.2},
    "rnn": {"hidden": 5, "layers": 2, "dropout": 0.2, "input_dropout": 0.2},
    "lstm": {"hidden": 5, "layers": 2, "read": "mean", "recurrent_dropout": 0.2},
    "gru": {"hidden": 5, "layers": 2, "dropout": 0.2, "input_dropout": 0.2},
}


def small(name: str) -> nn.Module:
    return NETWORKS[name].build((2, 8, 8), 3, **SMALL[name])


def images(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(4), dtype=dtype)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_member_is_itself_alone_with_all_its_knobs(name: str) -> None:
    networks, x = rows.members(lambda: small(name)), images(3, 6, 2, 8, 8)
    rows.assert_same(rows.together(networks, x), rows.alone(networks, x))


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_parameter_gets_a_gradient(name: str) -> None:
    network = small(name).double()
    network(images(6, 2, 8, 8)).sin().sum().backward()
    lifeless = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert not lifeless


@pytest.mark.parametrize("name", BUILT_IN)
def test_options_are_declared_by_typed_keywords_with_defaults(name: str) -> None:
    build = NETWORKS[name].build
    hints = get_type_hints(build, include_extras=True)
    first, second, *options = inspect.signature(build).parameters.values()
    assert (first.name, second.name) == ("feature_shape", "outputs")
    for option in options:
        assert option.kind is option.KEYWORD_ONLY and option.name in hints
        assert option.default is not option.empty


@pytest.mark.parametrize("name", BUILT_IN)
def test_knobs_do_not_change_the_names_of_the_state(name: str) -> None:
    knobs = {"dropout", "spatial_dropout", "stochastic_depth", "input_dropout"}
    knobs |= {"recurrent_dropout"}
    without = {key: value for key, value in SMALL[name].items() if key not in knobs}
    plain = NETWORKS[name].build((2, 8, 8), 3, **without)
    assert plain.state_dict().keys() == small(name).state_dict().keys()


@pytest.mark.parametrize("name", BUILT_IN)
def test_networks_export_a_state_that_loads_back(name: str) -> None:
    first, second = small(name).eval(), small(name).eval()
    for weight in first.parameters():
        weight.data.add_(0.1)
    second.load_state_dict(first.state_dict())
    x = images(2, 2, 8, 8, dtype=torch.float32)
    assert torch.equal(first(x), second(x))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("placement", ["before", "after"])
def test_every_activation_serves_dense_and_convolutional_layers(
    activation: str, placement: str
) -> None:
    for name in ("mlp", "cnn"):
        options = {**SMALL[name], "activation": activation, "placement": placement}
        network = NETWORKS[name].build((2, 8, 8), 3, **options)
        assert network(images(4, 2, 8, 8, dtype=torch.float32)).shape == (4, 3)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("placement", ["before", "after"])
def test_every_norm_serves_convolutional_layers(norm: str, placement: str) -> None:
    options = {**SMALL["cnn"], "norm": norm, "placement": placement}
    network = NETWORKS["cnn"].build((2, 8, 8), 3, **options)
    assert network(images(4, 2, 8, 8, dtype=torch.float32)).shape == (4, 3)


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("name", BUILT_IN)
def test_every_initialiser_fills_every_network(init: str, name: str) -> None:
    network = NETWORKS[name].build((2, 8, 8), 3, **SMALL[name], init=init)
    assert bool(network(images(4, 2, 8, 8, dtype=torch.float32)).isfinite().all())


def test_the_options_of_a_recipe_leave_rates_to_another_section() -> None:
    options = NETWORKS["mlp"].options
    assert options["widths"] == (128, 64)
    assert (options["final_bias"], options["weights"]) == ("zero", None)
    assert not {"dropout", "drop_connect"} & set(options)
    assert NETWORKS["python"].options["factory"] is ...
