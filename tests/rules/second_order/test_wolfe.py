from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.optim.lbfgs import _strong_wolfe

from trainlab.rules.second_order.wolfe import Found, Point, Wolfe, cubic_minimum, strong_wolfe

Curve = Callable[[Tensor], Tensor]

CURVES: dict[str, Curve] = {
    "More and Thuente 1": lambda t: -t / (t**2 + 2),
    "More and Thuente 2": lambda t: (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4,
    "waves": lambda t: (t - 3) ** 2 + torch.sin(5 * t),
    "steep": lambda t: torch.exp(4 * t) - 8 * t,
    "far": lambda t: (t - 200) ** 2,
}


def column(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def along(curves: list[Curve], asked_for: list[Tensor] | None = None):
    """Give the line on which each row follows its own curve; what nobody asked for is NaN."""

    def line(t: Tensor, asked: Tensor) -> tuple[Point, Tensor]:
        t = t.detach().requires_grad_()
        f = torch.stack([curve(row) for curve, row in zip(curves, t, strict=True)])
        (slope,) = torch.autograd.grad(f.sum(), t)
        if asked_for is not None:
            asked_for.append(asked.flatten())
        hidden = [torch.where(asked, each, torch.nan) for each in (f.detach(), slope)]
        return Point(t.detach(), *hidden), hidden[1]

    return line


def search(
    curves: list[Curve], t: Tensor, wolfe: Wolfe | None = None, searching: Tensor | None = None
) -> Found:
    line, zero = along(curves), torch.zeros_like(t)
    everyone = torch.ones_like(t, dtype=torch.bool)
    point = line(zero, everyone)
    return strong_wolfe(
        line, point, t, wolfe or Wolfe(), everyone if searching is None else searching
    )


def cubic_at(c: list[float], t: float) -> Point:
    slope = c[0] + 2 * c[1] * t + 3 * t**2
    return Point(column(t), column(c[0] * t + c[1] * t**2 + t**3), column(slope))


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.floats(0.1, 3))
def test_the_minimum_of_a_cubic_is_exact(c: list[float], width: float) -> None:
    """Between -1 and width, where f(t) = c0 t + c1 t^2 + t^3 has its minimum if it has one."""
    inside = c[1] ** 2 - 3 * c[0]
    bottom = (-c[1] + max(0.0, inside) ** 0.5) / 3
    if inside < 0.01 or not -0.9 < bottom < width - 0.1:
        return
    a, b = (cubic_at(c, t) for t in (-1.0, width))
    for one, other in ((a, b), (b, a)):
        found = cubic_minimum(one, other, column(-1.0), column(width))
        torch.testing.assert_close(found, column(bottom), rtol=0, atol=1e-6)


@pytest.mark.parametrize("first", [1e-3, 0.1, 1.0, 10.0, 1000.0])
@pytest.mark.parametrize("name", CURVES)
def test_what_is_found_fulfils_both_conditions(name: str, first: float) -> None:
    wolfe = Wolfe(armijo=1e-4, curvature=0.1)
    begin, _ = along([CURVES[name]])(column(0.0), torch.ones(1, 1, dtype=torch.bool))
    found = search([CURVES[name]], column(first), wolfe)
    assert found.evaluations <= 25
    assert found.point.f <= begin.f + 1e-4 * found.point.t * begin.slope
    assert found.point.slope.abs() <= 0.1 * begin.slope.abs()
    assert torch.equal(found.g, found.point.slope)


@pytest.mark.parametrize("budget", [1, 2, 3, 25])
@pytest.mark.parametrize("first", [1e-3, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("name", CURVES)
def test_it_is_torchs_search(name: str, first: float, budget: int) -> None:
    line, everyone = along([CURVES[name]]), torch.ones(1, 1, dtype=torch.bool)
    begin, g = line(column(0.0), everyone)

    def objective(x: Tensor, t: Tensor, d: Tensor) -> tuple[float, Tensor]:
        point, slope = line(torch.as_tensor(t, dtype=torch.float64).reshape(1, 1), everyone)
        return float(point.f), slope.flatten()

    d = torch.ones(1, dtype=torch.float64)
    _, slope, t, calls = _strong_wolfe(
        objective, None, first, d, float(begin.f), g[0], g[0, 0], c2=0.3, max_ls=budget
    )
    wolfe = Wolfe(curvature=0.3, narrow=1e-9, evaluations=budget, by_loss=True)
    ours = search([CURVES[name]], column(first), wolfe)
    assert int(ours.evaluations) == calls
    torch.testing.assert_close(ours.point.t, column(float(t)), rtol=1e-12, atol=0)
    torch.testing.assert_close(ours.g.flatten(), slope, rtol=1e-12, atol=1e-12)


def test_each_member_searches_alone_and_is_asked_no_more_when_done() -> None:
    curves, first = list(CURVES.values()), column(1.0, 0.1, 10.0, 1e-3, 1.0)
    bounds = Wolfe(
        curvature=column(0.9, 0.1, 0.01, 0.5, 0.1), evaluations=column(25, 25, 2, 25, 25)
    )
    asked: list[Tensor] = []
    everyone = torch.ones(5, 1, dtype=torch.bool)
    line = along(curves, asked)
    together = strong_wolfe(line, line(0 * first, everyone), first, bounds, everyone)
    for row, curve in enumerate(curves):
        own = Wolfe(curvature=bounds.curvature[row], evaluations=bounds.evaluations[row])
        alone = search([curve], first[row : row + 1], own)
        assert torch.equal(together.point.t[row], alone.point.t[0])
        assert torch.equal(together.g[row], alone.g[0])
        assert together.evaluations[row] == alone.evaluations[0]
    counted = torch.stack(asked[1:]).sum(dim=0)
    assert torch.equal(counted, together.evaluations.flatten())
    assert len(set(counted.tolist())) > 1, "the members should not all be done at once"


def test_who_does_not_search_stays() -> None:
    curves = [CURVES["steep"], CURVES["far"]]
    found = search(curves, column(1.0, 1.0), searching=torch.tensor([[False], [True]]))
    assert found.point.t[0] == 0
    assert found.evaluations.tolist() == [[0], [found.evaluations[1].item()]]
    assert found.point.t[1] > 1


def test_a_trial_that_is_not_finite_is_too_far() -> None:
    walled: Curve = lambda t: -t + 0.4 * t * t + torch.where(t < 1, 0.0, torch.inf)  # noqa: E731
    found = search([walled], column(50.0), Wolfe(curvature=0.9))
    assert 0 < found.point.t < 1
    assert torch.isfinite(found.point.f)
