"""Rendered views from a car on a winding road, with the steering angle that keeps it in lane.

The world is flat. The road's centre line has curvature k at the car and changes it evenly ahead (a
clothoid, as roads are built); the car drives in the right lane, a little off its middle and a
little askew. A camera 1.4 m above the ground looks ahead. The target is the angle of the steering
wheel by pure pursuit (Coulter 1992): aim at the lane's middle 12 m ahead,

    wheel = ratio * atan(2 * wheelbase * sin(bearing) / distance)

in degrees, positive to the right. A steady curve of radius R gives about ratio * wheelbase / R.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from trainlab import seeds
from trainlab.data.sources.paint import Draws, column, hsv, over, to_pixels
from trainlab.data.task import Raw

__all__ = ["road"]

AT_ONCE = 64
"""Pictures painted together: more would leave the cache."""
FINER = 2
"""Rows painted per row of the picture, then averaged; sideways the paint is exact."""

LANE = 3.5
"""Width of a lane in metres; the road has two."""
CAMERA = 1.4
"""Height of the camera in metres."""
FOCAL = 0.72
"""Focal length in widths of the picture: 70 degrees across."""
AHEAD = 12.0
"""How far ahead the driver aims, in metres."""
WHEELBASE = 2.7
"""Metres between the axles."""
RATIO = 15.0
"""Degrees at the steering wheel for one at the road wheels."""
HORIZON = 0.4
"""Where the horizon stands, as a share of the picture's height, on the level."""


def road(
    *,
    examples: Annotated[int, Ge(4)] = 2000,
    difficulty: Annotated[float, Ge(0), Le(1)] = 0.5,
    height: Annotated[int, Ge(16)] = 32,
    width: Annotated[int, Ge(16)] = 64,
    seed: int = 0,
) -> Raw:
    """Render views [3, height, width] and the steering angle in degrees.

    Difficulty adds worn paint, shadows, fog, failing light and noise; the geometry stays.
    """
    key = seeds.keys([seed], "road")[0]
    pictures, angles = [], []
    for first in range(0, examples, AT_ONCE):
        rows = torch.arange(first, min(first + AT_ONCE, examples))
        draws = Draws(key, rows)
        way = _Way.drawn(draws)
        pictures.append(_paint(way, draws, difficulty, (height, width)))
        angles.append(way.steering())
    return Raw(
        name="road",
        kind="regression",
        layout="image",
        x=torch.cat(pictures),
        y=torch.cat(angles)[:, None],
        targets=("steering angle in degrees",),
    )


@dataclass(frozen=True)
class _Way:
    """How road and car lie: metres and radians, right is positive, [n] each."""

    curvature: Tensor
    """Of the centre line at the car, 1/m."""
    change: Tensor
    """Of the curvature per metre, 1/m^2."""
    offset: Tensor
    """Of the car from the middle of the right lane."""
    heading: Tensor
    """Of the car against the road."""

    @classmethod
    def drawn(cls, draws: Draws) -> _Way:
        """Draw a road: gentle bends are commoner than sharp ones; radius 40 m at least."""
        bend = draws.between(-1, 1)
        return cls(
            curvature=0.025 * bend * bend.abs(),
            change=draws.between(-2.5e-4, 2.5e-4),
            offset=draws.between(-0.6, 0.6),
            heading=draws.between(-0.06, 0.06),
        )

    def middle(self, ahead: Tensor) -> Tensor:
        """Give where the road's centre line lies, metres to the right, so far ahead."""
        near, turn = -LANE / 2 - column(self.offset), -column(self.heading)
        bend, change = column(self.curvature), column(self.change)
        return near + turn * ahead + bend * ahead**2 / 2 + change * ahead**3 / 6

    def steering(self) -> Tensor:
        """Give the angle of the steering wheel in degrees by pure pursuit, [n]."""
        ahead = torch.full((1, 1, 1), AHEAD, dtype=torch.float64)
        right = (self.middle(ahead) + LANE / 2)[:, 0, 0]
        distance = torch.hypot(right, torch.tensor(AHEAD, dtype=torch.float64))
        wheels = torch.atan(2 * WHEELBASE * (right / distance) / distance)
        return torch.rad2deg(wheels) * RATIO


@dataclass(frozen=True)
class _View:
    """What the camera sees in each fine pixel: all broadcast to [n, H, W]."""

    below: Tensor
    """Share of ground, 0 or 1 but at the horizon."""
    ahead: Tensor
    """Metres ahead of the ground there."""
    right: Tensor
    """Metres to the right of the road's centre line."""
    grain: Tensor
    """Metres that a pixel spans sideways."""
    up: Tensor
    """Height above the horizon in picture heights."""
    across: Tensor
    """From -1 at the left to 1 at the right."""

    def rows(self, first: int, last: int) -> _View:
        """Give a horizontal stripe of the view."""
        cut = {name: value[:, first:last] for name, value in vars(self).items() if name != "across"}
        return _View(**cut, across=self.across)


def _paint(way: _Way, draws: Draws, difficulty: float, size: tuple[int, int]) -> Tensor:
    """Paint views uint8 [n, 3, height, width]."""
    view = _look(way, draws, size)
    haze = hsv(draws.between(0.52, 0.62), draws.between(0.05, 0.22), draws.between(0.78, 0.95))
    level = [round(FINER * size[0] * (HORIZON + margin)) for margin in (-0.08, 0.08)]
    sky = _sky(view.rows(0, level[1]), draws, haze)
    ground = _ground(view.rows(level[0], FINER * size[0]), draws, difficulty)
    meet = level[1] - level[0]
    seam = over(sky[:, :, level[0] :], ground[:, :, :meet], view.rows(*level).below)
    picture = torch.cat([sky[:, :, : level[0]], seam, ground[:, :, meet:]], dim=2)
    fog = draws.between(0.0, 0.02 + 0.06 * difficulty)
    picture = over(picture, haze, view.below * (1 - (-column(fog) * view.ahead / 4).exp()))
    picture = torch.nn.functional.avg_pool2d(picture, (FINER, 1))
    light = draws.between(1 - 0.55 * difficulty, 1.08)
    warm = draws.between(-0.07, 0.1) * (0.4 + difficulty)
    tint = torch.stack([1 + warm, torch.ones_like(warm), 1 - warm], 1)
    noise = draws.noise(3, *size) * (0.008 + 0.03 * difficulty)
    return to_pixels(picture * (light[:, None] * tint)[:, :, None, None] + noise)


def _look(way: _Way, draws: Draws, size: tuple[int, int]) -> _View:
    """Find the ground behind each fine pixel, by a pinhole camera that pitches a little."""
    height, width = size[0] * FINER, size[1]
    pitch = column(draws.between(-0.03, 0.03))
    row = (torch.arange(height, dtype=torch.float64) + 0.5) / height - HORIZON
    across = (torch.arange(width, dtype=torch.float64) + 0.5) / width - 0.5
    drop = (row[None, :, None] - pitch) * (size[0] / size[1])
    ahead = CAMERA * FOCAL / drop.clamp_min(CAMERA * FOCAL / 400)
    sideways = across[None, None, :] * ahead / FOCAL
    slope = column(way.heading) - column(way.curvature) * ahead
    right = (sideways - way.middle(ahead)) * torch.rsqrt(1 + slope**2)
    below = (0.5 + (row[None, :, None] - pitch) * height).clamp(0, 1)
    up = pitch - row[None, :, None]
    return _View(below, ahead, right, ahead / (FOCAL * width), up, 2 * across[None, None, :])


def _sky(view: _View, draws: Draws, haze: Tensor) -> Tensor:
    """Paint a sky that pales to the horizon, and hills before it."""
    blue = hsv(draws.between(0.55, 0.62), draws.between(0.2, 0.65), draws.between(0.65, 0.95))
    sky = over(haze, blue, (view.up / 0.35).clamp(0, 1))
    for far in (1.0, 0.5):
        ridge = torch.zeros_like(view.across)
        for waves in (2.3, 5.1, 9.7):
            phase, tall = column(draws.between(0, 2 * math.pi)), column(draws.between(0.2, 1))
            ridge = ridge + tall / waves * (1 + (waves * view.across * 0.7 + phase).sin())
        hills = hsv(draws.between(0.25, 0.45), draws.between(0.12, 0.4), draws.between(0.3, 0.6))
        hills = hills + (haze - hills) * 0.45 * far
        top = 0.01 + 0.11 * far * ridge
        sky = over(sky, hills, ((top - view.up) * 60 + 0.5).clamp(0, 1))
    return sky


def _ground(view: _View, draws: Draws, difficulty: float) -> Tensor:
    """Paint grass, shoulder, asphalt and its markings, and the shadows that fall across."""
    season = draws.between(0.16, 0.33)
    grass = hsv(season, draws.between(0.25, 0.6), draws.between(0.35, 0.6))
    asphalt = hsv(draws.between(0.5, 0.7), draws.between(0.0, 0.1), draws.between(0.28, 0.5))
    gravel = hsv(draws.between(0.07, 0.12), draws.between(0.1, 0.25), draws.between(0.45, 0.62))
    texture = _mottle(view, draws)
    picture = grass * (1 + 0.16 * texture)[:, None]
    picture = over(picture, gravel, _band(view, 0.0, 2 * LANE + 1.6))
    picture = over(
        picture, asphalt * (1 - 0.07 * texture)[:, None], _band(view, 0.0, 2 * LANE + 0.5)
    )
    white = hsv(draws.between(0.1, 0.16), draws.between(0.0, 0.12), draws.between(0.85, 1.0))
    yellow = hsv(draws.between(0.11, 0.15), draws.between(0.5, 0.85), draws.between(0.8, 0.95))
    worn = column(draws.between(1 - 0.75 * difficulty, 1))
    for side in (-LANE, LANE):
        picture = over(picture, white, _band(view, side, 0.18) * worn)
    picture = over(picture, yellow, _band(view, 0.0, 0.16) * _dashes(view, draws) * worn)
    return picture * (1 - _shadows(view, draws, difficulty))[:, None]


def _band(view: _View, middle: float, width: float) -> Tensor:
    """Give the share of each pixel in a stripe along the road: anti-aliased, [n, H, W]."""
    low = torch.maximum(view.right - view.grain / 2, torch.tensor(middle - width / 2))
    high = torch.minimum(view.right + view.grain / 2, torch.tensor(middle + width / 2))
    return ((high - low) / view.grain).clamp(0, 1)


def _dashes(view: _View, draws: Draws) -> Tensor:
    """Give the share of paint along a broken line: 4 m in every 10, blurred where it is fine."""
    along = (view.ahead + column(draws.between(0, 10))) % 10
    depth = (view.grain * view.ahead / CAMERA).clamp_min(0.05)
    painted = ((2.0 - (along - 5).abs()) / depth + 0.5).clamp(0, 1)
    blurred = (depth / 10).clamp(0, 1)
    return painted + (0.4 - painted) * blurred


def _mottle(view: _View, draws: Draws) -> Tensor:
    """Give a texture that lies on the ground, about -1 to 1, fading where it would flicker."""
    total = torch.zeros_like(view.right)
    for metres in (0.9, 2.3, 6.1):
        turn, phase = column(draws.between(0, math.pi)), column(draws.between(0, 2 * math.pi))
        place = view.right * turn.cos() + view.ahead * turn.sin()
        fade = (metres / (view.grain * view.ahead / CAMERA) / 4).clamp(0, 1)
        total = total + fade * (place * (2 * math.pi / metres) + phase).sin() / 2
    return total


def _shadows(view: _View, draws: Draws, difficulty: float) -> Tensor:
    """Give the darkness of up to two shadows of trees that reach over the road."""
    dark = torch.zeros_like(view.right)
    for _ in range(2):
        place, broad = column(draws.between(3, 14)), column(draws.between(0.3, 1.3))
        slant, side = column(draws.between(-0.5, 0.5)), column(draws.between(-1, 1).sign())
        tip = column(draws.between(-3, 5))
        shown = column(draws.between(0, 1)) < 0.7 * difficulty
        across = (view.ahead + slant * view.right - place).abs() - broad
        beyond = (tip - side * view.right) * 0.8
        distance = torch.maximum(across, beyond)
        dark = torch.maximum(dark, (0.5 - distance / 0.9).clamp(0, 1) * shown * 0.42)
    return dark
