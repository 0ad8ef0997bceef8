"""Out of memory, told in numbers: which batch and which population would fit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from trainlab.engine.population import Population
from trainlab.errors import ResourceError
from trainlab.nn.arithmetic import activation_bytes
from trainlab.rules.around import AroundRow

__all__ = ["Need", "copies_beside", "is_memory", "need_of", "room_for"]

BACKWARD = 2
"""Bytes of a training step for each byte of activations: their gradients are as large."""
USABLE = 0.8
"""Share of the free memory that is counted on."""


@dataclass(frozen=True)
class Need:
    """What a step takes, in bytes."""

    member: int
    """For each member: weights, gradient, the rule's state, the best weights."""
    example: int
    """For each example of each member: activations and their gradients."""

    def fitting(self, free: float, members: int, batch: int) -> tuple[int, int]:
        """Give the largest population at this batch, and the largest batch at this population."""
        usable = USABLE * free
        population = int(usable // (self.member + self.example * batch))
        examples = int((usable / members - self.member) // self.example)
        return max(0, population), max(0, examples)


def copies_beside(around: Iterable[AroundRow]) -> int:
    """Count the copies of the weights that a step makes which takes gradients at other places.

    The weights to which it returns; for a second place that, and the gradient at the first.
    """
    taken = {row.on for row in around}
    return 3 if "second place" in taken else int("place" in taken)


def need_of(population: Population, batch: tuple[Tensor, Tensor], beside: int = 0) -> Need:
    """Estimate what a step of each member takes, from two examples of its batch.

    `beside` are more copies of the weights than those that are kept.
    """
    one = population.theta.element_size()
    state = (population.slots | population.kept).values()
    copies = 3 + beside + sum(slot[0].numel() // population.layout.n for slot in state)
    x = batch[0][0, :2].detach()  # two: batch norm refuses to train on one
    activations = activation_bytes(population.module, x) + x.numel() * one
    return Need(copies * population.layout.n * one, BACKWARD * activations // len(x))


@contextmanager
def room_for(
    population: Population, batch: tuple[Tensor, Tensor], beside: int = 0
) -> Iterator[None]:
    """Turn a failed allocation into a ResourceError that names what would fit."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_memory(error):
            raise
        raise _told(population, batch, beside) from error


def is_memory(error: Exception) -> bool:
    """Tell whether an error is a failed allocation, which torch may call a RuntimeError."""
    signs = ("out of memory", "can't allocate memory", "not enough memory")
    said = isinstance(error, RuntimeError) and any(sign in str(error) for sign in signs)
    return said or isinstance(error, MemoryError | torch.OutOfMemoryError)


def _told(population: Population, batch: tuple[Tensor, Tensor], beside: int) -> ResourceError:
    members, examples = batch[1].shape[:2]
    device = population.theta.device
    free = _free(device)
    fit = need_of(population, batch, beside).fitting(free, members, examples)
    advice = [
        f"seeds={fit[0]} at this batch size" if 0 < fit[0] < members else "",
        f"train.batch_size={fit[1]} at this population" if 0 < fit[1] < examples else "",
    ]
    fitting = " or ".join(filter(None, advice)) or "a smaller network; nothing else would fit"
    return ResourceError(
        f"out of memory: {members} members with batches of {examples} do not fit "
        f"into the {free / 2**30:.1f} GiB free",
        where=f"device {device}",
        next_step=f"about {fitting}; or train.batching=rows, which runs one member at a time",
    )


def _free(device: torch.device) -> float:
    """Give the free bytes of a device, those included that torch holds and does not use."""
    if device.type == "cuda":
        held = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return float(torch.cuda.mem_get_info(device)[0] + held)
    return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
