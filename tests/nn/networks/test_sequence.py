from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from trainlab.nn.dropout import VariationalDropout
from trainlab.nn.networks.sequence import gru, lstm, rnn

BUILDERS = {
    "tanh": (rnn, lambda: nn.RNN(3, 8, 2, batch_first=True)),
    "lstm": (lstm, lambda: nn.LSTM(3, 8, 2, batch_first=True)),
    "gru": (gru, lambda: nn.GRU(3, 8, 2, batch_first=True)),
}


@pytest.mark.parametrize("read", ["last", "mean"])
@pytest.mark.parametrize("name", BUILDERS)
def test_a_network_is_torchs_layer_and_a_linear_output(name: str, read: str) -> None:
    build: Callable[..., nn.Module] = BUILDERS[name][0]
    network, oracle = build((7, 3), 4, hidden=8, layers=2, read=read), BUILDERS[name][1]()
    oracle.load_state_dict(network.get_submodule("recurrent").state_dict())
    x = torch.randn(5, 7, 3)
    steps, _ = oracle(x)
    summary = steps[:, -1] if read == "last" else steps.mean(dim=1)
    torch.testing.assert_close(network(x), network.get_submodule("output")(summary))


def test_the_relu_cell_is_an_option_of_rnn() -> None:
    x = torch.randn(5, 7, 3)
    states = rnn((7, 3), 4, activation="relu").get_submodule("recurrent")(x)
    assert states.min().item() >= 0


def test_an_image_is_read_row_by_row() -> None:
    network = lstm((2, 6, 5), 3)
    assert network.get_submodule("recurrent").inputs == 10  # type: ignore[comparison-overlap]
    assert network(torch.randn(4, 2, 6, 5)).shape == (4, 3)


def test_dropout_acts_between_layers_and_before_the_output() -> None:
    names = [name for name, _ in gru((7, 3), 4, layers=2, dropout=0.1).named_modules()]
    assert "recurrent.drops.0" in names and "dropout" in names


@pytest.mark.parametrize("build", [rnn, lstm, gru])
@pytest.mark.parametrize("variational", [True, False])
def test_inputs_and_states_are_dropped_by_name(
    build: Callable[..., nn.Module], variational: bool
) -> None:
    rates = {"input_dropout": 0.1, "recurrent_dropout": 0.2, "variational": variational}
    found = {
        name: (round(layer.rate.item(), 3), layer.constant)
        for name, layer in build((7, 3), 4, **rates).named_modules()
        if isinstance(layer, VariationalDropout)
    }
    assert found == {
        "recurrent.input_drops.0": (0.1, variational),
        "recurrent.state_drops.0": (0.2, variational),
    }
