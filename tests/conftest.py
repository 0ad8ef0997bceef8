"""What all tests share: one thread, few examples, and the same ones in CI each time."""

from __future__ import annotations

import os
import signal

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read by torch when it is imported

import pytest
import torch
from hypothesis import HealthCheck, settings

settings.register_profile(
    "trainlab",
    deadline=None,  # a shared machine is slow when it likes
    derandomize="CI" in os.environ,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("trainlab")


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Keep torch to one thread: sums come out in one order, and workers do not crowd."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def ctrl_c_acts() -> None:
    """Undo what a shell does to its jobs in the background: there a Ctrl-C is ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def same_torch_seed() -> None:
    """Start every test from one torch seed: for data made by tests, the package never reads it."""
    torch.manual_seed(0)
