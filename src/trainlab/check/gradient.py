"""The gradient check: the slope that backward computes against the slope that the loss has.

Some weights of every tensor are drawn. Each is moved by +-h and +-h/2, in float64, as four rows of
a population; random layers keep one key, batch norm the statistics of the batch.

    central difference    (L(theta + h e_i) - L(theta - h e_i)) / 2h, wrong by O(h^2)
    one-sided ones        differ by h L'' where L is smooth, by more where it has a kink

At a kink (ReLU, max) there is no slope to compare with: such places are counted, not judged; a
check that met nothing else has seen nothing. What a module draws from torch's own generator is
drawn alike at every evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.engine.still import StillLoss, held
from trainlab.losses import MeanLoss

__all__ = ["GradientCheck", "TensorCheck", "gradient_check"]

STEP = 1e-6
"""h, for weights of size about 1."""
TOLERANCE = 1e-5
"""Relative error up to which a gradient is right."""
ROUNDING = 4e-16
"""Relative error of a loss in float64, with room for the sums within."""
ROWS = 64
"""Rows that are run at once."""


@dataclass(frozen=True, kw_only=True)
class TensorCheck:
    """One weight tensor."""

    name: str
    shape: tuple[int, ...]
    places: int
    """Weights that were moved."""
    kinks: int
    """Places where the one-sided differences disagree."""
    error: float
    """Largest |analytic - numerical| away from kinks, over the larger of their largest sizes."""
    worst: tuple[int, ...] | None
    """The place of that error."""
    analytic: float
    numerical: float
    """Both slopes there."""

    @property
    def good(self) -> bool:
        """Whether no place away from kinks is wrong."""
        return self.error <= TOLERANCE


@dataclass(frozen=True, kw_only=True)
class GradientCheck:
    """A whole network."""

    tensors: tuple[TensorCheck, ...]
    loss: float
    step: float = STEP
    tolerance: float = TOLERANCE

    @property
    def good(self) -> bool:
        """Whether the gradient of every tensor is right, and could be seen somewhere."""
        return all(tensor.good for tensor in self.tensors) and self.kink_share < 1

    @property
    def places(self) -> int:
        """Weights that were moved."""
        return sum(tensor.places for tensor in self.tensors)

    @property
    def kink_share(self) -> float:
        """Share of the places that lie at a kink."""
        return sum(tensor.kinks for tensor in self.tensors) / max(1, self.places)


def gradient_check(
    module: nn.Module,
    x: Tensor,
    y: Tensor,
    loss: MeanLoss,
    *,
    places: int = 20,
    seed: int = 0,
) -> GradientCheck:
    """Check a network's gradient in training mode on a batch x [B, ...], y [B, ...].

    `places` weights of each tensor are drawn from the seed. The network is not touched.
    """
    probe = _Loss(module, _wide(x), _wide(y), loss)
    value, gradient = probe.gradient()
    key = seeds.keys([seed], "noise")[0]
    tensors = []
    for number, (name, shape, start, size) in enumerate(probe.tensors()):
        chosen = seeds.permutation(seeds.fold_in(key, number), size)[:places].sort().values
        slopes, smooth = probe.slopes(start + chosen, value)
        slope = _Slopes(chosen=chosen, analytic=gradient[start + chosen], numerical=slopes)
        tensors.append(_judged(name, shape, slope, smooth, _floor(value)))
    return GradientCheck(tensors=tuple(tensors), loss=value)


@dataclass(frozen=True, kw_only=True)
class _Slopes:
    """Both slopes [k] at the chosen places [k] of one tensor."""

    chosen: Tensor
    analytic: Tensor
    numerical: Tensor


def _floor(loss: float) -> float:
    """Give the size of a slope below which rounding alone exceeds the tolerance."""
    return ROUNDING * max(1.0, abs(loss)) / STEP / TOLERANCE


def _judged(
    name: str, shape: torch.Size, slopes: _Slopes, smooth: Tensor, floor: float
) -> TensorCheck:
    told, found = slopes.analytic, slopes.numerical
    sizes = torch.cat([told.abs(), torch.where(smooth, found, 0.0).abs()])
    gap = torch.where(smooth, (told - found).abs(), 0.0) / sizes.max().clamp_min(floor)
    gap = gap.nan_to_num(torch.inf)
    at = int(gap.argmax())
    place = [int(axis) for axis in torch.unravel_index(slopes.chosen[at], shape)] if shape else []
    return TensorCheck(
        name=name,
        shape=tuple(shape),
        places=len(told),
        kinks=int((~smooth).sum()),
        error=gap[at].item(),
        worst=tuple(place) if smooth.any() else None,
        analytic=told[at].item(),
        numerical=found[at].item(),
    )


class _Loss:
    """A network's loss on one batch as a function of its weights, theta [N] in float64."""

    def __init__(self, module: nn.Module, x: Tensor, y: Tensor, loss: MeanLoss) -> None:
        wide = deepcopy(module).double()
        self.still = StillLoss(wide, x, y, loss, training=True, at_once=ROWS * len(x))
        self.layout, self.theta = self.still.layout, self.still.theta

    def tensors(self) -> Iterator[tuple[str, torch.Size, int, int]]:
        """Give each tensor's name, shape, place in theta and size."""
        start = 0
        for name, shape, size in zip(
            self.layout.names, self.layout.shapes, self.layout.sizes, strict=True
        ):
            yield name, shape, start, size
            start += size

    def gradient(self) -> tuple[float, Tensor]:
        """Give the loss and what backward says its gradient is, [N]."""
        theta = self.theta.clone().requires_grad_()
        (batch,) = self.still.pieces
        with held():
            loss = self.still.of(theta, batch)
            (gradient,) = torch.autograd.grad(loss, theta)
        return loss.item(), gradient

    def slopes(self, places: Tensor, loss: float) -> tuple[Tensor, Tensor]:
        """Give the central differences at some places of theta, and where L is smooth."""
        moves = torch.tensor([STEP, -STEP, STEP / 2, -STEP / 2], dtype=torch.float64)
        moved = torch.cat(
            [self._moved(part, moves) for part in torch.split(places, ROWS // len(moves))]
        )
        up, down, half_up, half_down = moved.unbind(1)
        slope, near = (up - down) / (2 * STEP), (half_up - half_down) / STEP
        bend = (up - 2 * loss + down) / STEP
        near_bend = (half_up - 2 * loss + half_down) / (STEP / 2)
        allowed = 8 * ROUNDING * max(1.0, abs(loss)) / STEP
        allowed += TOLERANCE / 10 * slope.abs().max().item()
        smooth = ((bend - 2 * near_bend).abs() <= allowed) & ((slope - near).abs() <= allowed)
        return slope, smooth

    def _moved(self, places: Tensor, moves: Tensor) -> Tensor:
        """Give the losses [k, 4] with each place moved by each of the four steps."""
        rows = self.theta.expand(len(places), len(moves), -1).clone()
        index = places.reshape(-1, 1, 1).expand(-1, len(moves), 1)
        rows.scatter_add_(2, index, moves.reshape(1, -1, 1).expand(len(places), -1, 1))
        return self.still.at(rows.flatten(0, 1)).reshape(len(places), len(moves))


def _wide(tensor: Tensor) -> Tensor:
    return tensor.double() if tensor.is_floating_point() else tensor
