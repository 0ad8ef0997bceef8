from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn.networks.cnn import cnn


def test_layers_are_named_and_numbered_on() -> None:
    network = cnn((1, 8, 8), 10, channels=(4, 6), widths=(5,), norm="batch", spatial_dropout=0.1)
    assert [name for name, _ in network.named_children()] == [
        *("conv1", "norm1", "activation1", "spatial_dropout1", "pool1"),
        *("conv2", "norm2", "activation2", "spatial_dropout2", "pool2"),
        *("flatten", "linear3", "norm3", "activation3", "output"),
    ]


def test_a_network_is_the_one_written_by_hand() -> None:
    network = cnn((1, 8, 8), 3, channels=(4, 6), widths=(5,))
    hand = nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(24, 5), nn.ReLU(), nn.Linear(5, 3)),
    )
    hand.load_state_dict(dict(zip(hand.state_dict(), network.state_dict().values(), strict=True)))
    x = torch.randn(2, 1, 8, 8)
    assert torch.equal(network(x), hand(x))


@pytest.mark.parametrize(
    "options",
    [
        {"kernel": 5, "padding": 0, "pool": "none"},
        {"stride": 2, "pool": "average"},
        {"kernel": 4, "pool_size": 3},
        {"global_pool": True, "widths": ()},
    ],
)
def test_the_head_takes_what_the_size_law_says(options: dict[str, object]) -> None:
    network = cnn((3, 19, 23), 4, channels=(5, 6), **options)  # type: ignore[arg-type]
    assert network(torch.randn(2, 3, 19, 23)).shape == (2, 4)


@pytest.mark.parametrize(
    ("options", "layer"),
    [
        ({"channels": (4, 4, 4, 4)}, "pool4"),
        ({"channels": (4, 4), "kernel": 5, "padding": 0}, "conv2"),
    ],
)
def test_a_filter_that_does_not_fit_is_named(options: dict[str, object], layer: str) -> None:
    with pytest.raises(NetworkError, match=layer) as caught:
        cnn((1, 8, 8), 10, **options)  # type: ignore[arg-type]
    assert caught.value.where == layer


@pytest.mark.parametrize("norm", ["instance", "local_response"])
def test_a_norm_that_needs_space_leaves_the_head_without(norm: str) -> None:
    network = cnn((1, 8, 8), 10, channels=(4, 6), widths=(5,), norm=norm)
    names = {name for name, _ in network.named_children()}
    assert {"norm1", "norm2"} <= names and "norm3" not in names
    assert network.get_submodule("linear3").bias is not None
