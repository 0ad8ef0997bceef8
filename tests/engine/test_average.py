from __future__ import annotations

import torch

from tests.laws.trainings import IMAGE, finish, ready, recipe_of, task_of
from trainlab.engine.evaluate import evaluate
from trainlab.engine.record import Evaluated
from trainlab.recipe import expand

CNN = {"name": "cnn", "channels": [4], "norm": "batch"}
EMA = {"name": "ema", "decay": 0.9}


def test_the_average_is_evaluated_and_the_training_goes_on_as_without_it() -> None:
    task = task_of(IMAGE)
    recipe = recipe_of(seeds=2, network=CNN)
    plain, before = finish(ready(expand(recipe), task))
    mean, after = finish(ready(expand(recipe.replace("train.average", EMA)), task))
    assert all(torch.equal(plain.last[name], mean.last[name]) for name in plain.last)
    losses = [
        [e.values["val/loss"] for e in es if isinstance(e, Evaluated)] for es in (before, after)
    ]
    assert all(a != b for a, b in zip(*losses, strict=True))


def test_what_is_chosen_scores_as_was_told() -> None:
    task = task_of(IMAGE)
    training = ready(expand(recipe_of(seeds=2, network=CNN, train={"average": EMA})), task)
    finished, events = finish(training)
    for row in range(2):
        state = {name: tensor[row] for name, tensor in finished.weights.items()}
        training.population.load_row(row, state)
    scores = evaluate(training.forward, task, "val", training.objective, training.feed.folds)
    told = torch.tensor([e.values["val/loss"] for e in events if isinstance(e, Evaluated)])
    torch.testing.assert_close(scores["loss"].float(), told.min(dim=0).values)


def test_statistics_are_those_of_the_training_split_under_the_average() -> None:
    recipe = recipe_of(network=CNN, train={"average": EMA, "precision": "fp64"})
    training = ready([recipe], task_of(IMAGE))
    for _ in range(7):
        training.advance()
    before = {name: b.clone() for name, b in training.population.buffers.items()}
    average, population = training.average, training.population
    assert average is not None
    with average.worn(population, training.feed, training.objective):
        assert torch.equal(population.theta, average.theta)
        mean = next(b for name, b in population.buffers.items() if name.endswith("running_mean"))
        named = population.layout.unpack(population.theta[0])
        x = torch.cat([training.feed.at(t)[0][0] for t in range(training.feed.per_epoch)])
        filters = next(w for w in named.values() if w.dim() == 4)
        seen = torch.nn.functional.conv2d(x, filters, padding=filters.shape[-1] // 2)
        torch.testing.assert_close(mean[0], seen.mean(dim=(0, 2, 3)))
    assert all(torch.equal(b, population.buffers[name]) for name, b in before.items())
    assert not torch.equal(population.theta, average.theta)


def test_members_that_leave_take_their_averages_along() -> None:
    training = ready(expand(recipe_of(seeds=3, train={"average": EMA})), task_of((6,)))
    training.advance()
    assert training.average is not None
    kept = training.average.theta[[2]].clone()
    training.keep(torch.tensor([2]))
    assert torch.equal(training.average.theta, kept)
    training.advance()
    assert training.average.theta.shape == training.population.theta.shape
