from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from torch import Tensor

from tests.rules.second_order.surfaces import (
    ALL,
    SURFACES,
    Surface,
    Terrain,
    beale,
    himmelblau,
    rosenbrock,
    start,
    valley,
)
from trainlab.rules.second_order import SECOND_ORDER, Searched

RULE = SECOND_ORDER["lbfgs"]
Walk = Callable[[Surface, list[float]], list[float]]
GOALS = (1e-4, 1e-8, 1e-12)


def walked(terrain: Terrain, theta: Tensor, h: dict[str, object]) -> Searched:
    """Take one step of as many iterations as `h` says."""
    numbers = {"t": 1.0, **h}
    everyone = torch.ones(len(theta), 1, dtype=torch.bool)
    slots = RULE.init(theta, numbers)  # type: ignore[arg-type]
    begin = terrain.at(theta, everyone)
    return RULE.search(begin, terrain, slots, numbers, everyone)  # type: ignore[arg-type]


def spent(losses: list[float], goal: float) -> float:
    """Count the evaluations that it took to come below a goal."""
    return next((k for k, loss in enumerate(losses, start=1) if loss < goal), np.inf)


def ours(surface: Surface, x: list[float]) -> list[float]:
    terrain = Terrain([surface])
    walked(terrain, start(x), {"iterations": 500.0, "tolerance": 1e-14})
    return [float(loss) for loss in terrain.seen]


def scipys(surface: Surface, x: list[float]) -> list[float]:
    losses: list[float] = []

    def told(at: np.ndarray) -> tuple[float, np.ndarray]:
        theta = torch.tensor(at, requires_grad=True)
        loss = surface(theta)
        loss.backward()
        losses.append(loss.item())
        return loss.item(), theta.grad.numpy()

    options = {"maxcor": 10, "ftol": 1e-16, "gtol": 1e-10, "maxiter": 2000}
    minimize(told, np.array(x), jac=True, method="L-BFGS-B", options=options)
    return losses


def torchs(surface: Surface, x: list[float]) -> list[float]:
    theta = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    losses: list[float] = []
    optimizer = torch.optim.LBFGS(
        [theta],
        max_iter=500,
        max_eval=1000,
        tolerance_grad=1e-10,
        tolerance_change=1e-15,
        history_size=10,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = surface(theta)
        loss.backward()
        losses.append(loss.item())
        return loss

    optimizer.step(closure)
    return losses


@cache
def walks(name: str) -> list[list[float]]:
    return [walk(*SURFACES[name]) for walk in (ours, scipys, torchs)]


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("name", SURFACES)
def test_it_asks_no_more_than_a_tenth_more_than_torch_and_scipy(name: str, goal: float) -> None:
    needed, scipy, other = (spent(losses, goal) for losses in walks(name))
    assert np.isfinite(needed)
    assert needed <= 1.1 * scipy
    assert needed <= 1.1 * other


@pytest.mark.parametrize("condition", [1e2, 1e3, 1e4])
def test_so_it_is_on_average_in_narrow_valleys_along_any_axes(condition: float) -> None:
    """Of one valley nothing can be asked: a start moved by a hundredth moves counts by a tenth."""
    counts = []
    for seed in range(5):
        surface, x = valley(condition, seed)
        goal = 1e-8 * float(surface(start(x)[0]))
        counts.append([until(goal, walk, surface, x) for walk in (ours, scipys, torchs)])
    needed, scipy, other = np.log(counts).mean(axis=0)
    assert needed <= np.log(1.1) + min(scipy, other)


def until(goal: float, walk: Walk, surface: Surface, x: list[float]) -> int:
    """Count the evaluations to a goal, and end there."""
    count = 0

    def told(theta: Tensor) -> Tensor:
        nonlocal count
        loss, count = surface(theta), count + 1
        if loss < goal:
            raise StopIteration
        return loss

    with pytest.raises(StopIteration):
        walk(told, x)
    return count


def test_members_with_their_own_numbers_are_as_alone() -> None:
    surfaces = [rosenbrock, beale, himmelblau, rosenbrock]
    theta = start([-1.2, 1.0], [1.0, 1.0], [0.0, 0.0], [2.0, -1.0])
    own: dict[str, list[float]] = {
        "lr": [1.0, 0.5, 0.1, 1.0],
        "history": [10, 2, 3, 1],
        "iterations": [30, 4, 12, 7],
        "curvature": [0.9, 0.5, 0.1, 0.9],
        "armijo": [1e-4, 1e-2, 1e-4, 1e-3],
        "evaluations": [25, 3, 25, 2],
        "tolerance": [1e-9, 1e-9, 1e-3, 1e-9],
    }
    columns = {name: start(values).T for name, values in own.items()}
    together = walked(Terrain(surfaces), theta, columns)
    for row, surface in enumerate(surfaces):
        h = {name: values[row] for name, values in own.items()}
        alone = walked(Terrain([surface]), theta[row : row + 1], h)
        assert torch.equal(together.theta[row], alone.theta[0])
        assert together.evaluations[row] == alone.evaluations[0]
    assert len(set(together.evaluations.flatten().tolist())) > 2


def test_steps_one_by_one_are_the_iterations_of_one_step() -> None:
    theta = start([-1.2, 1.0])
    numbers = {"t": 1.0}
    slots = RULE.init(theta, numbers)
    for _ in range(12):
        terrain = Terrain([rosenbrock])
        found = RULE.search(terrain.at(theta, ALL), terrain, slots, numbers, ALL)
        theta, slots = found.theta, found.slots
    whole = walked(Terrain([rosenbrock]), start([-1.2, 1.0]), {"iterations": 12.0})
    assert torch.equal(theta, whole.theta)


def test_who_does_not_move_stays_and_forgets_nothing() -> None:
    terrain = Terrain([rosenbrock, rosenbrock])
    theta = start([-1.2, 1.0], [-1.2, 1.0])
    moved = walked(terrain, theta, {"iterations": 3.0})
    begin = terrain.at(moved.theta, torch.ones(2, 1, dtype=torch.bool))
    after = RULE.search(begin, terrain, moved.slots, {"t": 4.0}, torch.tensor([[True], [False]]))
    assert not torch.equal(after.theta[0], moved.theta[0])
    assert torch.equal(after.theta[1], moved.theta[1])
    assert after.evaluations[1] == 0
    for name, slot in after.slots.items():
        assert torch.equal(slot[1], moved.slots[name][1])


def test_at_a_minimum_it_stays() -> None:
    found = walked(Terrain([himmelblau]), start([3.0, 2.0]), {"iterations": 5.0})
    assert torch.equal(found.theta, start([3.0, 2.0]))
    assert found.evaluations == 0
