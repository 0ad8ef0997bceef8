from __future__ import annotations

import pytest
import torch

from tests.laws.trainings import ready, recipe_of, task_of
from trainlab.engine.sampled import draws
from trainlab.errors import NetworkError
from trainlab.recipe import expand

TASK = task_of((6,))


def outputs(rate: float, seeds: int, count: int) -> torch.Tensor:
    """Give draws of members with seeds 0, 1, ...: [count, P, B, C]."""
    training = ready(expand(recipe_of(regularize={"dropout": rate}, seeds=seeds)), TASK)
    members = list(range(seeds))
    drawn = [
        one.outputs(TASK.x[0], shared=True) for one in draws(training.population, members, count)
    ]
    return torch.stack(drawn)


def test_a_member_draws_what_it_would_draw_alone_and_each_draw_is_another() -> None:
    together, alone = outputs(0.4, 3, 2), outputs(0.4, 1, 2)
    assert torch.equal(together[:, 0], alone[:, 0])
    assert not torch.equal(together[0], together[1])
    assert not torch.equal(together[:, 0], together[:, 1])


def test_members_are_sampled_at_their_own_rates() -> None:
    recipe = recipe_of(regularize={"dropout": 0.5})
    training = ready([recipe, recipe.replace("regularize.dropout", 0.0)], TASK)
    found = [one.outputs(TASK.x[0], shared=True) for one in draws(training.population, [0, 0], 2)]
    assert torch.equal(found[0][1], found[1][1])  # the same weights, nothing dropped
    assert not torch.equal(found[0][0], found[1][0])


def test_without_random_layers_there_is_nothing_to_draw() -> None:
    with pytest.raises(NetworkError, match="nothing to sample"):
        outputs(0.0, 1, 1)
