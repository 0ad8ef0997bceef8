"""The cost of each norm, forward and backward, as a multiple of torch's BatchNorm2d and of torch's.

64 examples of 64 channels of 32 x 32, in groups of 16 channels where a norm has groups. Only two
norms that torch has are our own code; the others are torch's modules themselves. Weight
normalisation is timed with the 3 x 3 convolution whose weight it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from benchmarks.interleave import best_threads, compare, print_json
from trainlab.nn.norm_layers import ChannelRMSNorm
from trainlab.nn.norms import NORMS, norm, normalise

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
            against(line, layer, nn.BatchNorm2d(SHAPE[1]), repeats, device)
    for name, (ours, theirs) in torchs().items():
        if only in f"norms/{name}/torch":
            against(f"norms/{name}/torch", ours, theirs, repeats, device)


def torchs() -> dict[str, tuple[nn.Module, nn.Module]]:
    """Give the norms that torch has and that are not torch's here: ours and theirs."""
    ours, theirs = (nn.Conv2d(SHAPE[1], SHAPE[1], 3, padding=1) for _ in range(2))
    return {
        "rms": (ChannelRMSNorm(SHAPE[1]), nn.RMSNorm(SHAPE[1:])),
        "weight": (normalise({"name": "weight"}, ours), parametrizations.weight_norm(theirs)),
    }


def against(name: str, layer: nn.Module, other: nn.Module, repeats: int, device: str) -> None:
    """Compare a norm with another, each with its better number of threads."""
    ours, theirs = (pass_through(at, device) for at in (layer, other))
    threads = (best_threads(ours), best_threads(theirs))
    print_json(name, compare(ours, theirs, repeats=repeats, threads=threads))


def pass_through(layer: nn.Module, device: str) -> Program:
    """Make a program of one forward and one backward pass while training."""
    layer = layer.to(device).train()
    draw = torch.Generator().manual_seed(0)
    x, upstream = (torch.randn(SHAPE, generator=draw).to(device) for _ in range(2))
    sources: list[Tensor] = [x.requires_grad_(), *layer.parameters()]
    return lambda: torch.autograd.grad(layer(x), sources, upstream)
