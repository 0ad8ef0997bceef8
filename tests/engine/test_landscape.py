from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab.engine.forward import Batched, Forward, Rows
from trainlab.engine.landscape import Ground
from trainlab.engine.population import Population, populate
from trainlab.errors import NetworkError
from trainlab.losses import LOSSES
from trainlab.nn.dropout import Dropout

P, B = 3, 8


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


BATCHES = [(normal(P, B, 4, seed=k), normal(P, B, 2, seed=k + 50)) for k in range(2)]


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Tanh(), Dropout(0.3), nn.Linear(5, 2)
    )


def ground(way: type[Batched] | type[Rows], penalty: float = 0.0) -> tuple[Population, Ground]:
    population = populate(network, range(P), torch.device("cpu"), torch.float64)
    population.pure = True
    forward: Forward = way(population, LOSSES["mse"])
    strength = torch.full((1, population.layout.n), penalty, dtype=torch.float64)
    return population, Ground(population, forward, 0.0, strength if penalty else None)


def batches(population: Population):  # type: ignore[no-untyped-def]
    """Give the batches one after the other, each with keys of its own."""
    for place, batch in enumerate(BATCHES):
        population.set_keys((torch.arange(P) + 10 * place).unsqueeze(-1))
        yield batch


WAYS = pytest.mark.parametrize("way", [Batched, Rows])


@WAYS
def test_it_is_one_function_however_often_asked(way: type[Batched] | type[Rows]) -> None:
    population, land = ground(way, 0.1)
    theta = population.theta.clone()
    here = land.place(theta, *land.survey(batches(population)))
    everyone = torch.ones(P, 1, dtype=torch.bool)
    elsewhere = land.at(theta + 0.1, everyone)
    assert not torch.equal(elsewhere.f, here.f)
    again = land.at(theta, everyone)
    assert torch.equal(again.f, here.f)
    assert torch.equal(again.g, here.g)


@WAYS
def test_running_statistics_follow_the_first_evaluation_only(
    way: type[Batched] | type[Rows],
) -> None:
    population, land = ground(way)
    land.survey(batches(population))
    after = {name: buffer.clone() for name, buffer in population.buffers.items()}
    land.at(population.theta + 1.0, torch.ones(P, 1, dtype=torch.bool))
    land.curvature(population.theta.clone())
    land.leave()
    assert after["1.num_batches_tracked"].tolist() == [2] * P
    for name, buffer in population.buffers.items():
        assert torch.equal(buffer, after[name]), name


@WAYS
def test_its_gradient_and_its_curvature_are_differences(way: type[Batched] | type[Rows]) -> None:
    population, land = ground(way, 0.1)
    theta, everyone = population.theta.clone(), torch.ones(P, 1, dtype=torch.bool)
    here = land.place(theta, *land.survey(batches(population)))
    v, h = normal(*theta.shape, seed=9), 1e-6
    product = land.curvature(theta)
    ahead, back = (land.at(theta + side * v, everyone) for side in (h, -h))
    slope = (here.g * v).sum(dim=1, keepdim=True)
    torch.testing.assert_close((ahead.f - back.f) / (2 * h), slope, rtol=1e-6, atol=1e-7)
    torch.testing.assert_close((ahead.g - back.g) / (2 * h), product(v), rtol=1e-5, atol=1e-6)


def test_rows_leave_out_whom_nobody_asks() -> None:
    population, land = ground(Rows)
    land.survey(batches(population))
    asked = torch.tensor([[True], [False], [True]])
    some, whole = (
        land.at(population.theta.clone(), rows) for rows in (asked, torch.ones_like(asked))
    )
    assert torch.equal(some.f[asked], whole.f[asked])
    assert torch.equal(some.g[0], whole.g[0])
    assert not some.g[1].any()


class Distances(nn.Linear):
    """Tells how far an example is from each unit, which torch differentiates once."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cdist(x, self.weight)


def test_a_network_that_is_differentiable_only_once_is_told_so() -> None:
    population = populate(
        lambda seed: Distances(4, 2, bias=False), [0], torch.device("cpu"), torch.float64
    )
    land = Ground(population, Rows(population, LOSSES["mse"]), 0.0)
    land.survey([(BATCHES[0][0][:1], BATCHES[0][1][:1])])
    with pytest.raises(NetworkError, match="cannot be differentiated"):
        land.curvature(population.theta.clone())(torch.ones_like(population.theta))
