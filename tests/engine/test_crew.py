from __future__ import annotations

import threading

import pytest
import torch

from tests.laws.trainings import IMAGE, recipe_of, same_bits, task_of, trained
from trainlab.engine.crew import Crew


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_order(workers: int) -> None:
    assert Crew(workers).each(lambda row: row * row, 7) == [row * row for row in range(7)]


def test_each_worker_has_one_thread_and_is_not_the_caller() -> None:
    found = Crew(2).each(lambda row: (torch.get_num_threads(), threading.get_ident()), 8)
    assert {threads for threads, _ in found} == {1}
    assert threading.get_ident() not in {ident for _, ident in found}


def test_an_error_reaches_the_caller() -> None:
    def fail(row: int) -> int:
        raise ValueError(f"row {row}")

    with pytest.raises(ValueError, match="row 0"):
        Crew(2).each(fail, 4)


def test_workers_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    network = {"name": "cnn", "channels": [4], "norm": "batch"}
    recipe = recipe_of(
        seeds=3, network=network, regularize={"dropout": 0.2}, train={"threads": "auto"}
    )
    alone = trained(recipe, task_of(IMAGE))
    monkeypatch.setattr("trainlab.engine.placement._cores", lambda: 2)
    together = trained(recipe, task_of(IMAGE))
    assert same_bits(alone.weights, together.weights)
