from __future__ import annotations

import json

import pytest
import torch

from benchmarks import augment, interleave
from benchmarks.per_image import PIPELINES, STD


def test_a_line_for_each_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(interleave, "cores", lambda: 1)
    for name, value in (("SIZES", (8,)), ("BATCH", 4), ("BATCHES", 2)):
        monkeypatch.setattr(augment, name, value)
    augment.run(repeats=1, device="cpu", only="/0-workers")
    lines = [json.loads(line)["benchmark"] for line in capsys.readouterr().out.splitlines()]
    assert lines == [f"augment/3x8x8/{way}/0-workers" for way in ("tensors", "pil")]


def test_both_pipelines_make_the_same_picture_of_the_same_draws() -> None:
    line = torch.linspace(0, 255, 32)
    pixels = torch.stack(
        [line.expand(32, 32), line.expand(32, 32).T, 128 + 0 * line.expand(32, 32)]
    )
    for seed in range(12):
        seen = []
        for pipeline in PIPELINES.values():
            torch.manual_seed(seed)
            seen.append(pipeline(pixels.to(torch.uint8)))
        apart = (seen[0] - seen[1]).abs() * STD[:, None, None]
        assert float(apart.median()) < 0.02 and float(apart.mean()) < 0.03
