from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.comparison.made import moons, rates, rules
from trainlab.comparison.arms import Arm, Vary, varied
from trainlab.comparison.pairing import STREAMS, pairing
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
    found = pairing(arms)
    assert found.shared == tuple(STREAMS)
    assert not found.apart
    first, *others = map(drawn, arms)
    for other in others:
        assert all(torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize(
    ("key", "values", "apart"),
    [
        ("network.widths", ([6], [7]), {"the initial weights", "the noise of random layers"}),
        ("network.init", ("he_normal", "xavier_normal"), {"the initial weights"}),
        ("train.batch_size", (16, 8), {"the order of examples"}),
        ("data.split.seed", (0, 1), {"the split", "the order of examples"}),
    ],
)
def test_what_is_said_to_be_shared_is(key: str, values: tuple[Any, ...], apart: set[str]) -> None:
    arms = varied(moons(), [Vary(key, values)])
    found = pairing(arms)
    assert apart <= found.apart.keys()
    assert all(field.startswith(key) for field in found.apart.values())
    first, second = map(drawn, arms)
    for name in first.keys() & set(found.shared):
        assert torch.equal(first[name], second[name]), name
    for name in first.keys() & apart:
        same = first[name].shape == second[name].shape and torch.equal(first[name], second[name])
        assert not same, name


def test_it_is_said_in_a_sentence() -> None:
    told = str(pairing(rates(0.1, 0.01)))
    assert told.startswith("paired by seed: the arms share the split, the initial weights,")
    widths = varied(moons(), [Vary("network.widths", ([6], [7]))])
    assert "not the initial weights, since network.widths differs" in str(pairing(widths))


def test_seeds_that_differ_draw_differently() -> None:
    arms = varied(moons(), [Vary("seed", (0, 1))])
    first, second = map(drawn, arms)
    assert not torch.equal(first["the initial weights"], second["the initial weights"])
    assert not torch.equal(first["the order of examples"], second["the order of examples"])
