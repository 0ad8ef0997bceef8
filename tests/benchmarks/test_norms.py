from __future__ import annotations

import json

import pytest

from benchmarks import interleave, norms
from trainlab.nn.norms import NORMS


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleave, "cores", lambda: 1)
    monkeypatch.setattr(norms, "SHAPE", (2, 32, 4, 4))


def test_every_norm_that_is_a_layer_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    norms.run(repeats=1, device="cpu", only="")
    lines = [json.loads(line)["benchmark"] for line in capsys.readouterr().out.splitlines()]
    layers = [name for name in NORMS if name not in ("none", "weight")]
    assert lines == [f"norms/{name}/batch-norm" for name in layers]
