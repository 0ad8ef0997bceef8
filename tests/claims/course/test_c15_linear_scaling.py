from __future__ import annotations

from trainlab.claims.course.c15_linear_scaling import CLAIM, COMPARED


def test_every_arm_sees_as_many_examples_at_its_own_rate() -> None:
    ask, rates = CLAIM.ask(), dict[str, float]()
    for arm, changes in COMPARED.arms.items():
        recipe = ask.changed(*changes).recipe
        updates = int(str(recipe.train.length).removesuffix("steps"))
        assert updates * recipe.train.batch_size == 25_600
        rates[arm] = round(recipe.optimizer.rate(recipe.train.batch_size), 6)
    assert list(rates.values()) == [0.02, 0.08, 0.32, 0.08, 0.02]
