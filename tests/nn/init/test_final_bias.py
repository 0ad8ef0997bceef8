from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn.init import prior_bias, set_final_bias
from trainlab.nn.networks import NETWORKS


def test_the_final_bias_predicts_the_prior() -> None:
    y = torch.tensor([0, 0, 0, 1, 1, 2])
    network = NETWORKS["mlp"].build((4,), 4, init="zeros")
    set_final_bias(network, prior_bias(y, classes=4))
    predicted = network(torch.randn(1, 4)).softmax(dim=1)
    torch.testing.assert_close(predicted, torch.tensor([[4.0, 3.0, 2.0, 1.0]]) / 10)


def test_the_final_bias_predicts_the_mean() -> None:
    y = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
    network = NETWORKS["linear"].build((4,), 2, init="zeros")
    set_final_bias(network, prior_bias(y))
    assert network(torch.zeros(1, 4)).tolist() == [[2.0, 20.0]]
    assert prior_bias(torch.tensor([1.0, 2.0])).tolist() == [1.5]


@pytest.mark.parametrize("last", [nn.Linear(4, 2), nn.Linear(4, 3, bias=False)])
def test_a_last_layer_without_such_a_bias_is_refused(last: nn.Module) -> None:
    with pytest.raises(NetworkError, match="has no bias of shape"):
        set_final_bias(nn.Sequential(nn.Linear(4, 4), last), torch.zeros(3))
