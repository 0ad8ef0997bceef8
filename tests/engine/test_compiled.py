from __future__ import annotations

import pytest
import torch
from torch._dynamo.utils import counters

from tests.laws.trainings import ready, recipe_of, task_of, trained, widest_gap
from trainlab.engine.compiled import CompiledUpdate, can_compile
from trainlab.errors import RecipeError

needs_compiler = pytest.mark.skipif(
    not can_compile(torch.device("cpu")), reason="there is no C++ compiler"
)


@needs_compiler
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_the_compiled_update_is_the_eager_one() -> None:
    """Numbers that move are no constants of the program: it is compiled once."""
    moving = ("beta1", "weight_decay", "clip_norm", "dropout", "label_smoothing")
    recipe = recipe_of(
        seeds=3,
        network={"name": "mlp", "widths": [8], "norm": "batch"},
        optimizer={"weight_decay": 0.01, "clip_norm": 0.5, "max_norm": 0.9, "gradient_noise": 0.01},
        regularize={"dropout": 0.2, "label_smoothing": 0.1},
        schedules=dict.fromkeys(moving, "linear"),
        train={"precision": "fp64", "length": "6steps", "compile": "on"},
    )
    before = counters["stats"]["unique_graphs"]
    compiled = trained(recipe, task_of((6,)))
    assert counters["stats"]["unique_graphs"] == before + 1
    eager = trained(recipe.replace("train.compile", "off"), task_of((6,)))
    assert widest_gap(compiled.weights, eager.weights) < 1e-12
    assert widest_gap(compiled.last, eager.last) < 1e-12


def test_short_trainings_are_not_compiled() -> None:
    training = ready([recipe_of()], task_of((6,)))
    assert not isinstance(training.update, CompiledUpdate)
    assert not training.placement.compiled


def test_one_member_cannot_be_compiled_with_others() -> None:
    with pytest.raises(RecipeError, match="cannot be compiled"):
        ready([recipe_of(train={"compile": "on", "batching": "rows"})], task_of((6,)))
