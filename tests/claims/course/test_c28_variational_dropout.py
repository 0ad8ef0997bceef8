from __future__ import annotations

from trainlab.claims.compared import Compare
from trainlab.claims.course.c28_variational_dropout import CLAIM
from trainlab.engine.experiment import Experiment
from trainlab.nn.recurrent import Recurrent


def test_both_drop_at_one_rate_and_differ_in_the_masks_alone() -> None:
    assert isinstance(CLAIM.measure, Compare)
    recipes = {arm: CLAIM.ask().changed(*said).recipe for arm, said in CLAIM.measure.arms.items()}
    many, one = recipes["each step"], recipes["one mask"]
    assert many.regularize == one.regularize != recipes["none"].regularize
    assert many.replace("network.variational", True).filled() == one.filled()
    network = Experiment(one).network()
    assert any(isinstance(part, Recurrent) for part in network.modules())


def test_there_are_as_many_examples_as_the_claim_says() -> None:
    task, _ = Experiment(CLAIM.ask().recipe).prepared
    assert 260 <= task.train.shape[1] <= 275
