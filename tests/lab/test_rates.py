from __future__ import annotations

import trainlab
from trainlab.check.learning_rate import Grid

QUICK = Grid(low=1e-4, points=6, seeds=2, steps=10)


def test_a_recipe_by_name_by_dict_or_in_hand_is_the_same() -> None:
    words = ["network.widths=[4]"]
    by_name = trainlab.learning_rates("wine-mlp", overrides=words, grid=QUICK)
    in_hand = trainlab.learning_rates(trainlab.load_recipe("wine-mlp", words), grid=QUICK)
    given = trainlab.load_recipe("wine-mlp", words).given()
    by_dict = trainlab.learning_rates(given, grid=QUICK)
    assert by_name.suggestion == in_hand.suggestion == by_dict.suggestion
    assert (by_name.curve.loss == by_dict.curve.loss).all()
