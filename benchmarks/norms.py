"""The cost of each norm, forward and backward, as a multiple of torch's BatchNorm2d.

64 examples of 64 channels of 32 x 32, in groups of 16 channels where a norm has groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from benchmarks.interleave import best_threads, compare, print_json
from trainlab.nn.norms import NORMS, norm

__all__ = ["run"]

Program = Callable[[], object]

SHAPE = (64, 64, 32, 32)
"""Examples, channels, height, width."""

GROUP_WIDTH = 16
OPTIONS: Mapping[str, Mapping[str, int]] = {
    "group": {"groups": SHAPE[1] // GROUP_WIDTH},
    "decorrelated": {"group_width": GROUP_WIDTH},
    "iterative": {"group_width": GROUP_WIDTH},
}


def run(repeats: int, device: str, only: str) -> None:
    """Print one line of JSON for each comparison whose name contains `only`."""
    for name in NORMS:
        layer = norm({"name": name, **OPTIONS.get(name, {})}, SHAPE[1], dims=2)
        line = f"norms/{name}/batch-norm"
        if layer is not None and only in line:
            against_batch_norm(line, layer, repeats, device)


def against_batch_norm(name: str, layer: nn.Module, repeats: int, device: str) -> None:
    """Compare a norm with torch's BatchNorm2d, each with its better number of threads."""
    ours, theirs = (pass_through(at, device) for at in (layer, nn.BatchNorm2d(SHAPE[1])))
    threads = (best_threads(ours), best_threads(theirs))
    print_json(name, compare(ours, theirs, repeats=repeats, threads=threads))


def pass_through(layer: nn.Module, device: str) -> Program:
    """Make a program of one forward and one backward pass while training."""
    layer = layer.to(device).train()
    draw = torch.Generator().manual_seed(0)
    x, upstream = (torch.randn(SHAPE, generator=draw).to(device) for _ in range(2))
    sources: list[Tensor] = [x.requires_grad_(), *layer.parameters()]
    return lambda: torch.autograd.grad(layer(x), sources, upstream)
