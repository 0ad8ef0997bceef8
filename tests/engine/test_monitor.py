from __future__ import annotations

import torch
from torch import Tensor, nn

from trainlab.engine.monitor import Monitor, watch_over
from trainlab.engine.population import Population, populate
from trainlab.schedules import Pace


def start(name: str = "val/loss", min_delta: float = 0.0) -> tuple[Population, Monitor]:
    population = populate(lambda seed: nn.Linear(2, 1), range(3), torch.device("cpu"))
    return population, watch_over(population, name, [4.0, 4.0, torch.inf], [min_delta] * 3)


def scores(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_each_member_keeps_its_own_best() -> None:
    population, monitor = start()
    first = population.theta.clone()
    assert monitor.see(population, scores(1, 1, 1), 2).tolist() == [True] * 3
    population.theta.add_(1)
    assert monitor.see(population, scores(2, 0.5, 1), 4).tolist() == [False, True, False]
    assert monitor.step.tolist() == [2, 4, 2]
    assert torch.equal(monitor.theta[[0, 2]], first[[0, 2]])
    assert torch.equal(monitor.theta[1], first[1] + 1)


def test_more_is_better_for_accuracy() -> None:
    population, monitor = start("val/accuracy")
    monitor.see(population, scores(0.5, 0.5, 0.5), 1)
    assert monitor.see(population, scores(0.6, 0.4, 0.5), 2).tolist() == [True, False, False]


def test_lateness_counts_steps_since_the_best() -> None:
    population, monitor = start()
    monitor.see(population, scores(1, 1, 1), 2)
    monitor.see(population, scores(2, 0.5, 2), 4)
    assert monitor.late(5, Pace.even(7)).tolist() == [False, False, False]
    assert monitor.late(6, Pace.even(7)).tolist() == [True, False, False]
    assert monitor.late(1000, Pace.even(7)).tolist() == [True, True, False]


def test_a_gain_must_exceed_min_delta() -> None:
    population, monitor = start(min_delta=0.1)
    monitor.see(population, scores(1, 1, 1), 1)
    assert monitor.see(population, scores(0.95, 0.85, 2), 2).tolist() == [False, True, False]


def test_nan_is_never_best() -> None:
    population, monitor = start()
    assert monitor.see(population, scores(torch.nan, 1, 1), 1).tolist() == [False, True, True]
    assert monitor.see(population, scores(3, 1, 1), 2).tolist() == [True, False, False]


def test_keeping_rows() -> None:
    population, monitor = start()
    monitor.see(population, scores(3, 2, 1), 1)
    monitor.keep(torch.tensor([2, 0]))
    assert monitor.score.tolist() == [1, 3]
    assert monitor.patience.tolist() == [torch.inf, 4.0]
