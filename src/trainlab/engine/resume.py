"""A training as tensors and facts, and back: k steps, save, load, k steps equals 2k steps.

Bit for bit on a CPU. No generator's state is in it: all draws are functions of (seed, step).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from trainlab.engine.record import Snapshot
from trainlab.engine.training import Ended, Training
from trainlab.errors import RunError

__all__ = ["restore", "snapshot"]


def snapshot(training: Training) -> Snapshot:
    """Give everything that `restore` needs to go on from here; the tensors are copies."""
    return Snapshot(
        step=training.t,
        tensors={name: tensor.detach().clone() for name, tensor in _tensors(training).items()},
        facts={
            "step": training.t,
            "seconds": training.seconds,
            "members": list(training.population.members),
            "ended": {str(member): end.chosen_step for member, end in training.ended.items()},
            "summed": training.summed,
            "lengths": _lengths(training),
            "placement": training.placement.facts(),
        },
    )


def restore(training: Training, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Bring a training that was just assembled from the same program to a snapshot's state.

    Raises RunError for another length, as every schedule would jump to another point of its way,
    and for a recipe whose tensors are others: it was changed since.
    """
    _check_lengths(_lengths(training), facts.get("lengths", {}))
    members = training.population.members
    rows = torch.tensor([members.index(member) for member in facts["members"]])
    training.t, training.seconds = facts["step"], facts["seconds"]
    training.ended = {
        int(member): Ended(
            chosen=_under(tensors, f"ended/{member}/chosen/"),
            last=_under(tensors, f"ended/{member}/last/"),
            chosen_step=step,
        )
        for member, step in facts["ended"].items()
    }
    training.keep(rows)
    now, before = _going_on(_tensors(training)), _going_on(tensors)
    _check_shapes(now, before)
    for name, tensor in now.items():
        tensor.copy_(before[name])
    training.summed = facts["summed"]
    if training.dials.lr.schedules[0].plateau is not None:
        training.dials.lr.rescale(training.plateau.factor.tolist())


def _lengths(training: Training) -> dict[str, int]:
    """Give each member's steps from the start to the end."""
    members = map(str, training.population.members)
    clocks = training.dials.lr.clocks
    return {member: clock.total for member, clock in zip(members, clocks, strict=True)}


def _going_on(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Leave out what belongs to members that ended."""
    return {name: each for name, each in tensors.items() if not name.startswith("ended/")}


def _check_shapes(now: Mapping[str, Tensor], before: Mapping[str, Tensor]) -> None:
    for name in [*now, *before]:
        shapes = [list(each[name].shape) if name in each else "absent" for each in (now, before)]
        if shapes[0] != shapes[1]:
            raise RunError(
                f"{name!r} is {shapes[0]} by the recipe, and was {shapes[1]} when this state was "
                "saved: the recipe was changed since",
                where="recipe.yaml of the run",
                next_step="set it back, or train anew with the changed one",
            )


def _check_lengths(now: Mapping[str, int], before: Mapping[str, int]) -> None:
    for member, steps in before.items():
        if member not in now:
            raise RunError(
                f"member {member} of the saved state is not in the recipe: it was changed since",
                where="recipe.yaml of the run",
                next_step="set seeds and folds back, or train anew",
            )
        if now[member] != steps:
            raise RunError(
                f"train.length is {now[member]} steps for member {member}, and was {steps} when "
                "this state was saved: the learning rate would jump",
                where="recipe.yaml of the run",
                next_step="set it back, or train anew with another train.length",
            )


def _tensors(training: Training) -> dict[str, Tensor]:
    """Name every tensor that changes from step to step."""
    population, monitor = training.population, training.monitor
    named = {"theta": population.theta, "loss_sum": training.loss_sum}
    named |= {f"slots/{name}": slot for name, slot in population.slots.items()}
    named |= {f"kept/{name}": tensor for name, tensor in population.kept.items()}
    named |= {f"buffers/{name}": buffer for name, buffer in population.buffers.items()}
    named |= {f"best/{name}": tensor for name, tensor in monitor.tensors().items()}
    named |= {f"best/buffers/{name}": buffer for name, buffer in monitor.buffers.items()}
    named |= {f"plateau/{name}": part for name, part in training.plateau._asdict().items()}
    if training.average is not None:
        named["average"] = training.average.theta
    for member, end in training.ended.items():
        named |= {f"ended/{member}/chosen/{name}": tensor for name, tensor in end.chosen.items()}
        named |= {f"ended/{member}/last/{name}": tensor for name, tensor in end.last.items()}
    return named


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
