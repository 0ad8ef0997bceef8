"""Pictures of shapes: balanced, golden, and harder as the dial says."""

from __future__ import annotations

from hashlib import sha256

import torch

from trainlab.data.sources.outlines import OUTLINES
from trainlab.data.sources.shapes import shapes


def pixels(difficulty: float, examples: int = 64, size: int = 32) -> torch.Tensor:
    x = shapes(examples=examples, difficulty=difficulty, size=size).x
    assert isinstance(x, torch.Tensor)
    return x


def test_each_shape_comes_equally_often() -> None:
    raw = shapes(examples=80)
    assert raw.y is not None and raw.y.bincount().tolist() == [10] * len(OUTLINES)
    assert raw.classes == tuple(OUTLINES) and raw.x.shape == (80, 3, 32, 32)


def test_pictures_are_the_same_to_the_bit() -> None:
    """Golden: a change of the painting is a change of everybody's data, and must be meant."""
    digest = sha256(pixels(0.5, 16).numpy().tobytes()).hexdigest()
    assert digest[:16] == "edcd5562910995aa"


def test_a_dial_at_its_ends_changes_the_picture() -> None:
    easy, hard = pixels(0.0).double(), pixels(1.0).double()

    def roughness(x: torch.Tensor) -> float:
        return float((x[..., 1:] - x[..., :-1]).abs().median())

    assert roughness(hard) > 4 * roughness(easy)


def test_easy_shapes_are_told_apart_by_their_mean_picture() -> None:
    """The nearest mean outline names most easy pictures, and fewer hard ones."""

    def right(difficulty: float) -> float:
        x = pixels(difficulty, 320).double()
        grey = (x - x[:, :, :1, :1]).abs().mean(1).flatten(1)
        grey = grey / grey.norm(dim=1, keepdim=True)
        kinds = torch.arange(320) % 8
        means = torch.stack([grey[:160][kinds[:160] == kind].mean(0) for kind in range(8)])
        return float(((grey[160:] @ means.T).argmax(1) == kinds[160:]).double().mean())

    assert right(0.0) > 0.8 > 0.5 > right(1.0)


def test_size_is_free() -> None:
    assert pixels(0.5, 8, 20).shape == (8, 3, 20, 20)
