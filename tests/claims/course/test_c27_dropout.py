from __future__ import annotations

import torch

from trainlab import seeds
from trainlab.claims.course.c27_dropout import CLAIM, PLACES, RATES
from trainlab.engine.experiment import Experiment
from trainlab.nn.dropout import Dropout


def test_inverted_scaling_keeps_the_expectation() -> None:
    layer = Dropout(0.5).train()
    x, draws = torch.linspace(0.5, 2.0, 16), 4000
    total = torch.zeros_like(x)
    for key in seeds.keys(range(draws), "noise"):
        layer.key.copy_(key)
        total += torch.func.functional_call(layer, dict(layer.named_buffers()), (x,))
    error = (x.square() / draws).sqrt()  # at rate 1/2 the standard deviation is x itself
    assert ((total / draws - x).abs() < 4.5 * error).all()


def test_the_places_are_of_the_sizes_that_the_claim_says() -> None:
    ask = CLAIM.ask()
    sizes = {}
    for place, said in PLACES.items():
        training = Experiment(ask.changed(*said).recipe.replace("seeds", 1)).training()
        sizes[place] = (training.task.train.shape[1], training.population.layout.n)
    assert 85 <= sizes["few"][0] <= 95 and sizes["few"][1] > 80_000
    assert sizes["many"][0] > 1200 and sizes["many"][1] < 1300
    assert list(RATES) == ["", " + dropout"]
