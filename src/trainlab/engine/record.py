"""What a training says while it runs: six kinds of event, values without behaviour.

The loop yields them in order; whoever drives the loop writes, shows or ignores them. Lists run over
`members`, the places of the members in the program, in the order of the population's rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Evaluated", "Event", "Finished", "Reading", "Snapshot", "Started", "Stopped", "Why"]

Why = Literal["diverged", "early", "complete", "dropped"]


@dataclass(frozen=True, kw_only=True)
class Started:
    """The program is about to take its first step, or the first one after a resume."""

    step: int
    """Updates taken so far: 0, or the step that is resumed."""
    steps: int
    """Updates planned in all."""
    members: tuple[int, ...]
    parameters: int
    """Trainable parameters of one member, N."""
    placement: Mapping[str, Any]
    """Where and how it runs: device, threads, batching, compiled, precision, and the reasons."""
    epoch: float = 0.0
    """Passes over the training split taken so far."""
    epochs: float = 0.0
    """Passes planned in all."""
    notes: tuple[str, ...] = ()
    """What a careful person should know: of the data, of a slower way taken, of a damaged file."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Training so far, averaged over the updates since the last reading."""

    step: int
    epoch: float
    members: tuple[int, ...]
    values: Mapping[str, list[float]]
    """`train/loss`, `lr`, `gradient/norm`: one number a member; of a rule that searches also
    `evaluations`, all that the member has asked for so far."""
    seconds: float
    """Time in training since the program started, without evaluation; summed over resumes."""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """A split was evaluated."""

    step: int
    epoch: float
    split: Literal["train", "val", "test"]
    members: tuple[int, ...]
    values: Mapping[str, list[float]]
    """`val/loss`, `val/accuracy`, ...: one number a member."""
    best: tuple[bool, ...] = ()
    """Whether this is the member's best so far by the monitored value."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A member takes no further update."""

    step: int
    member: int
    why: Why
    detail: str = ""
    """For a diverged member: the first non-finite tensor, by name."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything needed to go on from here, bit for bit."""

    step: int
    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]
    """JSON-able."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The program is done; members appear in their first order, stopped ones included."""

    step: int
    seconds: float
    members: tuple[int, ...]
    weights: Mapping[str, Tensor]
    """The chosen weights and buffers by bare-module name, [P, ...]: the best by the monitored value
    where there is a validation split, the last otherwise."""
    last: Mapping[str, Tensor]
    """The last finite weights and buffers, [P, ...]."""
    chosen_step: tuple[int, ...]
    """The step at which each member's chosen weights stood."""


Event = Started | Reading | Evaluated | Stopped | Snapshot | Finished
