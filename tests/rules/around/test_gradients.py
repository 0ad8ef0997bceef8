from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.layout import layout_of
from trainlab.rules.around.gradients import (
    add_noise,
    centralize,
    clip_adaptively,
    clip_by_layer,
    clip_by_norm,
    clip_by_value,
)

NETWORK = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(12, 4))
LAYOUT = layout_of(NETWORK)


def draw(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def weights(theta: Tensor) -> list[nn.Parameter]:
    return [nn.Parameter(row.clone()) for row in theta]


def by_weight(row: Tensor) -> dict[str, Tensor]:
    return {name: weight.clone() for name, weight in LAYOUT.unpack(row).items()}


def test_clip_by_norm_is_torchs_for_each_member_and_limit() -> None:
    g, limit = draw(4, 50), torch.tensor([[0.5], [3.0], [100.0], [torch.inf]], dtype=torch.float64)
    clipped = clip_by_norm(g, limit)
    for row, parameter in enumerate(weights(g)):
        parameter.grad = g[row].clone()
        nn.utils.clip_grad_norm_([parameter], limit[row].item())
        torch.testing.assert_close(clipped[row], parameter.grad, rtol=1e-12, atol=0)
    assert torch.equal(clipped[2:], g[2:])


def test_clip_by_value_is_torchs() -> None:
    g = draw(1, 50)
    parameter = weights(g)[0]
    parameter.grad = g[0].clone()
    nn.utils.clip_grad_value_([parameter], 0.3)
    assert torch.equal(clip_by_value(g, 0.3)[0], parameter.grad)
    by_member = clip_by_value(
        g.expand(2, 50), torch.tensor([[0.3], [torch.inf]], dtype=torch.float64)
    )
    assert torch.equal(by_member, torch.stack([parameter.grad, g[0]]))


def test_a_number_and_a_column_clip_to_the_same_bits() -> None:
    g, column = draw(5, LAYOUT.n).float(), torch.full((5, 1), 0.7)
    assert torch.equal(clip_by_norm(g, 0.7), clip_by_norm(g, column))
    assert torch.equal(clip_by_value(g, 0.7), clip_by_value(g, column))
    assert torch.equal(clip_by_layer(g, LAYOUT, 0.7), clip_by_layer(g, LAYOUT, column))


def test_clip_by_layer_is_torchs_for_each_parameter() -> None:
    g = draw(3, LAYOUT.n)
    limit = torch.tensor([[0.5], [2.0], [torch.inf]], dtype=torch.float64)
    clipped = clip_by_layer(g, LAYOUT, limit)
    for row in range(3):
        for name, weight in by_weight(g[row]).items():
            parameter = nn.Parameter(weight.clone())
            parameter.grad = weight.clone()
            nn.utils.clip_grad_norm_([parameter], limit[row].item())
            found = LAYOUT.unpack(clipped[row])[name]
            torch.testing.assert_close(found, parameter.grad, rtol=1e-12, atol=0)


def test_adaptive_clipping_is_the_papers_unit_by_unit() -> None:
    g, theta = draw(2, LAYOUT.n), 0.1 * draw(3, LAYOUT.n)[1:]
    theta[0, :18] = 0  # the first filter: its norm counts as the least, 0.001
    limit = torch.tensor([[0.3], [15.0]], dtype=torch.float64)
    clipped, some, all_of_them = clip_adaptively(g, theta, LAYOUT, limit), 0, 0
    for row in range(2):
        named, gradients = by_weight(theta[row]), by_weight(g[row])
        for name, found in LAYOUT.unpack(clipped[row]).items():
            whole = named[name].dim() < 2
            units = zip(*(t[name][None] if whole else t[name] for t in (named, gradients)))  # noqa: B905
            for unit, (w, grad) in zip(found[None] if whole else found, units, strict=True):
                longest = limit[row] * max(float(w.norm()), 1e-3)
                over = float(grad.norm()) > float(longest)
                expected = grad * longest / grad.norm() if over else grad
                some, all_of_them = some + over, all_of_them + 1
                torch.testing.assert_close(unit, expected, rtol=1e-12, atol=0)
    assert 0 < some < all_of_them


def test_units_without_a_gradient_keep_none() -> None:
    assert not clip_adaptively(
        torch.zeros(1, LAYOUT.n), torch.zeros(1, LAYOUT.n), LAYOUT, 0.1
    ).any()


def test_centred_units_have_mean_zero_and_the_rest_is_left_alone() -> None:
    g = draw(2, LAYOUT.n)
    centred = centralize(g, LAYOUT, torch.tensor([[1.0], [0.0]], dtype=torch.float64))
    before, after = LAYOUT.unpack(g[0]), LAYOUT.unpack(centred[0])
    for name, weight in after.items():
        if weight.dim() > 1:
            axes = tuple(range(1, weight.dim()))
            expected = before[name] - before[name].mean(dim=axes, keepdim=True)
            torch.testing.assert_close(weight, expected, rtol=1e-12, atol=1e-15)
        else:
            assert torch.equal(weight, before[name])
    assert torch.equal(centred[1], g[1])


@pytest.mark.parametrize("t", [1, 100])
def test_noise_has_the_papers_variance(t: int) -> None:
    g, keys = torch.zeros(2, 20_000, dtype=torch.float64), seeds.keys([0, 1], "noise")
    eta = torch.tensor([[0.3], [0.0]], dtype=torch.float64)
    noisy = add_noise(g, keys, eta, float(t))
    assert abs(float(noisy[0].var()) / (0.3 / t**0.55) - 1) < 0.04
    assert torch.equal(noisy[1], g[1])


def test_noise_is_a_function_of_its_key() -> None:
    g, keys = draw(2, 30), seeds.keys([0, 1], "noise")
    both = add_noise(g, keys, 0.1, 1.0)
    assert torch.equal(both[1:], add_noise(g[1:], keys[1:], 0.1, 1.0))
    assert not torch.equal(both, add_noise(g, seeds.fold_in(keys, 1), 0.1, 1.0))


@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
def test_a_non_finite_row_is_clipped_without_its_neighbours(bad: float) -> None:
    g, theta = draw(3, LAYOUT.n), draw(3, LAYOUT.n)
    sick = g.clone()
    sick[1, 2] = bad
    for clip in (
        lambda g: clip_by_norm(g, 0.5),
        lambda g: clip_by_value(g, 0.5),
        lambda g: clip_by_layer(g, LAYOUT, 0.5),
        lambda g: clip_adaptively(g, theta, LAYOUT, 0.5),
        lambda g: centralize(g, LAYOUT),
    ):
        assert torch.equal(clip(sick)[[0, 2]], clip(g)[[0, 2]])
