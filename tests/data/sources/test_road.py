"""Roads: the angle is that of the geometry, and the picture shows it."""

from __future__ import annotations

import math
from hashlib import sha256

import pytest
import torch

from trainlab.data.sources.road import AHEAD, LANE, RATIO, WHEELBASE, _Way, road


def way(curvature: float = 0.0, offset: float = 0.0, heading: float = 0.0) -> _Way:
    values = (curvature, 0.0, offset, heading)
    return _Way(*(torch.tensor([value], dtype=torch.float64) for value in values))


def angle(**given: float) -> float:
    return float(way(**given).steering())


def test_straight_on_a_straight_road_is_zero() -> None:
    assert angle() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("radius", [60, 150, 600])
def test_a_steady_curve_needs_wheelbase_over_radius(radius: float) -> None:
    expected = RATIO * math.degrees(math.atan(WHEELBASE / radius))
    assert angle(curvature=1 / radius) == pytest.approx(expected, rel=0.03)
    assert angle(curvature=-1 / radius) == pytest.approx(-expected, rel=0.03)


def test_a_car_off_the_middle_or_askew_steers_back() -> None:
    assert angle(offset=0.5) < 0 < angle(offset=-0.5)
    assert angle(heading=0.05) < 0 < angle(heading=-0.05)
    expected = RATIO * math.degrees(2 * WHEELBASE * 0.05 / AHEAD)
    assert angle(heading=-0.05) == pytest.approx(expected, rel=0.02)


def test_the_lane_lies_to_the_right_of_the_centre_line() -> None:
    near = way().middle(torch.zeros(1, 1, 1, dtype=torch.float64))
    assert float(near) == -LANE / 2


def test_the_angle_can_be_seen() -> None:
    """A linear fit on small grey pictures explains most of the angle on others."""
    raw = road(examples=400, difficulty=0.2)
    assert isinstance(raw.x, torch.Tensor) and raw.y is not None
    grey = raw.x.double().mean(1)[:, 12:, :]
    small = torch.nn.functional.avg_pool2d(grey[:, None], 2).flatten(1)
    x = torch.cat([small - small.mean(1, keepdim=True), torch.ones(400, 1)], 1)
    ridge = x[:300].T @ x[:300] + 1e4 * torch.eye(x.shape[1])
    weights = torch.linalg.solve(ridge, x[:300].T @ raw.y[:300])
    rest = raw.y[300:] - x[300:] @ weights
    assert float(rest.square().mean() / raw.y[300:].var()) < 0.4


def test_angles_are_those_of_a_steering_wheel() -> None:
    raw = road(examples=300)
    assert raw.y is not None and raw.y.shape == (300, 1)
    assert 20 < float(raw.y.std()) < 45 and float(raw.y.abs().max()) < 120
    assert abs(float(raw.y.mean())) < 6


def test_pictures_are_the_same_to_the_bit() -> None:
    x = road(examples=8).x
    assert isinstance(x, torch.Tensor) and x.shape == (8, 3, 32, 64)
    assert sha256(x.numpy().tobytes()).hexdigest()[:16] == "33166ffb71e14e99"
