"""Two examples become one, and the label says how much of each is in it."""

from __future__ import annotations

import pytest
import torch
from scipy import stats
from torch import Tensor

from trainlab import seeds
from trainlab.data.augment.mixing import MIXES, Mixing, symmetric_beta
from trainlab.errors import DataError

CLASSES = 4


def keys(members: int) -> Tensor:
    return seeds.keys(list(range(members)), "augment")


def marked(members: int = 1, b: int = 12) -> tuple[Tensor, Tensor]:
    """Give pictures whose every pixel is one-hot of its class, so that x says what y should."""
    y = seeds.permutation(keys(members), b) % CLASSES
    channels = torch.nn.functional.one_hot(y, CLASSES).double()
    return channels[..., None, None].expand(members, b, CLASSES, 8, 8).clone(), y


def mixing(name: str, *alpha: float) -> Mixing:
    return Mixing(MIXES[name], alpha, CLASSES)


@pytest.mark.parametrize("alpha", [0.2, 0.5, 1.0, 4.0])
def test_shares_are_beta_distributed(alpha: float) -> None:
    drawn = symmetric_beta(keys(4000), alpha, torch.float64)
    assert stats.kstest(drawn.numpy(), stats.beta(alpha, alpha).cdf).pvalue > 0.001


@pytest.mark.parametrize("name", MIXES)
def test_labels_weigh_what_is_in_the_picture(name: str) -> None:
    x, y = marked(20)
    mixed, labels = mixing(name, *[1.0] * 20)(x, y, keys(20))
    torch.testing.assert_close(labels, mixed.mean(dim=(-2, -1)), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(labels.sum(-1), torch.ones(20, 12, dtype=torch.float64))
    assert ((labels > 0.01) & (labels < 0.99)).any()
    whole = ((mixed == 0) | (mixed == 1)).all()
    assert bool(whole) == (name == "cutmix")


@pytest.mark.parametrize("name", MIXES)
def test_alpha_0_is_the_identity(name: str) -> None:
    x, y = marked(2)
    same = mixing(name, 0.0, 0.0)(x, y, keys(2))
    assert same[0] is x and same[1] is y
    mixed, labels = mixing(name, 0.0, 1.0)(x, y, keys(2))
    assert torch.equal(mixed[0], x[0])
    assert torch.equal(labels[0].argmax(-1), y[0])
    assert set(labels[0].unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("name", MIXES)
def test_a_member_is_mixed_as_it_would_be_alone(name: str) -> None:
    x, y = marked(3)
    together = mixing(name, 0.3, 1.0, 2.0)
    for part, alone in zip(
        together(x, y, keys(3)), together.keep([1])(x[1:2], y[1:2], keys(3)[1:2]), strict=True
    ):
        assert torch.equal(part[1:2], alone)


def test_values_are_mixed_as_values() -> None:
    x, y = torch.randn(1, 6, 3), torch.randn(1, 6, 1)
    mixed, target = Mixing(MIXES["mixup"], [1.0], 1)(torch.cat([x, y], dim=-1), y, keys(1))
    torch.testing.assert_close(mixed[..., 3:], target)
    assert not torch.equal(target, y)


def test_boxes_need_pictures() -> None:
    with pytest.raises(DataError, match="for image data") as caught:
        mixing("cutmix", 1.0).check("vector")
    assert caught.value.allowed == ("mixup",)
    assert mixing("cutmix", 1.0).check("image")
