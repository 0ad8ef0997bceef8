from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.claims.made import ask_of
from trainlab.claims.probes.planted import Planted, planted
from trainlab.claims.probes.populations import begun

X = torch.rand(10, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def _of(bug: str) -> Planted:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Planted((1, 8, 8), 10, bug=bug)


def _learns(network: Planted) -> set[str]:
    network(X).square().sum().backward()
    return {
        name.split(".")[0] for name, each in network.named_parameters() if each.grad is not None
    }


def test_each_bug_does_what_it_says() -> None:
    plain: Tensor = _of("none")(X)
    assert torch.equal(_of("softmax twice")(X), plain.softmax(dim=-1))
    assert torch.equal(_of("ReLU at end")(X), plain.relu())
    astray = _of("labels astray")
    torch.testing.assert_close(astray(X), plain.roll(1, 0))
    torch.testing.assert_close(astray.eval()(X), plain)
    assert _learns(_of("none")) == {"hidden", "head"}
    assert _learns(_of("frozen")) == _learns(_of("detached")) == {"head"}


@pytest.mark.parametrize("bug", ["none", "softmax twice"])
def test_a_recipe_takes_the_network_with_its_bug(bug: str) -> None:
    module = begun(ask_of(planted(bug))).population.module
    assert isinstance(module, Planted) and module.bug == bug
