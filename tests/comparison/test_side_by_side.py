from __future__ import annotations

import importlib.util
import multiprocessing.context
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from trainlab.comparison.side_by_side import Stop, can_fork, side_by_side
from trainlab.errors import DataError, InputError, Interrupted, ResourceError

forks = pytest.mark.skipif(not can_fork(), reason="processes cannot be forked here")


def never() -> bool:
    return False


def squared(value: int, tell: Any, stop: Stop) -> tuple[int, int]:
    tell(0.5)
    tell(0.5)
    return value * value, os.getpid()


def ignored(share: float) -> None:
    del share


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_each_job_is_done_once_and_told_of(cores: int) -> None:
    told: list[float] = []
    jobs = [partial(squared, value) for value in range(5)]
    found = dict(side_by_side(jobs, cores, told.append, never))
    assert {place: value for place, (value, _) in found.items()} == {i: i * i for i in range(5)}
    assert sum(told) == 5
    if can_fork():
        assert ({pid for _, pid in found.values()} == {os.getpid()}) is (cores == 1)


@forks
def test_a_fork_computes_what_this_process_computes() -> None:
    torch.manual_seed(0)
    a, b = torch.randn(4, 64, 64), torch.randn(4, 64, 64)
    torch.bmm(a, b)  # so that there is a pool of threads that is not forked

    def product(tell: Any, stop: Stop) -> list[float]:
        found: list[float] = torch.bmm(a, b).sum((1, 2)).tolist()
        return found

    results = dict(side_by_side([product, product], 2, ignored, never))
    assert results[0] == results[1] == pytest.approx(torch.bmm(a, b).sum((1, 2)).tolist())


@forks
def test_a_training_that_is_placed_in_a_fork_has_one_thread() -> None:
    def threads(tell: Any, stop: Stop) -> tuple[int, str | None]:
        return torch.get_num_threads(), os.environ.get("OMP_NUM_THREADS")

    before = os.environ.get("OMP_NUM_THREADS")
    assert dict(side_by_side([threads, threads], 2, ignored, never)) == {0: (1, "1"), 1: (1, "1")}
    assert os.environ.get("OMP_NUM_THREADS") == before


@forks
def test_a_fault_is_raised_here() -> None:
    def fails(tell: Any, stop: Stop) -> int:
        raise DataError("this cannot be read", where="row 3")

    with pytest.raises(DataError, match="this cannot be read"):
        list(side_by_side([fails, fails], 2, ignored, never))


@forks
def test_what_the_users_code_raises_keeps_its_line() -> None:
    def broken(tell: Any, stop: Stop) -> int:
        raise KeyError("mine")

    with pytest.raises(InputError, match="KeyError: 'mine'") as caught:
        list(side_by_side([broken, broken], 2, ignored, never))
    assert "in broken" in caught.value.where


@forks
def test_a_killed_process_is_told() -> None:
    def dies(tell: Any, stop: Stop) -> int:
        os._exit(9)

    with pytest.raises(ResourceError, match="killed"):
        list(side_by_side([dies, dies], 2, ignored, never))


@forks
def test_all_are_asked_to_stop() -> None:
    asked: list[float] = []

    def waits(tell: Any, stop: Stop) -> str:
        tell(1.0)
        while not stop():
            pass
        return "stopped"

    found = dict(side_by_side([waits, waits], 2, asked.append, lambda: bool(asked)))
    assert set(found.values()) == {"stopped"}


@forks
def test_who_is_asked_to_stop_may_save_something_before_the_fault_is_raised(tmp_path: Path) -> None:
    def saves(tell: Any, stop: Stop) -> int:
        while not stop():
            pass
        (tmp_path / "saved").touch()
        raise Interrupted("stopped")

    def fails(tell: Any, stop: Stop) -> int:
        raise DataError("this cannot be read")

    with pytest.raises(DataError, match="this cannot be read"):
        list(side_by_side([saves, fails, fails], 2, ignored, never))
    assert (tmp_path / "saved").exists()


@forks
def test_ctrl_c_in_a_terminal_reaches_forks_too_and_ends_none() -> None:
    """The terminal sends it to all; who began them asks them to stop."""

    def struck(tell: Any, stop: Stop) -> str:
        signal.raise_signal(signal.SIGINT)
        return "went on"

    found = dict(side_by_side([struck, struck], 2, ignored, never))
    assert set(found.values()) == {"went on"}


@forks
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forks_whose_parent_was_killed_stop_and_say_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def waits(tell: Any, stop: Stop) -> str:
        while not stop():
            tell(0.0)
        os.write(end, b"x")
        raise Interrupted("stopped")

    begin, end = os.pipe()
    child = os.fork()
    if child == 0:

        def killed(share: float) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        list(side_by_side([waits, waits], 2, killed, never))
    os.waitpid(child, 0)
    os.close(end)
    with os.fdopen(begin, "rb") as pipe:
        assert pipe.read() == b"xx"  # to its end: when both forks are gone
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_where_nothing_can_be_forked_the_same_is_done_in_turn(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fork", raising=False)
    monkeypatch.delattr(multiprocessing.context, "ForkProcess", raising=False)
    source = importlib.util.find_spec(side_by_side.__module__)
    assert source is not None and source.loader is not None
    there = importlib.util.module_from_spec(source)
    source.loader.exec_module(there)  # as it is imported on such a machine
    monkeypatch.setattr(sys, "platform", platform)
    told: list[float] = []
    jobs = [partial(squared, value) for value in range(3)]
    found = list(there.side_by_side(jobs, 3, told.append, never))
    assert not there.can_fork()
    assert found == [(place, (place * place, os.getpid())) for place in range(3)]
    assert sum(told) == 3
