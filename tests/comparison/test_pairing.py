from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch

from tests.comparison.made import moons, rates, rules
from trainlab.comparison.arms import Arm, Vary, varied
from trainlab.comparison.pairing import AUGMENTED, NOISE, ORDER, SPLIT, WEIGHTS, pairing
from trainlab.comparison.running import Bench
from trainlab.engine.training import Training
from trainlab.recipe import plan


def training(arm: Arm) -> Training:
    (program,) = plan([arm.recipe])
    return Bench().experiment(arm.recipe).training(program=program)


def drawn(arm: Arm) -> dict[str, torch.Tensor]:
    """Give what an arm draws for its seed: the split, weights, two batches, a noisy output."""
    found = training(arm)
    task = found.task if hasattr(found, "task") else None
    batches = [part for step in (0, 7) for part in found.feed.at(step)]
    draws = {
        "the initial weights": found.population.theta.clone(),
        "the order of examples": torch.cat([part.flatten().double() for part in batches]),
    }
    if task is not None:
        draws["the split"] = task.train.double()
    found.feed.close()
    return draws


def test_rates_and_rules_share_every_draw_to_the_bit() -> None:
    arms = [*rates(0.1, 0.01), *rules("adam", "swats")]
    found = pairing(arms, Bench())
    assert found.shared == (SPLIT, WEIGHTS, ORDER)
    assert not found.apart
    first, *others = map(drawn, arms)
    for other in others:
        assert all(torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize(
    ("key", "values", "apart"),
    [
        ("network.widths", ([6], [7]), {WEIGHTS}),
        ("network.init", ("he_normal", "xavier_uniform"), {WEIGHTS}),
        ("network.activation", ("relu", "leaky_relu"), set()),
        ("train.batch_size", (16, 8), {ORDER}),
        ("data.split.seed", (0, 1), {SPLIT, ORDER}),
        ("data.split.by", ("auto", "stratified"), set()),
        ("data.preprocess", ([], ["standardize"]), set()),
        ("seed", (0, 1), {WEIGHTS, ORDER}),
    ],
)
def test_what_is_said_to_be_shared_is(key: str, values: tuple[Any, ...], apart: set[str]) -> None:
    arms = varied(moons(), [Vary(key, values)])
    found = pairing(arms, Bench())
    assert apart == found.apart.keys() - {"all initial weights"}
    assert all(field.startswith(key) for field in found.apart.values())
    first, second = map(drawn, arms)
    moved = {ORDER} if key == "data.preprocess" else set()  # the same examples, other numbers
    for name in (first.keys() & set(found.shared)) - moved:
        assert torch.equal(first[name], second[name]), name
    for name in first.keys() & apart:
        same = first[name].shape == second[name].shape and torch.equal(first[name], second[name])
        assert not same, name


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"activation": ("relu", "tanh")}, "the initial weights up to their scale"),
        ({"init": ("he_normal", "xavier_normal")}, "the initial weights up to their scale"),
        ({"norm": ("none", "batch")}, "the initial weights"),
        ({"norm": ("batch", "layer")}, "the initial weights"),
    ],
)
def test_networks_that_differ_may_share_their_draws(
    values: dict[str, tuple[str, str]], told: str
) -> None:
    ((name, two),) = values.items()
    arms = varied(moons(), [Vary(f"network.{name}", two)])
    found = pairing(arms, Bench())
    assert found.shared == (SPLIT, told, ORDER)
    assert not found.apart
    first, second = (dict(training(arm).population.module.named_parameters()) for arm in arms)
    for weight in ("linear1.weight", "output.weight"):
        one, two = first[weight], second[weight]
        assert told == WEIGHTS or not torch.equal(first["linear1.weight"], second["linear1.weight"])
        torch.testing.assert_close(one / one.norm(), two / two.norm())


def test_layers_that_agree_are_not_all_of_them() -> None:
    arms = varied(moons(), [Vary("network.widths", ([6], [6, 6]))])
    found = pairing(arms, Bench())
    assert found.apart == {"all initial weights": "network.widths"}
    assert "not all initial weights, since network.widths differs" in str(found)


@pytest.mark.parametrize(
    ("rates", "fault"), [((0.2, 0.5), None), ((0.0, 0.5), "regularize.dropout"), ((0.0, 0.0), "")]
)
def test_noise_is_spoken_of_where_there_is_some(
    rates: tuple[float, float], fault: str | None
) -> None:
    names = zip("ab", rates, strict=True)
    arms = [Arm(name, moons(regularize={"dropout": rate})) for name, rate in names]
    found = pairing(arms, Bench())
    assert (NOISE in found.shared) is (fault is None)
    assert found.apart.get(NOISE, "") == (fault or "")


def test_arms_without_noise_do_not_part_the_others() -> None:
    arms = varied(moons(), [Vary("regularize.dropout", (0.0, 0.2, 0.5))])
    told = "and the noise of random layers, of the arms that draw any"
    assert str(pairing(arms, Bench())).endswith(told)


def test_other_data_are_told_by_their_name() -> None:
    arms = [Arm(name, moons(data={"source": name})) for name in ("digits", "wine")]
    assert pairing(arms, Bench()).apart[SPLIT] == "data.source"


def test_arms_that_agree_in_a_field_do_share() -> None:
    vary = [Vary("optimizer.rule", ("sgd", "adam")), Vary("network.widths", ([6], [7]))]
    told = str(pairing(varied(moons(), vary), Bench()))
    assert "not the initial weights, where network.widths differs" in told


def test_the_same_examples_in_another_shape_are_the_same_split() -> None:
    wide = moons(data={"source": {"name": "digits", "flat": True}})
    square = moons(data={"source": {"name": "digits", "flat": False}})
    found = pairing([Arm("wide", wide), Arm("square", square)], Bench())
    assert {SPLIT, ORDER} <= set(found.shared)
    noise = [Vary("data.source.noise", (0.1, 0.3))]
    assert pairing(varied(moons(), noise), Bench()).apart[SPLIT] == "data.source.noise"


def test_noise_of_other_shapes_is_not_shared() -> None:
    wide = varied(moons(regularize={"dropout": 0.5}), [Vary("network.widths", ([6], [7]))])
    assert pairing(wide, Bench()).apart[NOISE] == "network.widths"
    batches = varied(moons(regularize={"dropout": 0.5}), [Vary("train.batch_size", (8, 16))])
    assert pairing(batches, Bench()).apart[NOISE] == "train.batch_size"


def test_augmentation_is_spoken_of_where_there_is_some() -> None:
    noisy = moons(regularize={"input_noise": 0.1})
    assert AUGMENTED in pairing(rates(0.1, 0.2, recipe=noisy), Bench()).shared
    amounts = varied(noisy, [Vary("regularize.input_noise", (0.1, 0.2))])
    assert AUGMENTED in pairing(amounts, Bench()).shared
    either = [Arm("plain", moons()), Arm("noisy", noisy)]
    assert pairing(either, Bench()).apart == {AUGMENTED: "regularize.input_noise"}


def test_a_network_of_ones_own_is_built_as_it_will_be() -> None:
    arms = varied(moons(network=None), [Vary("seed", (0, 1))])
    model = partial(torch.nn.Linear, 2, 2)
    assert pairing(arms, Bench(model)).apart[WEIGHTS] == "seed"
    assert WEIGHTS in pairing(rates(0.1, 0.2, recipe=moons(network=None)), Bench(model)).shared


def test_it_is_said_in_a_sentence() -> None:
    told = str(pairing(rates(0.1, 0.01), Bench()))
    assert told == (
        "paired by seed: the arms share the split, the initial weights and the order of examples"
    )
    widths = varied(moons(), [Vary("network.widths", ([6], [7]))])
    assert "not the initial weights, since network.widths differs" in str(pairing(widths, Bench()))


def test_seeds_that_differ_draw_differently() -> None:
    arms = varied(moons(), [Vary("seed", (0, 1))])
    first, second = map(drawn, arms)
    assert not torch.equal(first["the initial weights"], second["the initial weights"])
    assert not torch.equal(first["the order of examples"], second["the order of examples"])
