"""A training in events made by hand: eight members, one that diverges, one that stops."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch

from trainlab.engine.record import Evaluated, Event, Finished, Reading, Started, Stopped

PER_EPOCH = 20


def started(members: int = 8, steps: int = 200) -> Started:
    return Started(
        step=0,
        steps=steps,
        epochs=steps / PER_EPOCH,
        members=tuple(range(members)),
        parameters=17_226,
        placement={"device": "cpu", "threads": 1, "batching": "vmap", "precision": "fp32"},
    )


def training(members: int = 8, steps: int = 200) -> Iterator[Event]:
    """Give a whole training: member 6 diverges at step 60, member 3 stops early at step 120."""
    yield started(members, steps)
    alive = list(range(members))
    for step in range(PER_EPOCH, steps + 1, PER_EPOCH):
        epoch = step / PER_EPOCH
        ends = {60: (6, "diverged", "the gradient of hidden.1.weight"), 120: (3, "early", "")}
        if step in ends and ends[step][0] in alive:
            member, why, detail = ends[step]
            alive.remove(member)
            yield Stopped(step=step, member=member, why=why, detail=detail)
        loss = [0.1 + 2 * math.exp(-epoch / 3) * (1 + member / 20) for member in alive]
        now = {"step": step, "epoch": epoch, "members": tuple(alive)}
        yield Reading(
            **now, values={"train/loss": loss, "lr": [0.1] * len(alive)}, seconds=step / 50
        )
        scores = {"val/loss": loss, "val/accuracy": [1 - each / 4 for each in loss]}
        yield Evaluated(**now, split="val", values=scores, best=(True,) * len(alive))
    weights = {"weight": torch.zeros(members, 2, 3)}
    tested = {
        "test/loss": [0.2 + m / 100 for m in range(members)],
        "test/accuracy": [0.9] * members,
    }
    everyone = tuple(range(members))
    yield Evaluated(step=steps, epoch=epoch, split="test", members=everyone, values=tested)
    yield Finished(
        step=steps,
        seconds=steps / 50,
        members=everyone,
        weights=weights,
        last=weights,
        chosen_step=(steps,) * members,
    )
