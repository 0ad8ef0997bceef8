from __future__ import annotations

from dataclasses import replace

import pytest

from trainlab.claims.claim import Ask, Found
from trainlab.claims.compared import Compare
from trainlab.claims.course import c12_small_batches as c12
from trainlab.recipe import Recipe


def test_rates_are_in_proportion_to_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    recipes: dict[str, Recipe] = {}

    def see(self: Compare, ask: Ask) -> Found:
        recipes.update({arm: ask.changed(*said).recipe for arm, said in self.arms.items()})
        raise StopIteration

    monkeypatch.setattr(Compare, "__call__", see)
    with pytest.raises(StopIteration):
        c12.measured(replace(c12.CLAIM.ask()))
    assert len(recipes) == 8
    for recipe in recipes.values():
        assert recipe.optimizer.hypers["lr"] / recipe.train.batch_size == pytest.approx(0.4 / 64)
