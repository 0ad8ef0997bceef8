from __future__ import annotations

from pathlib import Path

from tests.comparison.made import moons
from trainlab.comparison.design import Design
from trainlab.lab.comparing import compare
from trainlab.store.listing import comparisons


def test_a_comparison_is_listed_when_it_is_kept(tmp_path: Path) -> None:
    assert comparisons(tmp_path) == []
    recipe = moons(train={"length": "2ep", "batch_size": 16, "threads": 1})
    kept = compare(recipe, vary={"optimizer.lr": [0.1, 0.2]}, design=Design(seeds=2), runs=tmp_path)
    (listed,) = comparisons(tmp_path)
    assert listed.path == kept.path
    assert listed.arms == ("lr=0.1", "lr=0.2")
    assert listed.sentence == kept.comparison.sentence
    (kept.path / "comparison.json").unlink()
    assert comparisons(tmp_path)[0].sentence is None
