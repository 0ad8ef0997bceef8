from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab.nn.networks import NETWORKS
from trainlab.nn.summary import summarise


def test_a_summary_has_a_row_for_each_layer_in_order() -> None:
    network = NETWORKS["cnn"].build((1, 8, 8), 10, channels=(4,), widths=(16,), norm="batch")
    summary = summarise(network, torch.randn(3, 1, 8, 8))
    shown = [(row.name, row.kind, row.output_shape, row.parameters) for row in summary.layers]
    assert shown == [
        ("conv1", "Conv2d", (4, 8, 8), 36),
        ("norm1", "BatchNorm2d", (4, 8, 8), 8),
        ("activation1", "ReLU", (4, 8, 8), 0),
        ("pool1", "MaxPool2d", (4, 4, 4), 0),
        ("flatten", "Flatten", (64,), 0),
        ("linear2", "Linear", (16,), 1024),
        ("norm2", "BatchNorm1d", (16,), 32),
        ("activation2", "ReLU", (16,), 0),
        ("output", "Linear", (10,), 170),
    ]
    assert summary.parameters == sum(row.parameters for row in summary.layers)
    assert [row.macs for row in summary.layers if row.macs] == [36 * 64, 64 * 16, 160]
    assert summary.macs == 36 * 64 + 64 * 16 + 160
    assert [row.receptive_field for row in summary.layers[:5]] == [3, 3, 3, 4, None]
    assert summary.activation_bytes > 0


@pytest.mark.parametrize("name", ["mlp", "cnn", "resnet", "rnn", "lstm", "gru", "linear"])
def test_every_network_adds_up(name: str) -> None:
    network = NETWORKS[name].build((1, 8, 8), 4)
    x = torch.randn(2, 1, 8, 8)
    summary = summarise(network, x)
    assert summary.parameters == sum(p.numel() for p in network.parameters())
    assert sum(row.parameters for row in summary.layers) == summary.parameters
    assert summary.layers[-1].output_shape == (4,)


def test_a_recurrent_layer_counts_every_step() -> None:
    summary = summarise(NETWORKS["lstm"].build((7, 3), 4, hidden=5), torch.randn(2, 7, 3))
    assert summary.layers[0].macs == 7 * 4 * 5 * (3 + 5)


def test_a_weight_under_a_parametrisation_is_one_row() -> None:
    summary = summarise(
        NETWORKS["mlp"].build((4,), 2, widths=(3,), norm="weight"), torch.randn(2, 4)
    )
    assert [(row.name, row.kind, row.parameters) for row in summary.layers] == [
        ("linear1", "Linear", 12 + 3 + 3),
        ("activation1", "ReLU", 0),
        ("output", "Linear", 8),
    ]


def test_a_users_own_module_keeps_its_state_and_its_hooks() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(4))
            self.body = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.scale * self.body(x)

    network = Own()
    summary = summarise(network, torch.randn(5, 4))
    assert [row.name for row in summary.layers] == ["body.0", "body.1", ""]
    assert summary.parameters == 4 + 20 + 8
    assert not network.body[0]._forward_hooks
    assert network.body[1].num_batches_tracked.item() == 0  # type: ignore[operator]
