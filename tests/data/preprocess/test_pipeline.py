"""Methods in a row: fitted in order, undone in reverse, saved and loaded without a change."""

from __future__ import annotations

import json

import pytest
import torch

from trainlab.data.preprocess import Features, Pipeline, Step, fit
from trainlab.errors import DataError

STEPS = [Step("standardize"), Step("pca", {"components": 3}), Step("min_max", {"low": -1.0})]


def features() -> Features:
    x = torch.randn(30, 3, dtype=torch.float64) * torch.tensor([1.0, 10.0, 100.0])
    return Features(x=x, layout="vector")


def test_each_step_is_fitted_on_what_the_one_before_gives() -> None:
    given = features()
    out = fit(STEPS, lambda: iter([given])).apply(given).x
    torch.testing.assert_close(out.amin(0), -torch.ones(3, dtype=torch.float64))
    torch.testing.assert_close(out.amax(0), torch.ones(3, dtype=torch.float64))


def test_invert_undoes_all_steps() -> None:
    given = features()
    pipeline = fit(STEPS, lambda: iter([given]))
    torch.testing.assert_close(pipeline.invert(pipeline.apply(given)).x, given.x)


def test_a_step_that_forgets_cannot_be_undone() -> None:
    given = features()
    pipeline = fit([Step("l2_normalize")], lambda: iter([given]))
    with pytest.raises(DataError, match="l2_normalize cannot be undone"):
        pipeline.invert(pipeline.apply(given))


def test_saved_and_loaded_it_gives_the_same_bits() -> None:
    given = features()
    pipeline = fit(STEPS, lambda: iter([given]))
    tensors, words = pipeline.save()
    again = Pipeline.load(tensors, json.loads(json.dumps(words)))
    assert torch.equal(again.apply(given).x, pipeline.apply(given).x)


@pytest.mark.parametrize("given", ["pca", {"name": "pca"}, Step("pca")])
def test_a_step_is_read_from_a_name_a_mapping_or_a_step(given: object) -> None:
    assert Step.of(given) == Step("pca")  # type: ignore[arg-type]
    assert Step.of({"name": "pca", "components": 2}) == Step("pca", {"components": 2})
