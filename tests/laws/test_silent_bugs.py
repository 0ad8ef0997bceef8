"""Faults that real libraries shipped and no error ever told of: here, each would fail a test.

The source stands with each test: the library and its issue. Those that are held where they belong,
beside the code that could have them, are listed in HELD; the rest is below.
"""

from __future__ import annotations

import ast
import inspect
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.laws.source import ROOT
from tests.laws.trainings import (
    IMAGE,
    finish,
    ready,
    recipe_of,
    same_bits,
    task_of,
    trained,
    widest_gap,
)
from trainlab import lab, seeds
from trainlab.check.gradient import gradient_check
from trainlab.engine.still import StillLoss
from trainlab.engine.training import Training
from trainlab.lens.curvature import Until, trace
from trainlab.lens.graph import graph_of
from trainlab.lens.landscape import Slice, axis, normal_directions
from trainlab.lens.signal import signals
from trainlab.nn.norms import NORMS
from trainlab.recipe import Recipe, expand
from trainlab.rules import RULES

HELD = {
    "swapped layers are no longer held by the optimizer (Composer #1055)": [
        "tests/nn/test_surgery.py::test_an_optimizer_steps_the_new_parameters_and_forgets_the_old",
        "tests/optim/test_stepper.py::test_swapped_layers_are_stepped_and_the_old_forgotten",
    ],
    "averaged weights under the statistics of others (Lightning #14866)": [
        "tests/engine/test_average.py::"
        "test_statistics_are_those_of_the_training_split_under_the_average",
        "tests/nn/test_calibration.py::"
        "test_batches_of_equal_size_give_the_statistics_of_torchs_update_bn",
    ],
    "a Muon unlike its reference (pytorch_optimizer #408)": [
        "tests/rules/test_muon.py::test_the_iteration_is_its_reference",
        "tests/rules/test_muon.py::test_matrices_are_turned_and_the_rest_is_adams",
        "tests/optim/test_drop_ins.py::test_muon_steps_as_torchs",
    ],
    "gains of batch norms decay by default (pytorch_optimizer)": [
        "tests/optim/test_parameter_groups.py::test_no_norm_decays",
    ],
    "weight decay without effect (tinygrad #17708)": [
        "tests/optim/test_stepper.py::test_decay_has_effect",
        "tests/engine/test_step.py::test_decay_clipping_and_rule_are_torchs",
    ],
    "a step that clears the gradients (HeavyBall)": [
        "tests/optim/test_stepper.py::test_gradients_are_left_in_place",
    ],
    "decoupled decay that does not fall with the rate (Composer)": [
        "tests/optim/test_stepper.py::test_decoupled_decay_is_multiplied_by_lr",
    ],
    "a checkpoint without the state of randomness (Lightning #17543)": [
        "tests/laws/test_resume_equals_straight.py::test_with_augmentation_dropout_and_noise",
    ],
    "a finder that takes slopes over a linear rate on a log grid (Lightning #1767 and after)": [
        "tests/check/learning_rate/test_curve.py::"
        "test_noise_at_tiny_rates_is_not_the_steepest_place",
    ],
    "a finder that changes the training after it (fastai #2892)": [
        "tests/check/learning_rate/test_range_test.py::"
        "test_a_training_after_it_is_the_same_to_the_bit",
    ],
    "a changed horizon on resuming moves the rate (open_clip #413)": [
        "tests/engine/test_resume.py::test_another_length_is_refused",
    ],
    "tuning runs among the seeds that are reported (DeepOBS)": [
        "tests/comparison/test_tuning.py::test_tuning_sees_validation_alone_on_seeds_of_its_own",
        "tests/comparison/test_compare.py::test_seeds_that_tune_never_judge_and_test_is_used_once",
    ],
    "second derivatives of norms that are wrong (pytorch #196699, #196700)": [
        "tests/lens/test_curvature.py::test_products_through_norms_are_differences",
    ],
    "a part of the second derivative left out without a word (torch's once_differentiable)": [
        "tests/rules/second_order/test_guard.py::test_what_torch_leaves_out_without_a_word_is_seen",
        "tests/engine/test_twice.py::test_a_function_that_torch_differentiates_once_is_told",
        "tests/optim/test_newton_cg.py::test_a_loss_that_torch_differentiates_once_is_refused",
    ],
}


@pytest.mark.parametrize("fault", HELD)
def test_every_fault_is_held(fault: str) -> None:
    for place in HELD[fault]:
        file, name = place.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}, place


def by_hand(training: Training, steps: int) -> dict[str, torch.Tensor]:
    """Train the first member in a plain loop: torch's AdamW and cosine, clipping, smoothing."""
    population = training.population
    module = deepcopy(population.module).train()
    module.load_state_dict(population.layout.unpack(population.theta[0]), strict=False)
    groups = [
        {"params": [p for p in module.parameters() if p.dim() > 1], "weight_decay": 0.1},
        {"params": [p for p in module.parameters() if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for t in range(steps):
        x, y = training.feed.at(t)
        optimizer.zero_grad()
        nn.functional.cross_entropy(module(x[0]), y[0], label_smoothing=0.1).backward()
        nn.utils.clip_grad_norm_(module.parameters(), 0.5)
        optimizer.step()
        schedule.step()
    return {name: p.detach() for name, p in module.named_parameters()}


def test_a_training_is_the_plain_loop_of_torch() -> None:
    """Keras #20713: the same script trained worse by its torch backend than by another."""
    recipe = recipe_of(
        network={"name": "cnn", "channels": [4], "widths": [6], "norm": "batch"},
        optimizer={"rule": "adam", "lr": 0.01, "weight_decay": 0.1, "clip_norm": 0.5},
        schedule={"name": "cosine"},
        regularize={"label_smoothing": 0.1},
        train={"precision": "fp64"},
    )
    expected = by_hand(ready([recipe], task_of(IMAGE)), steps=15)
    found = trained(recipe, task_of(IMAGE)).last
    weights = {name: tensor[0] for name, tensor in found.items() if name in expected}
    assert weights.keys() == expected.keys()
    assert widest_gap(weights, expected) < 1e-9


@pytest.mark.parametrize("decay", ["decoupled", "coupled"])
@pytest.mark.parametrize("rule", RULES)
def test_decay_in_a_recipe_has_effect(rule: str, decay: str) -> None:
    """tinygrad #17708: weight decay was accepted and did nothing."""

    def last(amount: float) -> dict[str, Any]:
        optimizer = {"rule": rule, "weight_decay": amount, "decay": decay}
        recipe = recipe_of(optimizer=optimizer, train={"length": "3steps"})
        return dict(trained(recipe, task_of((6,))).last)

    assert not same_bits(last(0.0), last(0.5))


def held_still(norm: str) -> Recipe:
    """Let decay alone move the weights: the gradient is clipped away, the rate falls to 0."""
    return recipe_of(
        network={"name": "cnn", "channels": [4], "widths": [6], "norm": norm},
        optimizer={"rule": "sgd", "lr": 0.5, "weight_decay": 0.4, "clip_norm": 1e-30},
        schedule={"name": "linear"},
        train={"precision": "fp64"},
    )


@pytest.mark.parametrize("norm", [name for name in NORMS if name != "weight"])
def test_what_decays_falls_with_the_rate_and_gains_do_not_decay(norm: str) -> None:
    """Composer's decoupled decay was not multiplied by lr; pytorch_optimizer's list took gains."""
    training = ready([held_still(norm)], task_of(IMAGE))
    layout, start = training.population.layout, training.population.theta.clone()
    kept = 1.0
    for t in range(15):
        kept *= 1 - 0.4 * float(training.dials.lr.at(t))
    finish(training)
    decays = layout.mask(layout.decayed).bool()
    expected = torch.where(decays, start * kept, start)
    torch.testing.assert_close(training.population.theta, expected, rtol=1e-12, atol=1e-14)
    assert list(layout.decayed) == [len(shape) > 1 for shape in layout.shapes]


def test_a_look_changes_nothing() -> None:
    """fastai #2892: to run the finder of rates changed the training that came after."""
    recipe = recipe_of(
        network={"name": "cnn", "channels": [4], "norm": "batch"}, regularize={"dropout": 0.3}
    )
    straight = trained(recipe, task_of(IMAGE))
    training = ready(expand(recipe), task_of(IMAGE))
    generator = torch.get_rng_state()
    for _ in range(4):
        training.advance()
        x, y = (each[0] for each in training.feed.at(training.t))
        module = training.population.module
        modes = [layer.training for layer in module.modules()]
        gradient_check(module, x, y, training.objective.mean, places=1)
        graph_of(module, x[:1], y[:1], training.objective.mean)
        signals([module], x, y, training.objective.mean)
        assert [layer.training for layer in module.modules()] == modes
    assert torch.equal(torch.get_rng_state(), generator)
    finished, _ = finish(training)
    assert same_bits(finished.last, straight.last)
    assert same_bits(finished.weights, straight.weights)


def test_all_columns_of_a_reading_are_of_its_step() -> None:
    """A column that is a step late looks like any other: see loss-landscapes, further down."""
    recipe = recipe_of(
        optimizer={"rule": "sgd", "lr": 0.1},
        schedule={"name": "linear"},
        train={"precision": "fp64"},
    )
    training = ready([recipe], task_of((6,)))
    population = training.population
    for t in range(5):
        before, module = population.theta.clone(), deepcopy(population.module)
        module.load_state_dict(population.layout.unpack(before[0]), strict=False)
        x, y = (each[0] for each in training.feed.at(t))
        loss = training.objective.mean(module(x), y)
        seen = training.reading(training.advance())
        assert (seen.step, seen.values["lr"]) == (t + 1, [pytest.approx(0.1 * (1 - t / 15))])
        assert seen.values["train/loss"] == [pytest.approx(loss.item(), rel=1e-9)]
        moved = (population.theta - before).norm().item()
        length = seen.values["lr"][0] * seen.values["gradient/norm"][0]
        assert moved == pytest.approx(length, rel=1e-9)


def mean_that_rests(h: Tensor, seed: int) -> float:
    """Estimate a trace as PyHessian does: until a probe moves the mean by less than 0.1 %."""
    total, mean = 0.0, 0.0
    for probe in range(1, 101):
        v = seeds.signs(seeds.keys([seed], str(probe)), (len(h),), torch.float64)
        total += (v * (v @ h)).sum().item()
        if abs(total / probe - mean) / (abs(mean) + 1e-6) < 1e-3:
            break
        mean = total / probe
    return total / probe


def test_a_trace_ends_by_its_error_and_tells_it() -> None:
    """PyHessian's ends where its mean happens to rest, at any probe, and tells no error."""
    drawn, _ = torch.linalg.qr(seeds.normal(torch.tensor(1), (40, 40), torch.float64))
    h = drawn @ torch.diag(torch.linspace(-1.0, 1.5, 40).double()) @ drawn.T
    exact, asked = h.trace().item(), Until(relative=0.02, most=20_000)

    def off(estimate: float) -> float:
        return abs(estimate / exact - 1)

    theirs = sorted(off(mean_that_rests(h, seed)) for seed in range(40))
    ours = [trace(lambda v: v @ h, h[0], asked, seed=seed, rows=500) for seed in range(40)]
    assert theirs[20] > 0.02, "half of them are wrong by more than was asked for"
    assert all(each.reached for each in ours)
    assert all(each.standard_error <= 0.02 * abs(each.estimate) for each in ours)
    assert sorted(off(each.estimate) for each in ours)[35] < 2 * 0.02
    short = trace(lambda v: v @ h, h[0], Until(relative=0.02, most=100))
    assert not short.reached
    assert off(short.estimate) * exact < 4 * short.standard_error


def test_a_plane_is_where_it_says_and_the_network_stays() -> None:
    """loss-landscapes walked: every other column a step off, the network left where it ended.

    Its directions were drawn from U[0, 1), which see only the corner where all weights grow.
    """
    module = nn.Linear(2, 1, bias=False).double()
    before = module.weight.detach().clone()
    x, y = torch.eye(2).double(), torch.tensor([0.25, -0.5]).double()
    still = StillLoss(module, x, y, lambda output, target: (output[:, 0] - target).square().mean())
    a, b = axis(7, 3.0), axis(6, 2.0)
    found = Slice(still.theta, torch.eye(2).double(), (a, b)).losses(still)
    u, v = (before[0] - y).unbind()
    expected = ((u + a).square()[:, None] + (v + b).square()[None, :]) / 2
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=0.0)
    assert torch.equal(module.weight, before)
    assert torch.equal(still.theta, before[0])
    drawn = normal_directions(torch.zeros(10_000))
    assert (drawn < 0).double().mean(dim=1).tolist() == pytest.approx([0.5, 0.5], abs=0.025)
    assert drawn.std(dim=1).tolist() == pytest.approx([1.0, 1.0], abs=0.04)


def test_what_is_resumed_cannot_be_changed_on_the_way() -> None:
    """open_clip #413: the same state with another number of epochs went on at another rate."""
    assert "overrides" not in inspect.signature(lab.resume).parameters
