from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tests.rules.second_order.surfaces import ALL, SURFACES, Terrain, rosenbrock, start
from trainlab.rules.second_order import SECOND_ORDER, Searched

RULE = SECOND_ORDER["newton_cg"]
N = 6
EXACT = {"t": 1.0, "forcing": 1e-14}


def normal(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def quadratic(seed: int) -> tuple[Tensor, Tensor, Terrain]:
    """Give H, b and the landscape x.Hx / 2 - b.x."""
    root = normal(N, N, seed=seed)
    h, b = root @ root.T + torch.eye(N, dtype=torch.float64), normal(N, seed=seed + 100)
    return h, b, Terrain([lambda x: x @ h @ x / 2 - b @ x])


def step(terrain: Terrain, theta: Tensor, h: dict[str, object]) -> Searched:
    everyone = torch.ones(len(theta), 1, dtype=torch.bool)
    return RULE.search(terrain.at(theta, everyone), terrain, {}, h, everyone)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_on_a_quadratic_it_takes_the_dense_newton_step(seed: int) -> None:
    h, b, terrain = quadratic(seed)
    theta = normal(1, N, seed=7)
    found = step(terrain, theta, dict(EXACT))
    newton = theta[0] - torch.linalg.solve(h, h @ theta[0] - b)
    torch.testing.assert_close(found.theta[0], newton, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("damping", [0.1, 5.0])
def test_damped_it_takes_the_dense_damped_step(damping: float) -> None:
    h, b, terrain = quadratic(0)
    theta = normal(1, N, seed=7)
    found = step(terrain, theta, {**EXACT, "damping": damping})
    damped = h + damping * torch.eye(N, dtype=torch.float64)
    newton = theta[0] - torch.linalg.solve(damped, h @ theta[0] - b)
    torch.testing.assert_close(found.theta[0], newton, rtol=1e-10, atol=1e-10)


def test_members_with_their_own_numbers_are_as_alone() -> None:
    surfaces = [SURFACES[name][0] for name in ("rosenbrock 2", "beale", "himmelblau")]
    theta = start([-1.2, 1.0], [1.0, 1.0], [0.5, 0.0])
    own = {
        "lr": [1.0, 0.5, 1.0],
        "damping": [0.0, 1.0, 0.1],
        "forcing": [0.5, 1e-10, 0.1],
        "products": [1.0, 50.0, 2.0],
    }
    columns = {name: start(values).T for name, values in own.items()}
    together = step(Terrain(surfaces), theta, {"t": 1.0, **columns})
    for row, surface in enumerate(surfaces):
        h = {name: values[row] for name, values in own.items()}
        alone = step(Terrain([surface]), theta[row : row + 1], {"t": 1.0, **h})
        assert torch.equal(together.theta[row], alone.theta[0])
        assert together.evaluations[row] == alone.evaluations[0]


def test_it_reaches_the_minimum_of_a_curved_valley() -> None:
    theta = start([-1.2, 1.0])
    for _ in range(100):
        theta = step(Terrain([rosenbrock]), theta, {"t": 1.0}).theta
    torch.testing.assert_close(theta, start([1.0, 1.0]), rtol=0, atol=1e-6)


def test_it_leaves_a_saddle_along_negative_curvature() -> None:
    terrain = Terrain([lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4])
    theta = start([0.0, 1e-3])
    for _ in range(20):
        theta = step(terrain, theta, {"t": 1.0}).theta
    torch.testing.assert_close(theta.abs(), start([0.0, 0.5**0.5]), rtol=0, atol=1e-6)


def test_who_does_not_move_stays() -> None:
    terrain, theta = Terrain([rosenbrock]), start([-1.2, 1.0])
    found = RULE.search(terrain.at(theta, ALL), terrain, {}, {"t": 1.0}, ~ALL)
    assert torch.equal(found.theta, theta)
    assert found.evaluations == 0
