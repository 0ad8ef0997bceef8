from __future__ import annotations

import torch

from tests.laws.trainings import IMAGE, task_of
from trainlab.data import Augmentation
from trainlab.data.augment import MIXES, Mixing
from trainlab.engine.dials import Dial
from trainlab.engine.feed import AHEAD, Feed
from trainlab.schedules import Clock, constant


def dial(values: tuple[float, ...]) -> Dial:
    p, clock = len(values), Clock(total=100)
    return Dial(list(values), [constant()] * p, [clock] * p, like=torch.zeros(1))


def feed(seeds: list[int], noise: tuple[float, ...] = (), augment: tuple[str, ...] = ()) -> Feed:
    task = task_of(IMAGE)
    return Feed(
        task=task,
        seeds=seeds,
        folds=torch.zeros(len(seeds), dtype=torch.int64),
        batch_size=8,
        augmentation=Augmentation(augment, task.layout),
        noise=dial(noise) if noise else None,
    )


def test_an_epoch_sees_every_example_at_most_once() -> None:
    one = feed([3])
    seen = torch.cat([one.at(step)[0][0] for step in range(one.per_epoch)])
    assert len(seen.flatten(1).unique(dim=0)) == len(seen) == 8 * one.per_epoch


def test_a_step_can_be_had_again() -> None:
    one = feed([3, 4], (0.1, 0.2), ("flip", "crop"))
    first, _ = one.at(9)
    one.at(2)
    assert torch.equal(first, one.at(9)[0])


def test_noise_has_each_members_own_spread() -> None:
    plain, noisy = feed([3, 3]), feed([3, 3], (0.0, 0.5))
    difference = noisy.at(0)[0] - plain.at(0)[0]
    assert float(difference[0].abs().max()) == 0
    assert abs(float(difference[1].std()) - 0.5) < 0.06


def test_noise_is_not_that_of_the_augmentation() -> None:
    noisy = feed([3], (0.5,))
    first, second = (noisy.at(step)[0] - feed([3]).at(step)[0] for step in (0, 1))
    assert not torch.equal(first, second)


def test_mixed_labels_are_probabilities_and_a_member_that_does_not_mix_sees_its_own() -> None:
    plain, mixed = feed([3, 3]), feed([3, 3])
    mixed.mix = Mixing(MIXES["mixup"], [0.0, 1.0], 3)
    (x, y), (both, labels) = plain.at(4), mixed.at(4)
    assert torch.equal(both[0], x[0]) and torch.equal(labels[0].argmax(-1), y[0])
    assert not torch.equal(both[1], x[1])
    assert torch.allclose(labels.sum(-1), torch.ones(2, 8))
    mixed.keep(torch.tensor([1]))
    assert all(torch.equal(a[1:], b) for a, b in zip((both, labels), mixed.at(4), strict=True))


def test_keeping_members() -> None:
    both = feed([3, 4], (0.1, 0.2), ("flip",))
    x = both.at(5)[0]
    keys = both.layer_keys(2, 3)
    both.keep(torch.tensor([1]))
    assert torch.equal(both.at(5)[0], x[1:])
    assert torch.equal(both.layer_keys(2, 3), keys[1:])


def test_no_two_layers_and_no_two_places_draw_alike() -> None:
    both, places = feed([3, 4]), (0, 1, AHEAD - 1, AHEAD, 1000)
    drawn = [both.layer_keys(place, 3) for place in places]
    assert len(torch.cat(drawn).unique()) == len(places) * 2 * 3
    assert torch.equal(both.layer_keys(1, 3), drawn[1])


def test_a_loop_of_ones_own_sees_what_a_training_sees() -> None:
    plain, augmented = feed([3]), feed([3], augment=("flip", "crop"))
    own = augmented.augmentation.batch(plain.at(5)[0][0], seed=3, step=5)
    assert torch.equal(own, augmented.at(5)[0][0])
