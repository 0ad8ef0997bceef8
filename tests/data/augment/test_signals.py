"""Augmentations of sequences and tables do what they are named for."""

from __future__ import annotations

import pytest
import torch

from trainlab import seeds
from trainlab.data.augment import signals

KEY = seeds.keys([0], "augment")


def test_jitter_adds_noise_of_its_deviation_and_scales() -> None:
    x = torch.ones(1, 400, 20, 3)
    noise = signals.jitter(x, KEY, std=0.2) - x
    assert float(noise.std()) == pytest.approx(0.2, rel=0.05)
    assert abs(float(noise.mean())) < 0.01
    scaled = signals.jitter(x, KEY, std=0, scale=0.3)
    assert torch.equal(scaled, scaled[..., :1, :1].expand_as(x))
    assert 0.7 <= float(scaled.min()) < 0.72 and 1.28 < float(scaled.max()) <= 1.3


def test_time_mask_blanks_one_stretch_of_all_features() -> None:
    out = signals.time_mask(torch.ones(1, 500, 20, 2), KEY, share=0.25)
    blank = out[0] == 0
    assert torch.equal(blank[..., 0], blank[..., 1])
    spans = blank[..., 0].sum(1)
    assert int(spans.min()) == 0 and int(spans.max()) == 5
    edges = blank[..., 0].int().diff(dim=1).abs().sum(1)
    assert int(edges.max()) <= 2
    assert blank[:, 0, 0].any() and blank[:, -1, 0].any()


def test_feature_noise_adds_and_drops() -> None:
    x = torch.full((1, 500, 8), 3.0)
    out = signals.feature_noise(x, KEY, std=0.1, drop=0.2)
    lost = out == 0
    assert float(lost.double().mean()) == pytest.approx(0.2, abs=0.02)
    assert float((out[~lost] - 3).std()) == pytest.approx(0.1, rel=0.05)
