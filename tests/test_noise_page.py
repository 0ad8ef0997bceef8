"""The formulas of docs/noise.md, each against a simulation or what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from trainlab import seeds
from trainlab.losses import LOSSES
from trainlab.nn import NORMS
from trainlab.recipe import Recipe, leaves
from trainlab.rules.around import AROUND

PAGE = (Path(__file__).parents[1] / "docs" / "noise.md").read_text(encoding="utf-8")


def test_every_field_it_names_is_in_a_recipe() -> None:
    named = re.findall(r"`((?:regularize|optimizer|train)\.\w+)", PAGE)
    fields = {leaf.key for leaf in leaves(Recipe())} | {f"optimizer.{n}" for n in AROUND}
    assert len(named) > 8
    assert not [name for name in named if name not in fields]
    assert {"batch", "ghost", "batch_renorm", "decorrelated", "iterative"} <= set(NORMS)


def test_branches_that_stochastic_depth_computes() -> None:
    branches, rate = 6, 0.5
    rates = [rate * place / branches for place in range(1, branches + 1)]
    expected = sum(1 - each for each in rates)
    assert expected == pytest.approx(branches - rate * (branches + 1) / 2)


def test_smoothed_labels_are_the_mean_over_replaced_ones() -> None:
    logits = torch.randn(1, 4, generator=torch.Generator().manual_seed(0)).double()
    loss, e = LOSSES["cross_entropy"], 0.3
    kept = loss(logits, torch.tensor([1]))
    drawn = torch.stack([loss(logits, torch.tensor([c])) for c in range(4)]).mean(dim=0)
    smoothed = loss(logits, torch.tensor([1]), label_smoothing=e)
    torch.testing.assert_close(smoothed, (1 - e) * kept + e * drawn)


def test_noise_on_the_inputs_of_a_linear_model_is_a_ridge() -> None:
    w, x, y, s = torch.tensor([1.0, -2.0]).double(), torch.tensor([0.5, 1.0]).double(), 0.3, 0.4
    z = seeds.normal(torch.tensor(7), (400_000, 2), torch.float64)
    noisy = ((x + s * z) @ w - y).square().mean()
    ridge = (x @ w - y).square() + s**2 * w.square().sum()
    assert noisy.item() == pytest.approx(ridge.item(), rel=0.01)
