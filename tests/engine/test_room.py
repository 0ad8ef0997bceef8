from __future__ import annotations

import pytest
import torch

from tests.laws.trainings import ready, recipe_of, task_of
from trainlab.engine.room import Need, copies_beside, need_of, room_for
from trainlab.errors import ResourceError
from trainlab.recipe import expand
from trainlab.rules.around import AROUND

TRAINING = ready(expand(recipe_of(seeds=4)), task_of((6,)))
BATCH = TRAINING.feed.at(0)


def test_what_fits_needs_no_more_than_there_is() -> None:
    need, free = Need(member=1000, example=10), 100_000
    members, examples = need.fitting(free, 200, 64)
    assert 0 < members * (1000 + 10 * 64) <= free
    assert need.fitting(free, 20, 64)[1] * 10 * 20 + 20 * 1000 <= free
    assert examples == 0


def test_the_need_grows_with_the_network() -> None:
    wide = recipe_of(seeds=4, network={"name": "mlp", "widths": [80, 60]})
    larger = need_of(ready(expand(wide), task_of((6,))).population, BATCH)
    smaller = need_of(TRAINING.population, BATCH)
    assert larger.member > smaller.member > 4 * TRAINING.population.layout.n
    assert larger.example > smaller.example


def test_gradients_at_other_places_need_copies_of_the_weights() -> None:
    """SAM's step holds the weights to return to, the worst place, and the first gradient."""
    copies = [
        copies_beside([AROUND[name] for name in names])
        for names in ([], ["clip_norm"], ["weight_noise"], ["sam"], ["weight_noise", "sam"])
    ]
    assert copies == [0, 0, 1, 3, 3]
    training = ready(expand(recipe_of(seeds=4, optimizer={"sam": 0.05})), task_of((6,)))
    assert training.copies == 3
    need = need_of(training.population, BATCH, training.copies)
    more = need.member - need_of(training.population, BATCH).member
    assert more == 3 * 4 * training.population.layout.n


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried ..."),
        MemoryError(),
    ],
)
def test_out_of_memory_names_sizes_that_fit(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = need_of(TRAINING.population, BATCH)
    two_members = 2.2 * (need.member + 8 * need.example) / 0.8
    monkeypatch.setattr("trainlab.engine.room._free", lambda device: two_members)
    with pytest.raises(ResourceError) as caught, room_for(TRAINING.population, BATCH):
        raise error
    assert "4 members with batches of 8 do not fit" in str(caught.value)
    assert "seeds=2 at this batch size" in str(caught.value)


def test_other_errors_pass_through() -> None:
    with pytest.raises(RuntimeError, match="shape"), room_for(TRAINING.population, BATCH):
        raise RuntimeError("shape mismatch")


def test_a_real_failed_allocation_is_told() -> None:
    with pytest.raises(ResourceError), room_for(TRAINING.population, BATCH):
        torch.empty(2**55)
