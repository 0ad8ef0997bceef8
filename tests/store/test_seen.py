from __future__ import annotations

from pathlib import Path

import torch

from trainlab.store.seen import Seen, read, write


def test_pairs_return_as_they_were(tmp_path: Path) -> None:
    seen = Seen(plain=torch.rand(2, 3, 4, 4), augmented=torch.rand(2, 3, 4, 4))
    write(tmp_path / "seen.safetensors", seen)
    found = read(tmp_path / "seen.safetensors")
    assert torch.equal(found.plain, seen.plain)
    assert torch.equal(found.augmented, seen.augmented)
