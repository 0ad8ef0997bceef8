from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from trainlab.errors import NetworkError
from trainlab.nn.dropout import Dropout, GaussianNoise, RandomLayer, number
from trainlab.nn.sampling import sample, sampling, uncertainty


def network() -> nn.Sequential:
    layers = nn.Sequential(
        nn.Linear(4, 50), nn.BatchNorm1d(50), nn.ReLU(), Dropout(0.5), nn.Linear(50, 3)
    )
    generator = torch.Generator().manual_seed(0)
    for weight in layers.parameters():
        nn.init.normal_(weight, 0.0, 0.3, generator=generator)
    number(layers)
    return layers


def inputs() -> Tensor:
    return torch.randn(6, 4, generator=torch.Generator().manual_seed(1))


def test_only_random_layers_train_and_everything_is_put_back() -> None:
    net = network()
    net[1].eval()
    before = [layer.training for layer in net.modules()]
    with sampling(net) as noisy:
        assert noisy is net
        assert [layer for layer in net.modules() if layer.training] == [net[3]]
    assert [layer.training for layer in net.modules()] == before
    with pytest.raises(RuntimeError, match="broken"), sampling(net):
        raise RuntimeError("broken")
    assert [layer.training for layer in net.modules()] == before


def test_a_kind_of_layer_is_chosen() -> None:
    net = nn.Sequential(Dropout(0.5), GaussianNoise(0.5))
    with sampling(net, GaussianNoise):
        assert [layer.training for layer in net] == [False, True]


def test_samples_are_those_of_the_layers_keys_and_change_nothing() -> None:
    net, x = network(), inputs()
    state = {name: tensor.clone() for name, tensor in net.named_buffers()}
    first = sample(net, x, 3, seed=7)
    torch.manual_seed(5)
    assert torch.equal(sample(net, x, 3, seed=7), first)
    assert not torch.equal(sample(net, x, 3, seed=8), first)
    assert not torch.equal(first[0], first[1])
    torch.testing.assert_close(dict(net.named_buffers()), state, rtol=0, atol=0)
    assert first.shape == (3, 6, 3) and not first.requires_grad


def test_after_the_last_nonlinearity_the_mean_of_samples_is_the_scaled_prediction() -> None:
    net, x = network(), inputs()
    drawn = sample(net, x, 2000)
    deviation = drawn.std(dim=0) / 2000**0.5
    assert bool(((drawn.mean(dim=0) - net.eval()(x)).abs() < 5 * deviation).all())


def test_a_network_without_randomness_is_refused() -> None:
    with pytest.raises(NetworkError, match="nothing to sample") as caught:
        sample(nn.Sequential(nn.Linear(4, 2), nn.Dropout(0.5)), inputs(), 2)
    assert "adopt" in str(caught.value)
    assert not isinstance(nn.Dropout(), RandomLayer)


def test_agreement_has_no_mutual_information_and_disagreement_has_all_of_it() -> None:
    alike = torch.tensor([[[0.0, 0.0]], [[0.0, 0.0]]])
    apart = torch.tensor([[[50.0, 0.0]], [[0.0, 50.0]]])
    for logits, information in ((alike, 0.0), (apart, math.log(2))):
        found = uncertainty(logits)
        assert found.probabilities.tolist() == [pytest.approx([0.5, 0.5])]
        assert found.entropy.item() == pytest.approx(math.log(2))
        assert found.information.item() == pytest.approx(information, abs=1e-12)


def test_entropy_and_information_are_those_of_the_definition() -> None:
    logits = torch.randn(7, 5, 4, generator=torch.Generator().manual_seed(0))
    p = logits.double().softmax(-1)
    kl = (p * (p / p.mean(0)).log()).sum(-1).mean(0)  # information is the mean divergence
    found = uncertainty(logits)
    torch.testing.assert_close(found.information, kl)
    torch.testing.assert_close(found.entropy, -(p.mean(0) * p.mean(0).log()).sum(-1))
