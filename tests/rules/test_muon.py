from __future__ import annotations

from math import sqrt

import pytest
import torch
from torch import Tensor, nn

from trainlab.layout import layout_of
from trainlab.rules import RULES, Rule, apply, on
from trainlab.rules.muon import JORDAN, orthogonal


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def reference(g: Tensor) -> Tensor:
    """Transcribe zeropower_via_newtonschulz5 of Jordan et al. 2024, without bfloat16."""
    a, b, c = (3.4445, -4.7750, 2.0315)
    x = g / (g.norm() + 0.0)
    if g.size(0) > g.size(1):
        x = x.T
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if g.size(0) > g.size(1) else x


@pytest.mark.parametrize("shape", [(4, 4), (3, 9), (9, 3), (1, 5), (5, 1)])
def test_the_iteration_is_its_reference(shape: tuple[int, int]) -> None:
    matrices = draw(6, *shape)
    expected = torch.stack([reference(matrix) for matrix in matrices])
    torch.testing.assert_close(orthogonal(matrices), expected, rtol=1e-12, atol=1e-14)


def test_the_iteration_acts_on_singular_values_alone() -> None:
    """U S V^T -> U p(...p(S / |S|)) V^T, by the decomposition; and all end near 1."""
    matrix = draw(5, 8)
    u, s, vt = torch.linalg.svd(matrix, full_matrices=False)
    s = s / s.norm()
    for _ in range(5):
        s = JORDAN[0] * s + JORDAN[1] * s**3 + JORDAN[2] * s**5
    torch.testing.assert_close(orthogonal(matrix), u * s @ vt, rtol=1e-10, atol=1e-12)
    assert ((s > 0.6) & (s < 1.3)).all()


def test_the_cubic_iteration_converges_to_the_polar_factor() -> None:
    matrix = draw(6, 4)
    u, _, vt = torch.linalg.svd(matrix, full_matrices=False)
    turned = orthogonal(matrix, (1.5, -0.5, 0.0), iterations=60)
    torch.testing.assert_close(turned, u @ vt, rtol=1e-10, atol=1e-12)


def test_a_zero_matrix_stays_zero() -> None:
    assert torch.equal(orthogonal(torch.zeros(2, 3, 4)), torch.zeros(2, 3, 4))


def network() -> nn.Module:
    return nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(12, 5))


def walk(rule: Rule, g: Tensor, h: dict[str, float | Tensor]) -> Tensor:
    """Give theta [P, N] after a sequence of gradients [T, P, N]."""
    theta = torch.ones_like(g[0])
    slots = rule.init(theta)
    for t, gradient in enumerate(g, start=1):
        apply(rule, theta, gradient, slots, {**h, "t": t})
    return theta


def test_matrices_are_turned_and_the_rest_is_adams() -> None:
    layout = layout_of(network())
    g = draw(4, 2, layout.n)
    named = layout.unpack(walk(on(RULES["muon"], layout), g, {"lr": 0.01}))
    adam = layout.unpack(walk(RULES["adam"], g, {"lr": 0.01}))
    matrices = {"0.weight": 0.2 * sqrt(18), "3.weight": 0.2 * sqrt(12)}
    for name, stepped in named.items():
        if name not in matrices:
            torch.testing.assert_close(stepped, adam[name], rtol=1e-12, atol=1e-14)
            continue
        for member in range(2):
            theta, ball = torch.ones(stepped.shape[1:]).double().flatten(1), 0.0
            for gradient in layout.unpack(g)[name][:, member].flatten(2):
                ball = 0.95 * ball + 0.05 * gradient
                way = 0.05 * gradient + 0.95 * ball
                theta = theta - 0.01 * matrices[name] * reference(way)
            torch.testing.assert_close(stepped[member].flatten(1), theta, rtol=1e-12, atol=1e-13)


def test_members_have_their_own_numbers() -> None:
    layout = layout_of(network())
    rule, g = on(RULES["muon"], layout), draw(4, 3, layout.n)
    columns = {"lr": [0.1, 0.01, 0.0], "momentum": [0.5, 0.9, 0.95]}
    h = {name: torch.tensor(v, dtype=g.dtype).unsqueeze(1) for name, v in columns.items()}
    together = walk(rule, g, h)
    for row in range(3):
        own = {name: values[row] for name, values in columns.items()}
        alone = walk(rule, g[:, row : row + 1], own)
        torch.testing.assert_close(together[row : row + 1], alone, rtol=1e-12, atol=1e-13)
    assert torch.equal(together[2], torch.ones_like(together[2]))


def test_a_non_finite_row_touches_no_other() -> None:
    layout = layout_of(network())
    rule, g = on(RULES["muon"], layout), draw(3, 3, layout.n)
    sick = g.clone()
    sick[1, 1] = torch.nan
    healthy, other = (walk(rule, x, {"lr": 0.1}) for x in (g, sick))
    assert torch.equal(healthy[[0, 2]], other[[0, 2]])


def test_a_rule_that_does_not_ask_is_given_no_layout() -> None:
    layout = layout_of(network())
    assert on(RULES["adam"], layout) is RULES["adam"]
    assert on(RULES["muon"], layout) is not RULES["muon"]
