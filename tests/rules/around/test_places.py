from __future__ import annotations

import torch

from trainlab import seeds
from trainlab.rules.around.gradients import add_noise as add_gradient_noise
from trainlab.rules.around.places import add_noise, climb

KEYS = seeds.keys([0, 1], "noise")[:, None]


def test_a_climb_is_along_the_gradient_by_the_radius_of_each_row() -> None:
    theta, g = (torch.randn(3, 7, dtype=torch.float64) for _ in range(2))
    radius = torch.tensor([[0.5], [0.0], [2.0]], dtype=torch.float64)
    way = climb(theta, g, radius) - theta
    torch.testing.assert_close(way.norm(dim=1), radius[:, 0], rtol=1e-9, atol=1e-12)
    expected = radius[:, 0] * g.norm(dim=1)
    torch.testing.assert_close((way * g).sum(dim=1), expected, rtol=1e-9, atol=1e-12)
    assert torch.equal(climb(theta, g, radius)[1], theta[1])


def test_where_it_is_flat_there_is_no_way_up() -> None:
    theta = torch.randn(2, 5)
    assert torch.equal(climb(theta, torch.zeros(2, 5), 0.1), theta)


def test_noise_has_its_deviation_and_leaves_the_weights() -> None:
    theta = torch.randn(2, 20_000, dtype=torch.float64)
    before = theta.clone()
    noise = add_noise(theta, KEYS, torch.tensor([[0.1], [0.5]])) - theta
    assert torch.equal(theta, before)
    assert torch.allclose(noise.std(dim=1), torch.tensor([0.1, 0.5]).double(), rtol=0.03)
    assert float(noise.mean().abs()) < 0.01


def test_a_row_draws_what_it_would_draw_alone_and_not_what_its_gradient_draws() -> None:
    theta = torch.zeros(2, 50, dtype=torch.float64)
    both = add_noise(theta, KEYS, 1.0)
    assert torch.equal(both[1:], add_noise(theta[1:], KEYS[1:], 1.0))
    other = add_gradient_noise(theta, KEYS, 1.0, 1.0)
    assert float(torch.corrcoef(torch.stack([both[0], other[0]]))[0, 1].abs()) < 0.5
