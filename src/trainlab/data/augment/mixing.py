"""Augmentations that mix each example with another of its batch, and their labels alike.

A row's function is `f(x, other, key, *, alpha)`: x [P, B, ...] and its partners [P, B, ...], key
int64 [P], alpha a number or [P]; it gives the mixed x and how much of it is the first, [P]. One
number is drawn for a batch of a member, from Beta(alpha, alpha). At alpha 0 it is 1: the identity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from trainlab import seeds
from trainlab.data.augment.row import NonNegative, dial
from trainlab.data.task import LayoutName
from trainlab.errors import DataError
from trainlab.tables import Card, Table

__all__ = ["MIXES", "MixRow", "Mixing", "cutmix", "mixup", "symmetric_beta"]

TRIES = 16
"""Each is accepted with probability above 0.95, so that all fail once in 10^20."""


@dataclass(frozen=True)
class MixRow:
    """A row of MIXES."""

    apply: Callable[..., tuple[Tensor, Tensor]]
    layouts: tuple[LayoutName, ...]
    """What it can be applied to."""
    card: Card


@dataclass(frozen=True)
class Mixing:
    """Mixes batches: `mixing(x [P, B, ...], y, keys [P])`, another key at each step."""

    row: MixRow
    alpha: Sequence[float]
    """One a member."""
    outputs: int
    """Classes, where labels are classes."""

    def __call__(self, x: Tensor, y: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        """Give the batch mixed: classes become probabilities [P, B, C], values stay values."""
        if not any(self.alpha):
            return x, y
        y = _soft(y, self.outputs, x.dtype)
        order = seeds.permutation(seeds.fold_in(keys, 0), x.shape[1])
        alpha = torch.tensor(self.alpha, dtype=x.dtype, device=x.device)
        mixed, share = self.row.apply(x, _taken(x, order), seeds.fold_in(keys, 1), alpha=alpha)
        return mixed, torch.lerp(_taken(y, order), y, dial(share, y))

    def keep(self, rows: Sequence[int]) -> Mixing:
        """Give what mixes for the members in these rows."""
        return replace(self, alpha=[self.alpha[row] for row in rows])

    def check(self, layout: LayoutName) -> Mixing:
        """Give itself; raises DataError where the data are not of its kind."""
        if layout not in self.row.layouts:
            raise DataError(
                f"this mixing is for {' and '.join(self.row.layouts)} data, this is {layout}",
                where="regularize.mix",
                allowed=sorted(name for name, row in MIXES.items() if layout in row.layouts),
                next_step="choose one of these, or leave regularize.mix out",
            )
        return self


def mixup(
    x: Tensor, other: Tensor, key: Tensor, *, alpha: NonNegative = 0.2
) -> tuple[Tensor, Tensor]:
    """Average each example with its partner: share x + (1 - share) other."""
    share = symmetric_beta(key, alpha, x.dtype)
    return torch.lerp(other, x, dial(share, x)), share


def cutmix(
    x: Tensor, other: Tensor, key: Tensor, *, alpha: NonNegative = 1.0
) -> tuple[Tensor, Tensor]:
    """Replace a box of each picture by its partner's; the share is what is left of the area."""
    side = (1 - symmetric_beta(key, alpha, x.dtype)).sqrt()
    inside = torch.ones_like(x[:, :1, :1, :1, :1], dtype=torch.bool)
    share = torch.ones_like(side)
    for place, axis in ((1, -2), (2, -1)):
        length = x.shape[axis]
        half = (side * length / 2).floor()
        centre = (seeds.uniform(seeds.fold_in(key, place), (), x.dtype) * length).floor()
        low, high = (centre - half).clamp(min=0), (centre + half).clamp(max=length)
        shape = [1] * x.dim()
        shape[axis] = length
        line = torch.arange(length, device=x.device).reshape(shape)
        inside = inside & (line >= dial(low, x)) & (line < dial(high, x))
        share = share * (high - low) / length
    return torch.where(inside, other, x), 1 - share


def symmetric_beta(
    key: Tensor, alpha: float | Tensor, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Draw from Beta(alpha, alpha), key [P] -> [P]; 1 where alpha is 0.

    As the share of one of two gamma draws, by their logarithms: at a small alpha they underflow.
    """
    alpha = torch.as_tensor(alpha, dtype=dtype, device=key.device).expand(key.shape)
    a = torch.where(alpha > 0, alpha, 1)
    one, two = (_log_gamma(seeds.fold_in(key, place), a) for place in (3, 4))
    return torch.where(alpha > 0, torch.sigmoid(one - two), 1)


def _log_gamma(key: Tensor, a: Tensor) -> Tensor:
    """Draw logarithms from Gamma(a): Marsaglia & Tsang 2000, always by way of Gamma(a + 1)."""
    d = (a + 2 / 3).unsqueeze(-1)
    z = seeds.normal(seeds.fold_in(key, 0), (TRIES,), a.dtype)
    u = 1 - seeds.uniform(seeds.fold_in(key, 1), (TRIES,), a.dtype)
    v = (1 + z / (9 * d).sqrt()) ** 3
    log_v = v.clamp(min=1e-30).log()
    accepted = (v > 0) & (u.log() < z.square() / 2 + d * (1 - v + log_v))
    first = accepted.to(torch.uint8).argmax(dim=-1, keepdim=True)
    drawn = (d.log() + log_v).gather(-1, first).squeeze(-1)
    boost = 1 - seeds.uniform(seeds.fold_in(key, 2), (), a.dtype)
    return drawn + boost.log() / a


def _soft(y: Tensor, outputs: int, dtype: torch.dtype) -> Tensor:
    """Give classes as probabilities [P, B, C], or as 0 and 1 where one output answers."""
    if y.is_floating_point() or outputs == 1:
        return y.to(dtype)
    return functional.one_hot(y, outputs).to(dtype)


def _taken(x: Tensor, order: Tensor) -> Tensor:
    """Give each member's examples in its own order: x [P, B, ...], order [P, B]."""
    return x[torch.arange(len(order), device=x.device).unsqueeze(1), order]


MIXES: Table[MixRow] = Table(
    "mix",
    {
        "mixup": MixRow(
            mixup,
            ("vector", "image", "sequence"),
            Card(
                does="trains on averages of two examples and of their labels",
                formula="s x_i + (1 - s) x_j, s y_i + (1 - s) y_j, s from Beta(alpha, alpha)",
                helps="many classes, wrong labels, overconfident networks",
                hurts="short trainings and small networks, which underfit; the training loss is "
                "no longer comparable",
                values="alpha 0.1 .. 0.4; 0 is off",
                paper="Zhang et al. 2018 (mixup), equation 1",
                dialect="one s for a batch, partners by a permutation of it, as the authors' code",
                torch="torchvision v2.MixUp",
            ),
        ),
        "cutmix": MixRow(
            cutmix,
            ("image",),
            Card(
                does="pastes a box of another picture, and mixes the labels by its area",
                formula="s = 1 - area of the box; its sides sqrt(1 - Beta(alpha, alpha))",
                helps="natural pictures: no part decides alone, and no pixel is wasted",
                hurts="small objects, whose label the box may cover or miss",
                values="alpha 1; 0 is off",
                paper="Yun et al. 2019 (CutMix), section 3.1",
                dialect="one box for a batch, cut off at the border, as the authors' code",
                torch="torchvision v2.CutMix",
            ),
        ),
    },
)
