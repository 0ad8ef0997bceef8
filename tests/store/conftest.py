"""A run of three members that any test may go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from trainlab import store
from trainlab.engine.record import Evaluated, Event, Finished, Reading, Snapshot, Started, Stopped
from trainlab.store import RunFolder

MEMBERS = (0, 1, 2)


def new_run(runs: Path, name: str = "digits-mlp") -> RunFolder:
    members = store.seeds_of_one_program([10, 11, 12])
    return store.create(
        runs, name=name, recipe="seed: 10\n", members=members, environment={"python": "3"}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[RunFolder]:
    with new_run(tmp_path) as made:
        yield made


def training(start: int = 0, stop: int = 12) -> Iterator[Event]:
    """A training whose every number is a function of the step: 12 steps, snapshots at 4 and 8."""
    yield Started(
        step=start,
        steps=12,
        epochs=3.0,
        members=MEMBERS,
        parameters=6,
        placement={"device": "cpu"},
    )
    for step in range(start + 1, stop + 1):
        yield reading(step)
        if step % 4 == 0:
            yield evaluated(step)
            yield snapshot(step)
    if stop == 12:
        yield from (Stopped(step=12, member=member, why="complete") for member in MEMBERS)
        yield finished()


def reading(step: int) -> Reading:
    losses = [1 / (step + member) for member in (1, 2, 3)]
    return Reading(
        step=step,
        epoch=step / 4,
        members=MEMBERS,
        values={"train/loss": losses},
        seconds=0.5 * step,
    )


def evaluated(step: int) -> Evaluated:
    good = [1 - 0.5 / (step + member) for member in MEMBERS]
    return Evaluated(
        step=step,
        epoch=step / 4,
        split="val",
        members=MEMBERS,
        values={"val/accuracy": good},
        best=(True, True, step < 12),
    )


def snapshot(step: int) -> Snapshot:
    generator = torch.Generator().manual_seed(step)
    return Snapshot(
        step=step,
        tensors={"theta": torch.rand(3, 6, generator=generator), "t": torch.tensor(step)},
        facts={"step": step, "best": [float("inf"), 0.5]},
    )


def finished() -> Finished:
    weights = {"0.weight": torch.arange(18.0).reshape(3, 2, 3)}
    last = {"0.weight": -weights["0.weight"]}
    return Finished(
        step=12, seconds=6.0, members=MEMBERS, weights=weights, last=last, chosen_step=(12, 12, 8)
    )
