"""Slices through the landscape of a loss: straight lines and planes, and what the loss is there.

    point (i, j)  = theta + a_i u + b_j v,      row i J + j of a population
    u             drawn from N(0, 1), each weight by itself          Li et al. 2018, section 3
    u_f           <- u_f |theta_f| / |u_f| for every filter f        Li et al. 2018, section 4

A filter is what feeds one unit: a channel's kernels, a neuron's row of weights. Biases and the
parameters of norms stay where they are: their part of a direction is zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.engine.still import StillLoss
from trainlab.errors import InputError
from trainlab.layout import layout_of

__all__ = ["Slice", "axis", "filter_normalised", "normal_directions"]

DIRECTIONS = (1 << 61) + 3
"""What the seed's key is folded with: no step of a training gets there."""


def normal_directions(theta: Tensor, count: int = 2, *, seed: int = 0) -> Tensor:
    """Draw directions from N(0, 1) at theta [N]: [count, N], each by a key of its own."""
    key = seeds.fold_in(seeds.keys([seed], "noise", theta.device)[0], DIRECTIONS)
    return seeds.normal(seeds.each(key, count), theta.shape, theta.dtype)


def filter_normalised(directions: Tensor, theta: Tensor, module: nn.Module) -> Tensor:
    """Give every filter of directions [D, N] the length of the same filter of theta [N].

    A network whose units are scaled, with norms after them that undo it, then has the same slice.
    """
    layout, transposed = layout_of(module), _transposed(module)
    drawn, weights = layout.unpack(directions), layout.unpack(theta)
    return layout.pack(
        {
            name: _scaled(drawn[name], weights[name], transposed.get(name, 0))
            if has_filters
            else torch.zeros_like(drawn[name])
            for name, has_filters in zip(layout.names, layout.decayed, strict=True)
        }
    )


def axis(points: int, reach: float = 1.0) -> Tensor:
    """Give coordinates from -reach to reach, float64 [points]; of an odd number the middle is 0."""
    places = torch.arange(points, dtype=torch.float64)
    return reach * (2 * places - (points - 1)) / max(1, points - 1)


@dataclass(frozen=True, eq=False)
class Slice:
    """A line (D = 1) or plane (D = 2) through theta, whose points are the rows of a population."""

    theta: Tensor
    """[N], and never written to."""
    directions: Tensor
    """[D, N]"""
    axes: tuple[Tensor, ...]
    """The coordinates along each direction, D tensors [I], [J]."""

    def __post_init__(self) -> None:
        if self.directions.shape != (len(self.axes), *self.theta.shape) or not self.axes:
            raise InputError(
                f"{len(self.axes)} axes, directions {list(self.directions.shape)} "
                f"and weights {list(self.theta.shape)}",
                allowed=["D axes, directions [D, N], weights [N]"],
                next_step="give each axis one direction with as many places as there are weights",
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each direction: (I,) or (I, J)."""
        return tuple(len(axis) for axis in self.axes)

    def place(self, row: int) -> tuple[int, ...]:
        """Give the place (i, j) of a row: the last axis is the fastest."""
        return tuple(int(at) for at in torch.unravel_index(torch.tensor(row), self.shape))

    def row(self, *place: int) -> int:
        """Give the row i J + j of a place; the inverse of `place`."""
        row = 0
        for at, length in zip(place, self.shape, strict=True):
            row = row * length + at
        return row

    def points(self, rows: Tensor) -> Tensor:
        """Give some rows, int64 [R] -> [R, N]; a row has the same bits whichever stand beside it.

        Each is theta and its own steps added up: nothing is walked, so that no error piles up.
        """
        places = torch.unravel_index(rows, self.shape)
        at = self.theta.expand(len(rows), -1)
        for axis, place, direction in zip(self.axes, places, self.directions, strict=True):
            at = at + axis.to(self.theta)[place].unsqueeze(1) * direction
        return at

    def losses(self, loss: StillLoss) -> Tensor:
        """Evaluate everywhere, so many rows at once as the loss takes: [I, J] in float64."""
        every = torch.arange(prod(self.shape), device=self.theta.device)
        parts = torch.split(every, loss.rows)
        return torch.cat([loss.at(self.points(rows)) for rows in parts]).reshape(self.shape)


def _scaled(direction: Tensor, weight: Tensor, groups: int) -> Tensor:
    """Scale the filters of a direction [D, *shape]; a filter of zeros stays zero.

    The first axis counts the filters; of a transposed convolution [groups * in, out, ...] it is
    groups and the second axis, hence the number of groups.
    """
    rest = weight.shape[1:]
    split = (groups, len(weight) // groups, *rest) if groups else (len(weight), 1, *rest)
    u, w = direction.reshape(len(direction), *split), weight.reshape(split)
    within = [axis for axis in range(w.dim()) if axis not in ((0, 2) if groups else (0, 1))]
    length: Tensor = torch.linalg.vector_norm(w, dim=within, keepdim=True)
    drawn: Tensor = torch.linalg.vector_norm(u, dim=[axis + 1 for axis in within], keepdim=True)
    scaled: Tensor = u * torch.where(drawn > 0, length / drawn, 0.0)
    return scaled.reshape(direction.shape)


def _transposed(module: nn.Module) -> dict[str, int]:
    """Name the weights of transposed convolutions, with the number of their groups."""
    kinds = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    groups = {id(m.weight): m.groups for m in module.modules() if isinstance(m, kinds)}
    return {name: groups[id(w)] for name, w in module.named_parameters() if id(w) in groups}
