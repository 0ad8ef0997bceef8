from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from trainlab.claims.claim import Ask
from trainlab.claims.course import c38_ten_examples as c38
from trainlab.engine.experiment import Experiment

X = torch.rand(10, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def _of(bug: str) -> c38.Planted:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return c38.Planted((1, 8, 8), 10, bug=bug)


def _learns(network: c38.Planted) -> set[str]:
    network(X).square().sum().backward()
    return {
        name.split(".")[0] for name, each in network.named_parameters() if each.grad is not None
    }


def test_each_bug_does_what_it_says() -> None:
    plain: Tensor = _of("")(X)
    assert torch.equal(_of("softmax")(X), plain.softmax(dim=-1))
    assert torch.equal(_of("relu")(X), plain.relu())
    astray = _of("astray")
    torch.testing.assert_close(astray(X), plain.roll(1, 0))
    torch.testing.assert_close(astray.eval()(X), plain)
    assert _learns(_of("")) == {"hidden", "head"}
    assert _learns(_of("frozen")) == _learns(_of("detached")) == {"head"}


def test_the_examples_are_ten_one_of_each_class() -> None:
    task, _ = Experiment(c38.CLAIM.ask().recipe).prepared
    assert task.part("train")[1][0].sort().values.tolist() == list(range(10))


def test_rates_are_shares_of_the_healthy_and_of_the_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of five healthy one fails, of seven broken all but the diverged and one more pass."""
    losses = {**dict.fromkeys([*c38.HEALTHY, *c38.BROKEN], 0.01), "CNN": 0.06, "zeros": 2.3}
    losses["rate 0"] = np.inf
    by_change = {said: losses[name] for name, said in {**c38.HEALTHY, **c38.BROKEN}.items()}
    monkeypatch.setattr(c38, "_last_loss", lambda _, change: np.full(3, by_change[change]))
    ask: Ask = c38.CLAIM.ask()
    values = c38.measured(ask).values
    assert values["false alarms"].tolist() == [20.0] * 3
    assert values["bugs found"] == pytest.approx(200 / 7)
