"""Augmentation: batches on the device against one picture at a time, by a DataLoader.

Crop, flip, colour jitter (brightness, contrast, saturation), affine map and erasing of 128 pictures
a batch, from uint8 examples in memory to normalised batches on the device. Ours normalises once,
before the training, as a run does; theirs as torchvision's user does, with each picture. Hue is
left out: torchvision's is by far its slowest. One round is a pass over the data.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from benchmarks.interleave import best_threads, compare, cores, print_json
from benchmarks.per_image import MEAN, PIPELINES, STD
from trainlab import seeds
from trainlab.data import Augmentation

__all__ = ["run"]

Program = Callable[[], object]

SIZES = (32, 96)
BATCH, BATCHES = 128, 8
STEPS = (
    {"name": "crop", "padding": 4},
    "flip",
    {"name": "colour_jitter", "brightness": 0.2, "contrast": 0.2, "saturation": 0.2},
    {"name": "affine", "degrees": 10.0, "translate": 0.1, "scale": 0.1},
    {"name": "erase", "probability": 0.5},
)


def run(repeats: int, device: str, only: str) -> None:
    """Print one line of JSON for each comparison whose name contains `only`."""
    for size in SIZES:
        for pipeline in PIPELINES:
            for workers in (0, cores()):
                name = f"augment/3x{size}x{size}/{pipeline}/{workers}-workers"
                if only in name:
                    against(name, size, pipeline, workers, repeats, device)


def against(name: str, size: int, pipeline: str, workers: int, repeats: int, device: str) -> None:
    """Compare one pass over the data, each side with its better number of threads."""
    pixels = pictures(size)
    ours = batched(pixels, device)
    theirs = one_by_one(pixels, PIPELINES[pipeline], workers, device)
    threads = (best_threads(ours), best_threads(theirs, 1))
    print_json(name, compare(ours, theirs, repeats=repeats, warm_up=1, threads=threads))


def pictures(size: int) -> Tensor:
    """Draw uint8 pictures [n, 3, H, W]."""
    draw = torch.Generator().manual_seed(0)
    shape = (BATCH * BATCHES, 3, size, size)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=draw)


def batched(pixels: Tensor, device: str) -> Program:
    """Make a program of one pass by trainlab: examples of each step in a new order."""
    x = (pixels.float() / 255 - MEAN[:, None, None]) / STD[:, None, None]
    x = x.to(device)
    augmentation = Augmentation(STEPS, "image")
    key = seeds.keys([0], "augment", device)

    def one_pass() -> None:
        order = seeds.permutation(key, len(x)).reshape(BATCHES, 1, BATCH)
        for step, rows in enumerate(order):
            batch = x.index_select(0, rows[0]).unsqueeze(0)
            augmentation(batch, seeds.each(seeds.fold_in(key, step), BATCH))

    return one_pass


def one_by_one(
    pixels: Tensor, pipeline: Callable[[Tensor], Tensor], workers: int, device: str
) -> Program:
    """Make a program of one pass by a DataLoader whose workers stay between passes."""
    loader = DataLoader(
        Pictures(pixels, pipeline),
        batch_size=BATCH,
        shuffle=True,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=device.startswith("cuda"),
    )

    def one_pass() -> None:
        for batch in loader:
            batch.to(device, non_blocking=True)

    return one_pass


class Pictures(Dataset[Tensor]):
    """Pictures, each transformed when it is asked for."""

    def __init__(self, pixels: Tensor, pipeline: Callable[[Tensor], Tensor]) -> None:
        self.pixels, self.pipeline = pixels, pipeline

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> Tensor:
        return self.pipeline(self.pixels[index])
