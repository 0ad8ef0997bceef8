"""A stream gives what memory gives, from any step on, by worker processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from tests.data.made import classes
from trainlab import seeds
from trainlab.data.batches import Batches
from trainlab.data.preparation import prepare
from trainlab.data.sources.images import images
from trainlab.data.split import SplitOptions
from trainlab.data.stream import Stream, feed
from trainlab.data.task import Task
from trainlab.errors import DataError


@dataclass(frozen=True)
class OnDisk:
    """Stands for examples on disk."""

    x: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.x.shape)

    def take(self, rows: Tensor) -> Tensor:
        return self.x[rows]


def both() -> tuple[Task, Task]:
    raw = classes()
    assert isinstance(raw.x, Tensor)
    held, _ = prepare(raw, steps=["standardize"])
    streamed, _ = prepare(classes(x=OnDisk(raw.x)), steps=["standardize"])
    return held, streamed


@pytest.mark.parametrize(("workers", "start"), [(0, 0), (0, 5), (2, 3)])
@pytest.mark.parametrize("names", [[0], [0, 1], [4, 4]])
def test_a_stream_gives_the_same_bits(workers: int, start: int, names: list[int]) -> None:
    held, streamed = both()
    keys = seeds.keys(names, "order")
    memory, stream = Batches(held, keys, 8), Stream(streamed, keys, 8, workers=workers)
    for t in range(start, start + 7):
        for a, b in zip(memory.at(t), stream.at(t), strict=True):
            assert torch.equal(a, b)
    stream.close()


def test_a_stream_follows_a_batch_size_that_moves() -> None:
    held, streamed = both()
    keys = seeds.keys([0, 1], "order")
    memory, stream = Batches(held, keys, [4, 8, 16]), Stream(streamed, keys, [4, 8, 16], workers=2)
    sizes = set()
    for t in range(3, 3 + memory.per_epoch + 8):
        for a, b in zip(memory.at(t), stream.at(t), strict=True):
            assert torch.equal(a, b)
            sizes.add(a.shape[1])
    stream.close()
    assert sizes == {4, 8, 16}


def test_a_stream_can_jump() -> None:
    held, streamed = both()
    keys = seeds.keys([0], "order")
    stream, memory = Stream(streamed, keys, 8, workers=0), Batches(held, keys, 8)
    for t in (0, 1, 9, 2):
        assert torch.equal(stream.at(t)[0], memory.at(t)[0])


def test_splits_are_read_in_pieces() -> None:
    held, streamed = both()
    x = torch.cat([piece for piece, _ in streamed.chunks("val", 4)], 1)
    assert torch.equal(x, held.part("val")[0])


def test_feed_chooses_by_the_data() -> None:
    held, streamed = both()
    keys = seeds.keys([0], "order")
    assert isinstance(feed(held, keys, 8), Batches)
    assert isinstance(feed(streamed, keys, 8), Stream)
    with pytest.raises(DataError, match="needs no stream"):
        Stream(held, keys, 8)


def test_folds_of_streamed_data_are_refused() -> None:
    raw = classes()
    assert isinstance(raw.x, Tensor)
    with pytest.raises(DataError, match="folds need the data in memory"):
        prepare(classes(x=OnDisk(raw.x)), SplitOptions(folds=3))


def folder_of_pictures(top: Path) -> Path:
    pixels = torch.randint(0, 256, (24, 6, 5, 3), dtype=torch.uint8)
    for row, picture in enumerate(pixels):
        place = top / "ab"[row % 2]
        place.mkdir(exist_ok=True)
        Image.fromarray(picture.numpy()).save(place / f"{row:02}.png")
    return top


def test_a_folder_streams_the_bits_that_it_holds_in_memory(tmp_path: Path) -> None:
    path = str(folder_of_pictures(tmp_path))
    steps = ["channel_standardize"]
    held, _ = prepare(images(path=path, keep="memory"), steps=steps)
    streamed, _ = prepare(images(path=path, keep="disk"), steps=steps)
    assert streamed.x.numel() == 0
    keys = seeds.keys([0, 1], "order")
    memory, stream = Batches(held, keys, 4), Stream(streamed, keys, 4, workers=1)
    for t in range(6):
        assert torch.equal(memory.at(t)[0], stream.at(t)[0])
    stream.close()


def test_a_damaged_picture_is_named_through_the_worker(tmp_path: Path) -> None:
    path = folder_of_pictures(tmp_path)
    task, _ = prepare(images(path=str(path), keep="disk"))
    for victim in path.rglob("*.png"):
        victim.write_bytes(victim.read_bytes()[:60])
    stream = Stream(task, seeds.keys([0], "order"), 4, workers=1)
    with pytest.raises(DataError, match=r"(?s)cannot be decoded.*where\s+\S+png"):
        stream.at(0)
    stream.close()
