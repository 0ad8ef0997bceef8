from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn.arithmetic import (
    Field,
    Fields,
    activation_bytes,
    macs,
    macs_by_name,
    output_size,
    parameters,
    window,
)


@given(n=st.integers(1, 20), f=st.integers(1, 7), s=st.integers(1, 4), p=st.integers(0, 3))
def test_the_size_law_is_torchs(n: int, f: int, s: int, p: int) -> None:
    layer = nn.Conv2d(1, 1, f, s, p)
    if output_size(n, f, s, p) < 1:
        with pytest.raises(RuntimeError):
            layer(torch.zeros(1, 1, n, n))
        with pytest.raises(NetworkError):
            window("conv", (n, n), f, s, p)
    else:
        assert layer(torch.zeros(1, 1, n, n + 1)).shape[2:] == window("conv", (n, n + 1), f, s, p)


def test_a_filter_that_does_not_fit_is_told_what_would() -> None:
    with pytest.raises(NetworkError) as caught:
        window("conv3", (3, 9), 6, 2, 1)
    assert "conv3" in caught.value.what
    for part in ("N = 3", "F = 6", "S = 2", "p = 1"):
        assert part in caught.value.what
    assert caught.value.allowed == ("F <= 5", "p >= 2", "N >= 4")


@given(n=st.integers(1, 9), f=st.integers(1, 20), p=st.integers(0, 3))
def test_the_advice_is_true_and_the_nearest(n: int, f: int, p: int) -> None:
    if output_size(n, f, 1, p) >= 1:
        return
    with pytest.raises(NetworkError) as caught:
        window("conv", (n, n), f, 1, p)
    smaller, more, larger = (int(hint.split()[-1]) for hint in caught.value.allowed)
    assert output_size(n, smaller, 1, p) == 1
    assert output_size(n, f, 1, more) >= 1 > output_size(n, f, 1, more - 1)
    assert output_size(larger, f, 1, p) == 1


def test_parameters_count_what_is_trained_once() -> None:
    network = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 3))
    network[0].bias.requires_grad_(False)
    network[1].weight = nn.Parameter(torch.zeros(3, 4))
    assert parameters(network) == 12 + 12 + 3
    tied = nn.Linear(3, 3)
    assert parameters(nn.Sequential(tied, tied)) == 12


def test_work_is_counted_by_the_closed_forms() -> None:
    network = nn.Sequential(
        nn.Conv2d(3, 8, 5, padding=2), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 36, 10)
    )
    x = torch.zeros(2, 3, 6, 6)
    conv, dense = 5 * 5 * 3 * 8 * 36, 8 * 36 * 10
    assert macs(network, x) == 2 * (conv + dense)
    by_name = macs_by_name(network, x)
    assert (by_name["0"], by_name["3"]) == (2 * conv, 2 * dense)


def test_memory_is_what_autograd_keeps() -> None:
    # a linear layer keeps its input, a ReLU its output: no weights, no last output
    network = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 5))
    assert activation_bytes(network, torch.zeros(8, 10)) == 4 * 8 * (10 + 20)


def test_measuring_leaves_the_network_alone() -> None:
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)).train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    x = torch.randn(4, 1, 5, 5)
    macs(network, x), activation_bytes(network, x)
    torch.testing.assert_close(dict(network.state_dict()), before, rtol=0, atol=0)
    assert network.training


NETS = {
    "stack": nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(2, 2, 3, dilation=2)
    ),
    "strided": nn.Sequential(nn.Conv2d(1, 2, 5, 2), nn.Conv2d(2, 2, 3, 2), nn.AvgPool2d(3, 1)),
}


@pytest.mark.parametrize("name", NETS)
def test_the_receptive_field_is_where_the_gradient_is(name: str) -> None:
    network = NETS[name]
    for weight in network.parameters():
        nn.init.uniform_(weight, 0.1, 1.0)
    x = torch.rand(1, 1, 33, 33, requires_grad=True)
    with Fields(x) as fields:
        y = network(x)
    sums = torch.zeros(33, 33)
    for _ in range(20):  # a maximum looks at one of its inputs at a time
        z = torch.rand(1, 1, 33, 33, requires_grad=True)
        out = network(z)
        sums += torch.autograd.grad(out[0, 0, out.shape[2] // 2, out.shape[3] // 2], z)[0][
            0, 0
        ].abs()
    seen = sums.sum(dim=0).nonzero()
    assert fields.of(y) is not None
    assert fields.of(y).size == int(seen.max() - seen.min()) + 1  # type: ignore[union-attr]


def test_a_sum_sees_as_far_as_its_farthest_branch() -> None:
    x = torch.rand(1, 2, 9, 9)
    with Fields(x) as fields:
        near = nn.functional.conv2d(x, torch.ones(2, 2, 1, 1))
        far = nn.functional.conv2d(x, torch.ones(2, 2, 5, 5), padding=2)
        both = near + far
        pooled = nn.functional.adaptive_avg_pool2d(both, 1)
    assert [fields.of(t) for t in (near, both, pooled)] == [Field(1), Field(5), Field(13, 9)]
    assert fields.of(both.flatten(1)) is None
