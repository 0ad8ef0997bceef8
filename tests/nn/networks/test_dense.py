from __future__ import annotations

import torch
from torch import nn

from trainlab.nn.networks.dense import entrance, linear, mlp


def test_layers_are_named_in_order() -> None:
    network = mlp((8, 8), 10, widths=(32, 16), norm="batch", dropout=0.1)
    assert [name for name, _ in network.named_children()] == [
        "flatten",
        *("linear1", "norm1", "activation1", "dropout1"),
        *("linear2", "norm2", "activation2", "dropout2"),
        "output",
    ]


def test_the_keys_of_the_state_are_the_layers_names() -> None:
    assert list(mlp((3,), 2, widths=(4,)).state_dict()) == [
        "linear1.weight",
        "linear1.bias",
        "output.weight",
        "output.bias",
    ]


def test_a_perceptron_is_the_one_written_by_hand() -> None:
    network = mlp((5,), 3, widths=(7, 6), activation="tanh")
    hand = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 6), nn.Tanh(), nn.Linear(6, 3))
    weights = zip(hand.state_dict(), network.state_dict().values(), strict=True)
    hand.load_state_dict(dict(weights))
    x = torch.randn(4, 5)
    assert torch.equal(network(x), hand(x))
    assert len(list(network.modules())) == len(list(hand.modules()))  # nothing else on the way


def test_the_norm_stands_where_the_placement_says() -> None:
    after = mlp((3,), 2, widths=(4,), norm="batch", placement="after")
    assert list(dict(after.named_children()))[:3] == ["linear1", "activation1", "norm1"]


def test_a_bias_is_left_out_where_the_norm_would_cancel_it() -> None:
    def biased(norm: str, placement: str) -> bool:
        return "linear1.bias" in mlp((3,), 2, norm=norm, placement=placement).state_dict()  # type: ignore[arg-type]

    assert not biased("batch", "before")
    assert biased("batch", "after") and biased("layer", "before") and biased("none", "before")


def test_a_maxout_layer_is_wider_by_its_pieces() -> None:
    network = mlp((3,), 2, widths=(4,), activation={"name": "maxout", "pieces": 5}, norm="batch")
    shapes = {name: tuple(w.shape) for name, w in network.named_parameters()}
    assert shapes["linear1.weight"] == (20, 3) and shapes["norm1.weight"] == (20,)
    assert shapes["output.weight"] == (2, 4)


def test_no_hidden_layer_is_a_linear_network() -> None:
    assert list(mlp((3,), 2, widths=()).state_dict()) == list(linear((3,), 2).state_dict())


def test_only_shapes_of_several_axes_are_flattened() -> None:
    assert not entrance((5,)) and list(entrance((5, 2))) == ["flatten"]
