from __future__ import annotations

import json

import pytest

from benchmarks import interleave, norms
from trainlab.nn.norms import NORMS, norm


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleave, "cores", lambda: 1)
    monkeypatch.setattr(norms, "SHAPE", (2, 32, 4, 4))


def test_every_norm_that_is_a_layer_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    norms.run(repeats=1, device="cpu", only="")
    lines = [json.loads(line)["benchmark"] for line in capsys.readouterr().out.splitlines()]
    layers = [name for name in NORMS if name not in ("none", "weight")]
    own = ["norms/rms/torch", "norms/weight/torch"]
    assert lines == [f"norms/{name}/batch-norm" for name in layers] + own


@pytest.mark.parametrize("name", ["batch", "layer", "instance", "group", "local_response"])
def test_what_is_not_compared_with_torchs_is_torchs(name: str) -> None:
    assert type(norm({"name": name}, 32, dims=2)).__module__.startswith("torch.nn.modules")
