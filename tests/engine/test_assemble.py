from __future__ import annotations

import pytest
import torch

from tests.laws.trainings import IMAGE, ready, recipe_of, task_of
from trainlab.engine.assemble import objective_of, rule_of
from trainlab.engine.placement import place
from trainlab.rules import RULES, pair


def test_a_rule_by_name_or_by_its_factors() -> None:
    assert rule_of(recipe_of(optimizer={"rule": "lion"})) is RULES["lion"]
    factors = {"direction": "nesterov", "preconditioner": "rms"}
    made = rule_of(recipe_of(optimizer={"rule": factors}))
    assert made.hyper == pair(**factors).hyper


def test_the_loss_follows_the_task_unless_named() -> None:
    task = task_of((6,), "regression")
    output, target = torch.randn(4, 1), torch.randn(4, 1)
    found = objective_of(recipe_of(), task)(output, target)
    assert torch.allclose(found, (output - target).square().squeeze(1))
    named = objective_of(recipe_of(train={"loss": "l1"}), task)(output, target)
    assert torch.allclose(named, (output - target).abs().squeeze(1))


def test_what_is_off_costs_nothing() -> None:
    h = ready([recipe_of()], task_of((6,))).dials.at(0)
    assert not {"weight_decay", "clip_norm", "clip_value"} & h.keys()


def test_only_some_members_clip() -> None:
    base = recipe_of(optimizer={"rule": "sgd"})
    h = ready([base, base.replace("optimizer.clip_norm", 0.5)], task_of((6,))).dials.at(0)
    assert torch.as_tensor(h["clip_norm"]).flatten().tolist() == [torch.inf, 0.5]


def test_decay_spares_norm_gains_and_biases() -> None:
    network = {"name": "cnn", "channels": [4], "norm": "batch"}
    training = ready([recipe_of(network=network)], task_of(IMAGE))
    mask = training.population.layout.unpack(training.update.decayed[0])
    spared = {name for name, part in mask.items() if float(part.max()) == 0}
    assert {name for name in mask if "norm" in name or name.endswith("bias")} == spared


def test_double_precision_reaches_the_data() -> None:
    training = ready([recipe_of(train={"precision": "fp64"})], task_of((6,)))
    assert training.task.x.dtype == training.population.theta.dtype == torch.float64


def test_a_rule_of_matrices_is_told_where_they_lie() -> None:
    training = ready([recipe_of(optimizer={"rule": "muon"})], task_of((6,)))
    assert training.update.rule.layout == training.population.layout


def test_a_second_gradient_counts_when_compiling_is_weighed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = []

    def placed(*args: object) -> object:
        counted.append(args[-1])
        return place(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("trainlab.engine.assemble.place", placed)
    for optimizer in ({}, {"sam": 0.05}, {"weight_noise": 0.01}):
        ready([recipe_of(optimizer=optimizer)], task_of((6,)))
    assert counted == [15, 30, 15]
