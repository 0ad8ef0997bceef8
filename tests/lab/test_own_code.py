from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trainlab import lab
from trainlab.comparison.design import Design
from trainlab.errors import Interrupted, RunError
from trainlab.lab.comparing import compare, compare_again
from trainlab.recipe import Recipe

NET = """
from torch import nn

def make(feature_shape, outputs):
    return nn.Sequential(nn.Linear(2, {width}), nn.Tanh(), nn.Linear({width}, outputs))  {remark}
"""
RECIPE = {
    "data": {"source": {"name": "moons", "examples": 120}},
    "network": {"name": "python", "factory": "made_own:make"},
    "train": {"length": "2ep", "batch_size": 16, "threads": 1},
}
Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write the module that the recipe names, as if in a new process."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])

    def write(width: int = 4, remark: str = "") -> None:
        (tmp_path / "made_own.py").write_text(NET.format(width=width, remark=remark))
        sys.modules.pop("made_own", None)

    yield write
    sys.modules.pop("made_own", None)


def test_a_comparison_does_not_go_on_with_another_module(tmp_path: Path, write: Write) -> None:
    write()
    rates = {"optimizer.lr": [0.01, 0.1]}
    kept = compare(RECIPE, vary=rates, design=Design(seeds=2), runs=tmp_path / "runs")
    write(remark="# a remark")
    assert compare_again(kept.path).comparison.sentence == kept.comparison.sentence
    write(width=5)
    with pytest.raises(RunError, match="the code of made_own is not what it began with"):
        compare_again(kept.path)


def test_a_run_does_not_go_on_with_another_module(tmp_path: Path, write: Write) -> None:
    write()
    with pytest.raises(Interrupted):
        lab.train(Recipe.of(RECIPE), runs=tmp_path / "runs", stop=lambda: True)
    (path,) = (tmp_path / "runs").iterdir()
    write(width=5)
    with pytest.raises(RunError, match="the code of made_own is not what it began with") as caught:
        lab.resume(path)
    assert str(path) in caught.value.where
    write()
    assert lab.resume(path).status == "finished"
