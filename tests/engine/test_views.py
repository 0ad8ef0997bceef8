"""Predictions are averaged over versions of an example, the same for a member as if alone."""

from __future__ import annotations

import pytest
import torch

from tests.laws.trainings import IMAGE, ready, recipe_of, task_of
from trainlab import seeds
from trainlab.data import Augmentation
from trainlab.engine.feed import augmentation_of
from trainlab.engine.views import PIECE, Views, averaged
from trainlab.errors import RecipeError
from trainlab.recipe import Recipe, expand

CNN = {"name": "cnn", "channels": [3], "norm": "batch"}


def views(members: list[Recipe], count: int) -> Views:
    keys = seeds.keys([member.seed for member in members], "augment")
    return Views(count, augmentation_of(members, "image"), keys)


def pictures(n: int) -> torch.Tensor:
    return seeds.normal(seeds.keys([5], "order")[0], (n, *IMAGE))


def test_probabilities_are_averaged_not_logits_and_numbers_as_they_are() -> None:
    logits = torch.randn(4, 2, 7, 3) * 20
    mean = logits.double().softmax(-1).mean(0)
    found = averaged(iter(logits), "classification")
    torch.testing.assert_close(found.double().exp(), mean, rtol=1e-5, atol=1e-7)
    torch.testing.assert_close(averaged(iter(logits), "regression"), logits.mean(0))
    spread = averaged(
        iter([torch.tensor([900.0, 0.0]), torch.tensor([0.0, 900.0])]), "classification"
    )
    assert torch.equal(spread.softmax(-1), torch.tensor([0.5, 0.5]))


def test_one_version_is_the_example_itself() -> None:
    members = expand(recipe_of(seeds=2, data={"augment": ["flip"]}, network=CNN))
    forward, x = ready(members, task_of(IMAGE)).forward, pictures(9)
    plain = views(members, 1).outputs(forward, x, "classification", shared=True)
    assert torch.equal(plain, forward.outputs(x, shared=True))


def test_the_mean_is_over_the_example_and_its_versions() -> None:
    """A flip that is certain: two versions are the picture and its mirror image."""
    augment = [{"name": "flip", "probability": 1.0}]
    members = expand(recipe_of(seeds=2, data={"augment": augment}, network=CNN))
    forward, x = ready(members, task_of(IMAGE)).forward, pictures(PIECE + 9)
    both = [forward.outputs(version, shared=True).softmax(-1) for version in (x, x.flip(-1))]
    found = views(members, 2).outputs(forward, x, "classification", shared=True).softmax(-1)
    torch.testing.assert_close(found, sum(both) / 2)
    mean = sum(forward.outputs(version, shared=True) for version in (x, x.flip(-1))) / 2
    numbers = views(members, 2).outputs(forward, x, "regression", shared=True)
    torch.testing.assert_close(numbers, mean)


def test_a_member_is_averaged_as_it_would_be_alone_and_again() -> None:
    base = recipe_of(data={"augment": ["affine"]}, network=CNN, train={"batching": "rows"})
    members = [base, base.replace("seed", 1).replace("data.augment.0.degrees", 30.0)]
    x = pictures(PIECE + 9)
    forward = ready(members, task_of(IMAGE)).forward
    together = views(members, 4).outputs(forward, x, "classification", shared=True)
    own = x.expand(2, *x.shape)
    again = views(members, 4).outputs(forward, own, "classification", shared=False)
    assert torch.equal(together, again)
    for row, member in enumerate(members):
        forward = ready([member], task_of(IMAGE)).forward
        alone = views([member], 4).outputs(forward, x, "classification", shared=True)
        assert torch.equal(together[row], alone[0])


def test_what_an_example_becomes_does_not_hang_on_the_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    members = expand(recipe_of(data={"augment": ["affine"]}, network=CNN))
    forward, x = ready(members, task_of(IMAGE)).forward, pictures(9)
    whole = views(members, 3).outputs(forward, x, "regression", shared=True)
    monkeypatch.setattr("trainlab.engine.views.PIECE", 4)
    torch.testing.assert_close(
        views(members, 3).outputs(forward, x, "regression", shared=True), whole
    )


def test_without_augmentation_there_is_nothing_to_average() -> None:
    with pytest.raises(RecipeError, match="nothing to average"):
        Views(2, Augmentation([], "image"), seeds.keys([0], "augment"))
    assert Views(1, Augmentation([], "image"), seeds.keys([0], "augment")).count == 1
