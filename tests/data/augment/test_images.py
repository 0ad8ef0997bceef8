"""Augmentations of pictures do what they are named for."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment import images

KEY = seeds.keys([0], "augment")


def batch(size: int = 12, b: int = 64, channels: int = 3) -> Tensor:
    return torch.randn(1, b, channels, size, size)


def test_flip_mirrors_the_share_it_is_told() -> None:
    x = batch(b=2000)
    out = images.flip(x, KEY, probability=0.3)
    mirrored = (out == x.flip(-1)).flatten(2).all(-1)
    same = (out == x).flatten(2).all(-1)
    assert (mirrored ^ same).all()
    assert float(mirrored.double().mean()) == pytest.approx(0.3, abs=0.04)
    assert torch.equal(images.flip(x, KEY, probability=1.0), x.flip(-1))


def test_crop_shifts_by_whole_pixels_and_fills_with_0() -> None:
    x = batch() + 10
    out = images.crop(x, KEY, padding=3)
    padded = torch.nn.functional.pad(x, (3, 3, 3, 3))
    shifts = set()
    for example in range(64):
        places = [
            (i, j)
            for i in range(7)
            for j in range(7)
            if torch.equal(out[0, example], padded[0, example, :, i : i + 12, j : j + 12])
        ]
        assert len(places) == 1
        shifts.update(places)
    assert len(shifts) > 25


def test_cutout_blanks_one_square_inside_the_picture() -> None:
    out = images.cutout(torch.ones(1, 500, 1, 12, 12), KEY, size=4)
    blank = (out == 0).sum((2, 3, 4))
    assert int(blank.max()) == 16 and int(blank.min()) == 4
    rows = (out == 0).any(-1).sum(-1)
    assert int(rows.max()) <= 4


def test_colour_jitter_keeps_what_it_says_it_keeps() -> None:
    x = batch()
    lifted = images.colour_jitter(x, KEY, brightness=0.5, contrast=0, saturation=0) - x
    torch.testing.assert_close(lifted, lifted[..., :1, :1, :1].expand_as(x), atol=1e-5, rtol=0)
    assert 0.3 < float(lifted.abs().max()) <= 0.5
    stretched = images.colour_jitter(x, KEY, brightness=0, contrast=0.5, saturation=0)
    means = [v.mean((-3, -2, -1)) for v in (stretched, x)]
    torch.testing.assert_close(*means, atol=1e-5, rtol=0)
    tinted = images.colour_jitter(x, KEY, brightness=0, contrast=0, saturation=0.5)
    torch.testing.assert_close(tinted.mean(-3), x.mean(-3), atol=1e-5, rtol=0)


def smooth() -> Tensor:
    """Give a bump away from the middle."""
    line = torch.linspace(-1, 1, 33)
    v, u = torch.meshgrid(line, line, indexing="ij")
    return torch.exp(-((u - 0.35) ** 2 + (v + 0.2) ** 2) / 0.02).expand(1, 200, 1, 33, 33)


def centre(x: Tensor) -> tuple[Tensor, Tensor]:
    line = torch.linspace(-1, 1, 33)
    total = x.sum((-3, -2, -1))
    u = (x * line).sum((-3, -2, -1)) / total
    v = (x * line[:, None]).sum((-3, -2, -1)) / total
    return u, v


def test_affine_turns_about_the_middle() -> None:
    u, v = centre(images.affine(smooth(), KEY, degrees=40, scale=0, translate=0))
    radius, angle = torch.hypot(u, v), torch.atan2(v, u) - math.atan2(-0.2, 0.35)
    torch.testing.assert_close(
        radius, torch.full_like(radius, math.hypot(0.35, 0.2)), atol=0.01, rtol=0
    )
    assert 30 < float(angle.abs().max() * 180 / math.pi) < 41
    assert float(angle.min()) < -0.4 < 0.4 < float(angle.max())


def test_affine_shifts_by_shares_of_the_picture() -> None:
    u, v = centre(images.affine(smooth(), KEY, degrees=0, scale=0, translate=0.1))
    for moved in (u - 0.35, v + 0.2):
        assert 0.15 < float(moved.abs().max()) < 0.22 and float(moved.min()) < 0


def test_affine_zooms_both_ways() -> None:
    u, v = centre(images.affine(smooth(), KEY, degrees=0, scale=0.25, translate=0))
    zoom = torch.hypot(u, v) / math.hypot(0.35, 0.2)
    assert 0.78 < float(zoom.min()) < 0.86 and 1.18 < float(zoom.max()) < 1.27


def test_affine_keeps_squares_square_in_wide_pictures() -> None:
    """A turn by a right angle in a wide picture maps distances onto equal distances."""
    x = torch.zeros(1, 1, 1, 21, 41)
    x[..., 10, 28] = 1
    out = images._sample(
        x,
        torch.full((1, 1, 1, 1, 1), math.pi / 2),
        *([torch.ones(1)] * 1),
        torch.zeros(1),
        torch.zeros(1),
    )
    assert out[0, 0, 0].argmax().item() in (18 * 41 + 20, 2 * 41 + 20)
