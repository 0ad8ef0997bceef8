"""A step over several batches is the step over one large batch, in the memory of one."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from tests.data.test_stream import both
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
from trainlab.engine import placement
from trainlab.engine.compiled import CompiledUpdate
from trainlab.engine.record import Stopped
from trainlab.recipe import expand

TASK = task_of((6,))
WAYS = ["rows", "vmap"]


ACCUMULATED = {
    "plain": {},
    "around": {"weight_noise": 0.05, "clip_norm": 0.5, "weight_decay": 0.01, "lookahead": 0.5},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", ACCUMULATED)
def test_accumulated_is_one_large_batch(way: str, case: str) -> None:
    large = recipe_of(
        optimizer={"rule": "momentum", "lr": 0.1, **ACCUMULATED[case]},
        train={"batch_size": 12, "precision": "fp64", "batching": way},
        schedule={"name": "cosine", "warmup": "1ep"},
        seeds=2,
    )
    small = large.replace("train.batch_size", 3).replace("train.accumulate", 4)
    one, many = (finish(ready(expand(recipe), TASK)) for recipe in (large, small))
    assert widest_gap(one[0].last, many[0].last) < 1e-12
    assert [type(event) for event in one[1]] == [type(event) for event in many[1]]


class Held(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Measures the bytes that torch holds at most, of what is made while it watches."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now, self.most = 0, 0
        self.alive: set[int] = set()

    def __torch_dispatch__(
        self,
        function: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        made = function(*args, **(kwargs or {}))
        for tensor in made if isinstance(made, tuple | list) else [made]:
            if isinstance(tensor, Tensor):
                self._see(tensor.untyped_storage())
        return made

    def _see(self, storage: torch.UntypedStorage) -> None:
        place, size = storage._cdata, storage.nbytes()
        if place not in self.alive:
            self.alive.add(place)
            self.now += size
            self.most = max(self.most, self.now)
            weakref.finalize(storage, self._gone, place, size)

    def _gone(self, place: int, size: int) -> None:
        self.alive.discard(place)
        self.now -= size


def most_held(batch_size: int, accumulate: int) -> int:
    recipe = recipe_of(
        network={"name": "cnn", "channels": [8, 8], "widths": []},
        train={"batch_size": batch_size, "accumulate": accumulate, "batching": "rows"},
    )
    training = ready([recipe], task_of(IMAGE))
    training.population.pure = False
    training.advance()
    training.feed.at(training.feed.parts(1)[0])  # gathers the epoch
    with Held() as held:
        training.advance()
    most: int = held.most
    return most


def test_memory_is_that_of_one_batch() -> None:
    small, accumulated, large = most_held(9, 1), most_held(9, 4), most_held(36, 1)
    assert large > 3 * small  # so activations are what is measured
    assert accumulated < 1.2 * small


@pytest.mark.parametrize("name", ["sam", "weight_noise"])
def test_a_member_that_diverges_when_accumulated_is_told_where(name: str) -> None:
    wild = recipe_of(
        optimizer={"rule": "sgd", "lr": 1e30, name: 0.01},
        train={"batch_size": 4, "accumulate": 3},
        seeds=2,
    )
    _, events = finish(ready(expand(wild), TASK))
    stopped = [event for event in events if isinstance(event, Stopped)]
    assert {event.why for event in stopped} == {"diverged"}
    assert all(event.detail for event in stopped)


def test_more_batches_than_an_epoch_has_are_all_of_them() -> None:
    recipe = recipe_of(train={"batch_size": 8, "accumulate": 1000, "length": "2ep"})
    training = ready([recipe], TASK)
    n = TASK.train.shape[1]
    assert (training.feed.per_epoch, training.feed.group) == (1, n // 8)
    assert finish(training)[0].step == 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("accumulate", [1, 3])
def test_compiled_it_is_the_same(monkeypatch: pytest.MonkeyPatch, accumulate: int) -> None:
    # the compiler's own code takes minutes; what is traced for it is the same
    traced = partial(torch.compile, backend="aot_eager")
    monkeypatch.setattr(torch, "compile", traced)
    monkeypatch.setattr(placement, "can_compile", lambda device: True)
    recipe = recipe_of(
        seeds=2,
        network={"name": "mlp", "widths": [4], "norm": "batch"},
        optimizer={"sam": 0.1, "weight_noise": 0.01, "lookahead": 0.5, "lookahead_every": 2},
        train={
            "precision": "fp64",
            "length": "5steps",
            "batch_size": 4,
            "accumulate": accumulate,
            "compile": "on",
        },
    )
    compiled = ready(expand(recipe), TASK)
    assert isinstance(compiled.update, CompiledUpdate)
    eager = trained(recipe.replace("train.compile", "off"), TASK)
    assert widest_gap(finish(compiled)[0].last, eager.last) < 1e-12


def test_a_stream_gives_what_memory_gives() -> None:
    held, streamed = both()
    recipe = recipe_of(
        train={"batch_size": 4, "accumulate": 3, "length": "2ep"}, regularize={"dropout": 0.2}
    )
    assert same_bits(trained(recipe, held).last, trained(recipe, streamed).last)


def test_the_rate_of_a_training_is_that_of_its_updates_examples() -> None:
    base = recipe_of(
        optimizer={"lr": 0.1, "lr_scaling": {"name": "sqrt", "base": 4}},
        schedule="constant",
        train={"batch_size": 8, "accumulate": 2},
    )
    members = [base, base.replace("optimizer.lr_scaling.base", 64)]
    rate = torch.as_tensor(ready(members, TASK).dials.at(0)["lr"])
    assert rate.flatten().tolist() == pytest.approx([0.2, 0.05])


def test_a_batch_counts_as_many_examples_as_there_are() -> None:
    recipe = recipe_of(
        optimizer={"lr": 0.1, "lr_scaling": {"name": "linear", "base": 100}},
        schedule="constant",
        train={"batch_size": 1000},
    )
    n = TASK.train.shape[1]
    assert ready([recipe], TASK).dials.at(0)["lr"] == pytest.approx(0.1 * n / 100)
