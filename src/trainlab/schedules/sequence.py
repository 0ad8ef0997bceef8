"""Schedules one after another: each part has its own stretch of the training to itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.errors import RecipeError
from trainlab.schedules.shapes import Shape
from trainlab.schedules.span import Clock, Span

__all__ = ["Piece", "in_sequence"]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One part: a shape and the stretch on which it holds."""

    shape: Shape
    until: Span | None = None
    """Where it ends, counted from the start of the whole; None: with the whole."""
    scale: float = 1.0
    """What it is multiplied with."""


def in_sequence(pieces: Sequence[Piece], continuous: bool) -> Shape:
    """Join shapes: each counts its steps from its own beginning, and its stretch is its whole.

    The last goes on past its end. Raises RecipeError for a part without an end before the last.
    """
    if not pieces or any(piece.until is None for piece in pieces[:-1]):
        raise RecipeError(
            "a join needs parts, and each but the last must say until when it holds",
            next_step="give parts as [{name: constant, until: 80%}, {name: linear}]",
        )

    def factor(step: Tensor, clock: Clock) -> Tensor:
        result, begin, level = torch.ones_like(step), 0, None
        for piece, end in zip(pieces, _ends(pieces, clock), strict=True):
            if end == begin:
                continue
            own = Clock(total=end - begin, per_epoch=clock.per_epoch)
            first, last = piece.shape(step.new_tensor([0, end - begin]), own).tolist()
            height = piece.scale * _height(level, first)
            here = height * piece.shape((step - begin).clamp(min=0), own)
            result = torch.where(step >= begin, here, result)
            begin, level = end, height * last if continuous else None
        return result

    return factor


def _ends(pieces: Sequence[Piece], clock: Clock) -> list[int]:
    """Give the step at which each part ends."""
    ends = [clock.total if p.until is None else p.until.steps(clock) for p in pieces]
    for before, piece, end in zip([0, *ends], pieces, ends, strict=False):
        if end < before:
            raise RecipeError(
                f"the parts of a join must end one after another, but one ends at step {end} "
                f"({piece.until or 'the end'}) and the one before it at step {before}",
                next_step="raise `until` of the later part, or train for longer",
            )
    return ends


def _height(level: float | None, first: float) -> float:
    """Give what brings a part that starts at `first` to the level where the one before ended."""
    if level is None:
        return 1.0
    if first == 0:
        raise RecipeError(
            "a part of a continuous join starts at 0, so no factor lets it begin elsewhere",
            next_step="let it start above 0, or leave `continuous` out",
        )
    return level / first
