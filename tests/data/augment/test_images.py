"""Augmentations of pictures do what they are named for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment import images, moves, row
from trainlab.data.augment.moves import Move, moved


def keys(x: Tensor) -> Tensor:
    """Give a key for each example."""
    return seeds.each(seeds.keys(range(len(x)), "augment"), x.shape[1])


def batch(size: int = 12, b: int = 64, channels: int = 3) -> Tensor:
    return torch.randn(1, b, channels, size, size)


def changed(name: str, x: Tensor, **options: Any) -> Tensor:
    """Change a batch, which is left as it is."""
    result = getattr(images, name)(x.clone(), keys(x), **options)
    return moved(x, [result]) if isinstance(result, Move) else result


def test_flip_mirrors_the_share_it_is_told() -> None:
    x = batch(b=2000)
    out = changed("flip", x, probability=0.3)
    mirrored = (out == x.flip(-1)).flatten(2).all(-1)
    same = (out == x).flatten(2).all(-1)
    assert (mirrored ^ same).all()
    assert float(mirrored.double().mean()) == pytest.approx(0.3, abs=0.04)
    assert torch.equal(changed("flip", x, probability=1.0), x.flip(-1))


def test_crop_shifts_by_whole_pixels_and_fills_with_0() -> None:
    x = batch() + 10
    out = changed("crop", x, padding=3)
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


LARGE: list[tuple[str, dict[str, Any]]] = [
    ("crop", {"padding": torch.tensor([0.0, 2.0])}),
    ("crop", {"padding": torch.tensor([3.0, 50.0])}),
    ("flip", {"probability": torch.tensor([0.3, 0.8]), "vertical": 0.5}),
    ("cutout", {"size": torch.tensor([3.0, 6.0]), "probability": 0.8}),
    ("erase", {"probability": torch.tensor([0.3, 0.8])}),
    ("affine", {"probability": 0.5}),
]


@pytest.mark.parametrize(("name", "options"), LARGE)
def test_large_pictures_are_changed_as_small_ones(
    name: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    x = torch.randn(1, 30, 2, 7, 11).expand(2, -1, -1, -1, -1)
    small = changed(name, x, **options)
    monkeypatch.setattr(row, "LARGE", 1)
    monkeypatch.setattr(moves, "LARGE", 1)
    assert torch.equal(changed(name, x, **options), small)
    assert not torch.equal(small, x)


def test_cutout_blanks_one_square_inside_the_picture() -> None:
    x = torch.ones(1, 500, 1, 12, 12)
    out = changed("cutout", x, size=4)
    blank = (out == 0).sum((2, 3, 4))
    assert int(blank.max()) == 16 and int(blank.min()) == 4
    rows = (out == 0).any(-1).sum(-1)
    assert int(rows.max()) <= 4


def test_colour_jitter_keeps_what_it_says_it_keeps() -> None:
    x = batch()
    lifted = changed("colour_jitter", x, brightness=0.5, contrast=0, saturation=0) - x
    torch.testing.assert_close(lifted, lifted[..., :1, :1, :1].expand_as(x), atol=1e-5, rtol=0)
    assert 0.3 < float(lifted.abs().max()) <= 0.5
    stretched = changed("colour_jitter", x, brightness=0, contrast=0.5, saturation=0)
    means = [v.mean((-3, -2, -1)) for v in (stretched, x)]
    torch.testing.assert_close(*means, atol=1e-5, rtol=0)
    tinted = changed("colour_jitter", x, brightness=0, contrast=0, saturation=0.5)
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
    x = smooth()
    u, v = centre(changed("affine", x, degrees=40, scale=0, translate=0))
    radius, angle = torch.hypot(u, v), torch.atan2(v, u) - math.atan2(-0.2, 0.35)
    torch.testing.assert_close(
        radius, torch.full_like(radius, math.hypot(0.35, 0.2)), atol=0.01, rtol=0
    )
    assert 30 < float(angle.abs().max() * 180 / math.pi) < 41
    assert float(angle.min()) < -0.4 < 0.4 < float(angle.max())


def test_affine_shifts_by_shares_of_the_picture() -> None:
    x = smooth()
    u, v = centre(changed("affine", x, degrees=0, scale=0, translate=0.1))
    for gone in (u - 0.35, v + 0.2):
        assert 0.15 < float(gone.abs().max()) < 0.22 and float(gone.min()) < 0


def test_affine_zooms_both_ways() -> None:
    x = smooth()
    u, v = centre(changed("affine", x, degrees=0, scale=0.25, translate=0))
    zoom = torch.hypot(u, v) / math.hypot(0.35, 0.2)
    assert 0.78 < float(zoom.min()) < 0.86 and 1.18 < float(zoom.max()) < 1.27


def test_affine_keeps_squares_square_in_wide_pictures() -> None:
    """A turn by a right angle in a wide picture maps distances onto equal distances."""
    x = torch.zeros(1, 1, 1, 21, 41)
    x[..., 10, 28] = 1
    angle = torch.full((1, 1, 1, 1, 1), math.pi / 2)
    none, one = torch.zeros(1), torch.ones(1)
    out = images._sample(x, (angle, none, one), (none, none))
    assert out[0, 0, 0].argmax().item() in (18 * 41 + 20, 2 * 41 + 20)


def torchvisions_inverse(
    angle: float, shift: tuple[float, float], zoom: float, shear: float, size: tuple[int, int]
) -> list[float]:
    """Transcribe torchvision's `_get_inverse_affine_matrix`, about the middle of the picture."""
    rot, sx, (cx, cy) = math.radians(angle), math.radians(shear), (size[0] / 2, size[1] / 2)
    a, b = math.cos(rot), -math.cos(rot) * math.tan(sx) - math.sin(rot)
    c, d = math.sin(rot), -math.sin(rot) * math.tan(sx) + math.cos(rot)
    m = [d / zoom, -b / zoom, 0.0, -c / zoom, a / zoom, 0.0]
    m[2] += m[0] * (-cx - shift[0]) + m[1] * (-cy - shift[1]) + cx
    m[5] += m[3] * (-cx - shift[0]) + m[4] * (-cy - shift[1]) + cy
    return m


def test_affine_is_pils_transform_by_torchvisions_matrix() -> None:
    high, wide = 20, 26
    x = torch.rand(1, 12, 1, high, wide)
    out = changed("affine", x, degrees=30, scale=0.3, translate=0.15, shear=20)
    drawn = [each.double().flatten() * 2 - 1 for each in images.draws(keys(x), 6, x)]
    v, u = np.mgrid[0:high, 0:wide] + 0.5
    for place in range(12):
        turn, zoom, right, down, slant, _ = (float(each[place]) for each in drawn)
        shift = (right * 0.15 * wide, down * 0.15 * high)
        m = torchvisions_inverse(30 * turn, shift, 1.3**zoom, 20 * slant, (wide, high))
        picture = Image.fromarray(x[0, place, 0].numpy())
        given = picture.transform(
            (wide, high), Image.Transform.AFFINE, m, Image.Resampling.BILINEAR
        )
        across, along = m[0] * u + m[1] * v + m[2], m[3] * u + m[4] * v + m[5]
        inner = (across > 0.6) & (across < wide - 0.6) & (along > 0.6) & (along < high - 0.6)
        outer = (across < -0.6) | (across > wide + 0.6) | (along < -0.6) | (along > high + 0.6)
        assert inner.mean() > 0.3
        found = out[0, place, 0].numpy()
        np.testing.assert_allclose(found[inner], np.asarray(given)[inner], atol=1e-4)
        assert (found[outer] == 0).all()


def test_colour_jitter_is_its_formula_one_picture_at_a_time() -> None:
    x = batch(size=5, b=20)
    out = changed("colour_jitter", x, brightness=0.3, contrast=0.4, saturation=0.5, hue=0.1)
    drawn = [each.double().flatten() * 2 - 1 for each in images.draws(keys(x), 4, x)]
    axis = torch.ones(3, dtype=torch.float64) / math.sqrt(3)
    cross = torch.tensor([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], dtype=torch.float64) / math.sqrt(3)
    for place in range(20):
        lift, stretch, tint, turn = (float(each[place]) for each in drawn)
        angle = 2 * math.pi * 0.1 * turn
        rotation = (
            math.cos(angle) * torch.eye(3)
            + math.sin(angle) * cross
            + (1 - math.cos(angle)) * torch.outer(axis, axis)
        )
        picture = x[0, place].double()
        picture = picture + 0.5 * tint * (picture - picture.mean(0))
        picture = torch.einsum("ij,jhw->ihw", rotation, picture)
        picture = picture + 0.4 * stretch * (picture - picture.mean()) + 0.3 * lift
        torch.testing.assert_close(out[0, place].double(), picture, atol=1e-5, rtol=1e-5)


def test_hue_keeps_grey_and_chroma_and_needs_three_colours() -> None:
    x = batch()
    turned = changed("colour_jitter", x, brightness=0, contrast=0, saturation=0, hue=0.5)
    torch.testing.assert_close(turned.mean(-3), x.mean(-3), atol=1e-5, rtol=0)
    torch.testing.assert_close(turned.var(-3), x.var(-3), atol=1e-4, rtol=1e-4)
    assert not torch.allclose(turned, x, atol=0.5)
    grey = batch(channels=2)
    same = changed("colour_jitter", grey, brightness=0, contrast=0, saturation=0, hue=0.5)
    torch.testing.assert_close(same, grey)


def test_flip_can_mirror_top_and_bottom() -> None:
    x = batch(b=1000)
    assert torch.equal(changed("flip", x, probability=0.0, vertical=1.0), x.flip(-2))
    out = changed("flip", x, probability=0.5, vertical=0.5)
    ways = [x, x.flip(-1), x.flip(-2), x.flip(-1, -2)]
    shares = [float((out == way).flatten(2).all(-1).double().mean()) for way in ways]
    assert sum(shares) == 1 and all(abs(share - 0.25) < 0.05 for share in shares)


def boxes(size: tuple[int, int], b: int, **options: float) -> tuple[Tensor, Tensor]:
    """Erase from ones; give heights and widths, and see that what is blank is one box."""
    x = torch.ones(1, b, 1, *size)
    blank = changed("erase", x, **options)[0, :, 0] == 0
    high, wide = blank.any(2).sum(1), blank.any(1).sum(1)
    assert torch.equal(blank.sum((1, 2)), high * wide)
    return high, wide


def test_erase_blanks_a_box_of_the_area_it_is_told() -> None:
    high, wide = boxes((100, 100), 3000, probability=1.0, smallest=0.05, largest=0.35)
    area = (high * wide / 10000).double()
    assert stats.kstest(area.numpy(), stats.uniform(0.05, 0.3).cdf).pvalue > 0.001
    aspect = (high / wide).log()
    assert float(aspect.abs().max()) < math.log(3.3) + 0.1
    assert abs(float(aspect.mean())) < 0.05 and float(aspect.std()) > 0.5
    high, _ = boxes((20, 20), 2000, probability=0.3)
    assert float((high > 0).double().mean()) == pytest.approx(0.3, abs=0.04)


def test_erase_keeps_the_area_where_an_oblong_box_would_not_fit() -> None:
    high, wide = boxes((30, 60), 2000, probability=1.0, smallest=0.6, largest=0.9, aspect=20.0)
    area = (high * wide / 1800).double()
    assert int(high.max()) == 30 and int(wide.max()) == 60
    assert float(area.min()) > 0.57 and abs(float(area.mean()) - 0.75) < 0.02


def test_trivial_changes_in_one_way_of_eight() -> None:
    x = batch(b=4000, size=6) + 5
    out = changed("trivial", x, strength=0.4)
    same = (out == x).flatten(2).all(-1)
    assert float(same.double().mean()) == pytest.approx(1 / 8, abs=0.02)
    lifted = (out - x).flatten(2)
    lifted = (lifted - lifted[..., :1]).abs().amax(-1) < 1e-5
    assert float((lifted & ~same).double().mean()) == pytest.approx(1 / 8, abs=0.02)
    grey = ((out - x).mean(-3).abs().flatten(2).amax(-1) < 1e-5) & ~same
    assert float(grey.double().mean()) == pytest.approx(1 / 8, abs=0.02)
