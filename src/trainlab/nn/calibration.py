"""Measuring running statistics afresh: what batch norms use in evaluation, over given batches.

Weights that were averaged (SWA, EMA), merged or loaded were never run, so their batch norms have
the statistics of other weights.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from trainlab.nn.norm_layers import BatchRenorm, GhostBatchNorm

__all__ = ["by_batch_statistics", "recalibrate", "tracking"]

Batch = Tensor | Sequence[Tensor]


KNOBS = {"momentum", "size", "warmup"}
"""Attributes of such layers that are changed while they measure."""


class Tracking(Protocol):
    """A layer that keeps running statistics: torch's, ours and whichever are like them."""

    training: bool
    momentum: float | None
    num_batches_tracked: Tensor

    def reset_running_stats(self) -> None:
        """Forget them."""


def recalibrate(module: nn.Module, batches: Iterable[Batch]) -> nn.Module:
    """Set every running statistic to its average over the batches, in place; give the network.

    A batch is x [B, ...] or begins with it, and counts by its examples: running means are those of
    all examples together. Random layers are off, as when predicting; otherwise the statistics are
    those of `torch.optim.swa_utils.update_bn`.
    """
    layers = tracking(module)
    counts = [layer.num_batches_tracked for layer in layers if _counts(layer)]
    before = [count.clone() for count in counts]  # how long they were trained stays as it was
    seen = 0
    with torch.no_grad(), by_batch_statistics(module):
        for batch in batches if layers else ():
            x = batch if isinstance(batch, Tensor) else batch[0]
            for layer in layers if not seen else ():
                layer.reset_running_stats()
            seen += len(x)
            for layer in layers:
                layer.momentum = len(x) / seen
            module(x)
    for count, old in zip(counts, before, strict=True):
        count.copy_(old)
    return module


def tracking(module: nn.Module) -> list[Tracking]:
    """List the layers that keep running statistics."""
    return [cast(Tracking, layer) for layer in module.modules() if _tracks(layer)]


@contextmanager
def by_batch_statistics(module: nn.Module) -> Iterator[nn.Module]:
    """Evaluate a network by the statistics of each batch; afterwards its modes are as they were.

    Running statistics still move: who does not want that keeps copies.
    """
    before = {layer: layer.training for layer in module.modules()}
    knobs = [(layer, _knobs(layer)) for layer in tracking(module)]
    module.eval()
    for layer, _ in knobs:
        layer.training = True
        if isinstance(layer, GhostBatchNorm):
            layer.size = sys.maxsize  # one part: the whole batch
        if isinstance(layer, BatchRenorm):
            layer.warmup = sys.maxsize  # no correction towards what is being measured
    try:
        yield module
    finally:
        for every, mode in before.items():
            every.training = mode
        for layer, values in knobs:
            vars(layer).update(values)


def _tracks(layer: nn.Module) -> bool:
    known = callable(getattr(layer, "reset_running_stats", None))
    return known and isinstance(getattr(layer, "running_mean", None), Tensor)


def _counts(layer: Tracking) -> bool:
    return isinstance(getattr(layer, "num_batches_tracked", None), Tensor)


def _knobs(layer: Tracking) -> dict[str, object]:
    return {name: vars(layer)[name] for name in KNOBS & vars(layer).keys()}
