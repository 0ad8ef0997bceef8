from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch

from tests.laws.trainings import finish, ready, recipe_of, task_of
from trainlab.engine.record import Reading, Stopped
from trainlab.errors import RecipeError
from trainlab.losses import LOSSES
from trainlab.recipe import Recipe

TASK = task_of((6,))
SMOOTH = {"name": "mlp", "widths": [5], "activation": "tanh"}
FULL = {"length": "6ep", "batch_size": 1000, "precision": "fp64"}


def recipe(rule: str, train: dict[str, Any] | None = None, **optimizer: Any) -> Recipe:
    return recipe_of(
        network=SMOOTH,
        optimizer={"rule": rule, **optimizer},
        schedule="constant",
        train={**FULL, **(train or {})},
    )


@pytest.mark.parametrize("rule", ["lbfgs", "newton_cg"])
def test_on_full_batches_every_step_lowers_the_loss(rule: str) -> None:
    _, events = finish(ready([recipe(rule)], TASK))
    losses = [e.values["train/loss"][0] for e in events if isinstance(e, Reading)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.5 * losses[0]


def test_it_is_torchs_lbfgs_on_full_batches() -> None:
    """A step of several iterations on one batch is torch's one step."""
    training = ready([recipe("lbfgs", iterations=4.0, history=10.0)], TASK)
    x, y = training.feed.at(0)
    module = training.population.module.train()
    weights = training.population.layout.unpack(training.population.theta[0].clone())
    module.load_state_dict(weights, strict=False)
    optimizer = torch.optim.LBFGS(
        module.parameters(), max_iter=4, max_eval=99, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = LOSSES["cross_entropy"](module(x[0]), y[0], label_smoothing=0.0).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    training.advance()
    for name, weight in training.population.layout.unpack(training.population.theta[0]).items():
        torch.testing.assert_close(
            weight, module.get_parameter(name).detach(), rtol=1e-9, atol=1e-9
        )
    asked = optimizer.state_dict()["state"][0]["func_evals"]
    assert int(training.population.slots["evaluations"]) == asked


def test_a_reading_counts_the_evaluations() -> None:
    _, events = finish(ready([recipe("lbfgs"), recipe("lbfgs").replace("seed", 1)], TASK))
    counts = [e.values["evaluations"] for e in events if isinstance(e, Reading)]
    assert counts[0][0] >= 2
    assert all(after[1] > before[1] for before, after in pairwise(counts))


def test_a_coupled_penalty_is_part_of_the_loss() -> None:
    """With L2 the minimum of a convex loss is where its gradient is the penalty's."""
    strong = recipe_of(
        network={"name": "linear"},
        optimizer={"rule": "lbfgs", "decay": "coupled", "weight_decay": 0.1, "iterations": 50.0},
        schedule="constant",
        train=FULL,
    )
    for rule in ("lbfgs", "newton_cg"):
        said = strong if rule == "lbfgs" else recipe_of(
            network={"name": "linear"},
            optimizer={"rule": rule, "decay": "coupled", "weight_decay": 0.1, "forcing": 1e-8},
            schedule="constant",
            train={**FULL, "length": "20ep"},
        )  # fmt: skip
        training = ready([said], TASK)
        finish(training)
        population = training.population
        _, g = training.forward.gradient(*training.feed.at(0), 0.0)
        decayed = population.layout.mask(population.layout.decayed)
        assert (g + 0.1 * decayed * population.theta).abs().max() < 1e-6
        assert g.abs().max() > 1e-3


def test_decoupled_decay_and_a_largest_norm_hold() -> None:
    training = ready([recipe("lbfgs", weight_decay=0.5, max_norm=0.3)], TASK)
    finish(training)
    weight = training.population.layout.unpack(training.population.theta)["output.weight"]
    assert (weight[0].norm(dim=1) <= 0.3 + 1e-9).all()


@pytest.mark.parametrize("batching", ["vmap", "rows"])
def test_a_member_that_is_not_finite_stays_and_touches_no_other(batching: str) -> None:
    sane = recipe("lbfgs", {"batching": batching, "batch_size": 8})
    wild = sane.replace("optimizer.weight_decay", 1e200).replace("seed", 1)
    mild = wild.replace("optimizer.weight_decay", 1e-3)
    third = sane.replace("seed", 2)
    beside_wild, events = finish(ready([sane, wild, third], TASK))
    beside_mild, _ = finish(ready([sane, mild, third], TASK))
    (stopped,) = [e for e in events if isinstance(e, Stopped) and e.why == "diverged"]
    assert stopped.member == 1
    for name, tensor in beside_wild.last.items():
        assert torch.isfinite(tensor).all()
        for row in (0, 2):
            assert torch.equal(tensor[row], beside_mild.last[name][row])


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"clip_norm": 1.0}, "optimizer.clip_norm"),
        ({"sam": 0.1}, "optimizer.sam"),
        ({"l1": 0.1}, "optimizer.l1"),
        ({"gradient_noise": 0.1}, "optimizer.gradient_noise"),
    ],
)
def test_what_changes_the_gradient_is_refused(said: dict[str, float], where: str) -> None:
    with pytest.raises(RecipeError, match="searches along the loss's own") as told:
        ready([recipe("lbfgs", **said)], TASK)
    assert told.value.where == where


def test_it_is_never_one_program() -> None:
    with pytest.raises(RecipeError, match="asks for the loss"):
        ready([recipe("lbfgs", {"compile": "on", "batching": "vmap"})], TASK)
