from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab import optim
from trainlab.errors import NetworkError
from trainlab.nn.norms import NORMS
from trainlab.nn.surgery import Swap, swap_activations, swap_norms


class Users(nn.Module):
    """A user's own network, with a shared activation."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU())
        self.act = self.features[2]
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(8 * 36, 6), nn.BatchNorm1d(6), nn.Tanh())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.act(self.features(x)))


X = torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def test_activations_are_swapped_and_named() -> None:
    network = Users()
    swaps = swap_activations(network, {"name": "leaky_relu", "slope": 0.2})
    assert swaps == (
        Swap("features.2", "ReLU", "LeakyReLU"),
        Swap("act", "ReLU", "LeakyReLU"),
        Swap("head.3", "Tanh", "LeakyReLU"),
    )
    assert network.act is network.features[2]
    network(X)


def test_a_pattern_says_where() -> None:
    network = Users()
    assert [swap.name for swap in swap_activations(network, "elu", where="^head")] == ["head.3"]
    assert isinstance(network.act, nn.ReLU)


def test_norms_are_swapped_with_their_gains() -> None:
    network = Users()
    network.features[1].weight.data.fill_(3.0)
    swaps = swap_norms(network, {"name": "group", "groups": 4}, where="features")
    assert swaps == (Swap("features.1", "BatchNorm2d", "GroupNorm"),)
    assert network.features[1].num_groups == 4
    assert network.features[1].weight.unique().tolist() == [3.0]
    network(X)


@pytest.mark.parametrize("name", sorted(set(NORMS) - {"weight"}))
def test_every_norm_can_take_a_batch_norms_place(name: str) -> None:
    network = Users().double().eval()
    swap_norms(network, name, where="features")
    assert network(X.double()).dtype == torch.float64
    assert not network.features[1].training


@pytest.mark.parametrize("name", sorted(set(NORMS) - {"weight", "none"}))
def test_every_norm_can_give_its_place(name: str) -> None:
    network = Users()
    swap_norms(network, name, where="features")
    assert len(swap_norms(network, "batch", where="features")) == 1
    assert isinstance(network.features[1], nn.BatchNorm2d)
    assert network.features[1].num_features == 8


def test_an_optimizer_steps_the_new_parameters_and_forgets_the_old() -> None:
    network = Users()
    norms = [p for n, p in network.named_parameters() if "features.1" in n]
    others = [p for n, p in network.named_parameters() if "features.1" not in n]
    optimizer = torch.optim.Adam([{"params": others}, {"params": norms, "lr": 0.5}])
    network(X).square().mean().backward()
    optimizer.step()
    swap_norms(network, "group", where="features", optimizer=optimizer)
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    assert held == {id(p) for p in network.parameters()}
    assert not {id(p) for p in norms} & {id(p) for p in optimizer.state}
    before = network.features[1].weight.detach().clone()
    optimizer.zero_grad()
    network(X).sin().sum().backward()
    optimizer.step()
    moved = (network.features[1].weight - before).abs().max().item()
    assert moved == pytest.approx(0.5, rel=0.1)  # the group's own rate


def test_what_cannot_take_a_place_is_refused() -> None:
    with pytest.raises(NetworkError, match="wider"):
        swap_activations(Users(), "maxout")
    with pytest.raises(NetworkError, match="not a layer"):
        swap_norms(Users(), "weight")
    with pytest.raises(NetworkError, match="axes"):
        swap_norms(nn.Sequential(nn.LayerNorm((3, 4))), "batch")


@pytest.mark.parametrize(
    "name", sorted(set(NORMS) - {"weight", "none", "instance", "local_response"})
)
@pytest.mark.parametrize("then", ["batch", "layer", "decorrelated"])
def test_norms_of_dense_layers_are_swapped_twice(name: str, then: str) -> None:
    network = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
    swap_norms(network, name)
    swap_norms(network, then)
    assert network(torch.randn(32, 4)).shape == (32, 2)


def test_norms_of_sequences_are_swapped() -> None:
    network = nn.Sequential(nn.Conv1d(3, 8, 3), nn.BatchNorm1d(8), nn.ReLU())
    for name in ("layer", "rms", "group", "instance", "iterative", "ghost", "batch_renorm"):
        swap_norms(network, name)
        assert network(torch.randn(32, 3, 9)).shape == (32, 8, 7)


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam, optim.SGD, optim.Adam])
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_was_swapped_is_trained_before_and_after_an_optimizer_exists(
    kind: type[torch.optim.Optimizer], when: str
) -> None:
    network = Users()
    old = [p for n, p in network.named_parameters() if "features.1" in n]
    optimizer = None
    if when == "after":
        optimizer = kind(network.parameters(), lr=0.1)
        network(X).square().mean().backward()
        optimizer.step()
    swap_norms(network, "group", optimizer=optimizer)
    swap_activations(network, "prelu", optimizer=optimizer)
    optimizer = optimizer or kind(network.parameters(), lr=0.1)
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    dead = [p.detach().clone() for p in old]
    for _ in range(3):
        optimizer.zero_grad()
        network(X).sin().sum().backward()
        optimizer.step()
    still = {n for n, p in network.named_parameters() if torch.equal(p, before[n])}
    assert not {name for name in still if "bias" not in name}  # norms cancel a bias before them
    assert all(torch.equal(p, was) for p, was in zip(old, dead, strict=True))
    held = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in network.parameters())
    state = optimizer.state_dict()  # whole: indices of the parameters that there are
    kind(network.parameters(), lr=0.1).load_state_dict(state)


def test_what_was_frozen_stays_frozen_and_out_of_the_optimizer() -> None:
    network = Users()
    network.features[1].requires_grad_(False)
    trained = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.1)
    swap_norms(network, "group", optimizer=optimizer)
    assert not any(p.requires_grad for p in network.features[1].parameters())
    assert all(p.requires_grad for p in network.head[2].parameters())
    assert len(optimizer.param_groups[0]["params"]) == len(trained)


def test_a_slope_that_is_new_does_not_decay_and_names_follow() -> None:
    network = Users()
    optimizer = optim.AdamW(optim.groups(network, weight_decay=0.1))
    swap_activations(network, "prelu", optimizer=optimizer)
    decayed, free = optimizer.param_groups
    slopes = {id(network.act.weight), id(network.head[3].weight)}
    assert not slopes & {id(p) for p in decayed["params"]}
    assert slopes <= {id(p) for p in free["params"]}
    named = torch.optim.SGD(network.named_parameters(), lr=0.1)
    swap_norms(network, "none", where="features", optimizer=named)
    swap_norms(network, "layer", where="head", optimizer=named)
    (group,) = named.param_groups
    own = {name: id(p) for name, p in network.named_parameters()}
    held = map(id, group["params"])
    assert dict(zip(group["param_names"], held, strict=True)) == own


def test_parameters_of_several_layers_stay_what_they_are() -> None:
    network = nn.Sequential(*(nn.BatchNorm1d(4) for _ in range(3)))
    network[1].weight = network[0].weight
    network.register_parameter("gain", network[2].weight)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    swap_norms(network, "layer", optimizer=optimizer)
    assert network[1].weight is network[0].weight
    held = [id(p) for p in optimizer.param_groups[0]["params"]]
    assert sorted(held) == sorted(id(p) for p in network.parameters())
    assert id(network.gain) in held


@pytest.mark.parametrize("norm", ["rms", "none", None])
def test_torchs_encoder_computes_in_evaluation_what_it_was_given(norm: str | None) -> None:
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, activation=nn.GELU(), batch_first=True)
    encoder = nn.TransformerEncoder(layer, 2)
    if norm is None:
        swap_activations(encoder, "tanh")
    else:
        swap_norms(encoder, norm)
    x, unseen = torch.randn(2, 5, 8), torch.zeros(2, 5, dtype=torch.bool)
    expected = encoder(x).detach()
    with torch.no_grad():
        torch.testing.assert_close(encoder.eval()(x), expected)
        torch.testing.assert_close(encoder(x, src_key_padding_mask=unseen), expected)
