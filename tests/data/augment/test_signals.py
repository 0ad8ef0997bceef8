"""Augmentations of sequences and tables do what they are named for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment import signals


def keys(x: Tensor) -> Tensor:
    """Give a key for each example."""
    return seeds.each(seeds.keys(range(len(x)), "augment"), x.shape[1])


def test_jitter_adds_noise_of_its_deviation_and_scales() -> None:
    x = torch.ones(1, 400, 20, 3)
    noise = signals.jitter(x, keys(x), std=0.2) - x
    assert float(noise.std()) == pytest.approx(0.2, rel=0.05)
    assert abs(float(noise.mean())) < 0.01
    scaled = signals.jitter(x, keys(x), std=0, scale=0.3)
    assert torch.equal(scaled, scaled[..., :1, :1].expand_as(x))
    assert 0.7 <= float(scaled.min()) < 0.72 and 1.28 < float(scaled.max()) <= 1.3


def test_time_mask_blanks_one_stretch_of_all_features() -> None:
    x = torch.ones(1, 500, 20, 2)
    out = signals.time_mask(x, keys(x), share=0.25)
    blank = out[0] == 0
    assert torch.equal(blank[..., 0], blank[..., 1])
    spans = blank[..., 0].sum(1)
    assert int(spans.min()) == 0 and int(spans.max()) == 5
    edges = blank[..., 0].int().diff(dim=1).abs().sum(1)
    assert int(edges.max()) <= 2
    assert blank[:, 0, 0].any() and blank[:, -1, 0].any()


def test_feature_noise_adds_and_drops() -> None:
    x = torch.full((1, 500, 8), 3.0)
    out = signals.feature_noise(x, keys(x), std=0.1, drop=0.2)
    lost = out == 0
    assert float(lost.double().mean()) == pytest.approx(0.2, abs=0.02)
    assert float((out[~lost] - 3).std()) == pytest.approx(0.1, rel=0.05)


def test_time_shift_begins_earlier_or_later_by_whole_steps() -> None:
    x = torch.arange(1.0, 21).reshape(1, 1, 20, 1).expand(1, 300, 20, 2)
    out = signals.time_shift(x, keys(x), share=0.2)
    assert torch.equal(out[..., 0], out[..., 1])
    shifts = set()
    for sequence in out[0, :, :, 0].numpy():
        shift = int(sequence[10]) - 11
        padded = np.pad(np.arange(1.0, 21), 4)[4 + shift : 24 + shift]
        assert (sequence == padded).all()
        shifts.add(shift)
    assert shifts == set(range(-4, 5))


def test_time_warp_is_a_piecewise_linear_time() -> None:
    x = torch.randn(1, 40, 15, 2)
    out = signals.time_warp(x, keys(x), share=0.3)
    first, second = (each.double().flatten() for each in signals.draws(keys(x), 2, x))
    reach = 0.3 * 14
    for place in range(40):
        a = reach + float(first[place]) * (14 - 2 * reach)
        b = a + (2 * float(second[place]) - 1) * reach
        time = np.interp(np.arange(15), [0, b, 14], [0, a, 14])
        for feature in range(2):
            there = np.interp(time, np.arange(15), x[0, place, :, feature].double().numpy())
            np.testing.assert_allclose(out[0, place, :, feature].numpy(), there, atol=2e-5)
    torch.testing.assert_close(out[:, :, [0, -1]], x[:, :, [0, -1]], atol=1e-5, rtol=0)


def test_swap_noise_takes_values_of_the_same_column() -> None:
    x = torch.arange(400.0).reshape(1, 400, 1) + 1000 * torch.arange(6.0)
    out = signals.swap_noise(x, keys(x), share=0.3)
    assert torch.equal(out // 1000, x // 1000)
    assert float((out != x).double().mean()) == pytest.approx(0.3, abs=0.03)
    taken = (out % 1000)[out != x]
    assert float(taken.mean()) == pytest.approx(200, abs=15) and len(taken.unique()) > 250
