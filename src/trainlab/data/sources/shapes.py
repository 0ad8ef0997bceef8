"""Rendered pictures of eight shapes, with a dial from easy to hard.

Everything about picture i is drawn from its own key, so that it does not depend on how many are
rendered. Difficulty 0 gives a large, upright, centred shape on a plain ground; towards 1 the
shapes move, shrink, turn and lose contrast, among clutter, shadows and noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from trainlab import seeds
from trainlab.data.sources.outlines import OUTLINES
from trainlab.data.sources.paint import Draws, column, coverage, hsv, over, to_pixels
from trainlab.data.task import Raw

__all__ = ["shapes"]

AT_ONCE = 512
"""Pictures painted together: some 30 planes of float64 stay in the cache's reach."""


def shapes(
    *,
    examples: Annotated[int, Ge(8)] = 4000,
    difficulty: Annotated[float, Ge(0), Le(1)] = 0.5,
    size: Annotated[int, Ge(8)] = 32,
    seed: int = 0,
) -> Raw:
    """Render pictures [3, size, size] of eight shapes, equally many of each."""
    key = seeds.keys([seed], "shapes")[0]
    parts = [
        _paint(key, torch.arange(first, min(first + AT_ONCE, examples)), difficulty, size)
        for first in range(0, examples, AT_ONCE)
    ]
    return Raw(
        name="shapes",
        kind="classification",
        layout="image",
        x=torch.cat(parts),
        y=torch.arange(examples) % len(OUTLINES),
        classes=tuple(OUTLINES),
    )


@dataclass(frozen=True)
class _Scene:
    """What all painters read: the draws, the dial, and where the pixels are."""

    draws: Draws
    difficulty: float
    x: Tensor
    y: Tensor
    pixel: float

    @classmethod
    def of(cls, draws: Draws, difficulty: float, size: int) -> _Scene:
        """Lay out the centres of pixels from -1 to 1, y up: [n, size, size] each."""
        line = (torch.arange(size, dtype=torch.float64) + 0.5) * (2 / size) - 1
        across, up = line.expand(size, size), -line[:, None].expand(size, size)
        return cls(draws, difficulty, across[None], up[None], 2 / size)


def _paint(key: Tensor, rows: Tensor, difficulty: float, size: int) -> Tensor:
    """Paint pictures uint8 [k, 3, size, size]: ground, clutter, shadow, shape, light, noise."""
    draws = Draws(key, rows)
    scene = _Scene.of(draws, difficulty, size)
    hue = draws.between(0, 1)
    picture = _clutter(scene, _ground(scene, hue))
    picture = _shape(scene, picture, hue, rows % len(OUTLINES))
    light = 1 + draws.between(-1, 1) * 0.16 * difficulty
    noise = draws.noise(3, size, size) * (0.012 + 0.09 * difficulty**2)
    return to_pixels(picture * light[:, None, None, None] + noise)


def _ground(scene: _Scene, hue: Tensor) -> Tensor:
    """Paint a soft gradient between two neighbouring colours."""
    draws, hard = scene.draws, scene.difficulty
    angle = column(draws.between(0, 2 * math.pi))
    share = (0.5 + 0.4 * (scene.x * angle.cos() + scene.y * angle.sin())).clamp(0, 1)
    saturation = draws.between(0.15, 0.35 + 0.35 * hard)
    light = draws.between(0.82 - 0.5 * hard, 0.94)
    second_hue = (hue + draws.between(-0.1, 0.1)) % 1
    return over(hsv(hue, saturation, light), hsv(second_hue, saturation, light * 0.78), share)


def _clutter(scene: _Scene, picture: Tensor) -> Tensor:
    """Strew dots and strokes over the ground: up to seven, fewer and fainter the easier."""
    draws, hard = scene.draws, scene.difficulty
    for stroke in (False, True, False, True, False, True, False):
        at_x, at_y = column(draws.between(-1, 1)), column(draws.between(-1, 1))
        angle, length = column(draws.between(0, math.pi)), column(draws.between(0.15, 0.5))
        width = column(draws.between(0.03, 0.1)) if stroke else length * 0.4
        dx, dy = scene.x - at_x, scene.y - at_y
        reach = length if stroke else torch.zeros_like(length)
        along = torch.clamp(dx * angle.cos() + dy * angle.sin(), -reach, reach)
        distance = torch.hypot(dx - along * angle.cos(), dy - along * angle.sin()) - width
        paint = hsv(draws.between(0, 1), draws.between(0.2, 0.6), draws.between(0.4, 0.95))
        shown = column((draws.between(0, 1) < hard).to(distance.dtype)) * (0.35 + 0.5 * hard)
        picture = over(picture, paint, coverage(distance, scene.pixel) * shown)
    return picture


def _shape(scene: _Scene, picture: Tensor, hue: Tensor, kinds: Tensor) -> Tensor:
    """Paint each picture's shape with its shadow, lit from one side."""
    draws, hard = scene.draws, scene.difficulty
    radius = column(draws.between(0.72 - 0.4 * hard, 0.74))
    room = (1 - radius) * min(1.0, 0.15 + hard)
    x = (scene.x - column(draws.between(-1, 1)) * room) / radius
    y = (scene.y - column(draws.between(-1, 1)) * room) / radius
    turn = column(draws.between(-math.pi, math.pi)) * hard
    shadow = (0.5 - _distance(kinds, x - 0.12, y + 0.16, turn) / 0.4).clamp(0, 1) * 0.38
    picture = over(picture, torch.zeros(1, 3, 1, 1, dtype=x.dtype), shadow)
    away = draws.between(0.5 - 0.38 * hard, 0.5) * draws.between(-1, 1).sign()
    paint = hsv((hue + away) % 1, draws.between(0.6, 0.95), draws.between(0.6, 1.0))
    distance = _distance(kinds, x, y, turn)
    light = 1 + 0.22 * (y - x).clamp(-1.2, 1.2) - 0.16 * (1 + distance / 0.22).clamp(0, 1)
    paint = (paint * light[:, None]).clamp(0, 1)
    return over(picture, paint, coverage(distance, scene.pixel / radius))


def _distance(kinds: Tensor, x: Tensor, y: Tensor, turn: Tensor) -> Tensor:
    """Measure to each picture's own outline, turned: [n, H, W]."""
    u, v = x * turn.cos() + y * turn.sin(), y * turn.cos() - x * turn.sin()
    distance = torch.empty_like(u)
    for kind, outline in enumerate(OUTLINES.values()):
        chosen = kinds == kind
        distance[chosen] = outline(u[chosen], v[chosen])
    return distance
