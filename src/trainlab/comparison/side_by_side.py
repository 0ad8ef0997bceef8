"""Jobs side by side, each in a process of its own that is forked from this one.

A fork begins with all that this process holds, data and networks, and sends back only what it
found. Threads would not do: the operations of small networks are so short that half of the time is
Python's, which one thread at a time may run. As in torch's own loader, a fork uses one thread, so
that it never waits for a pool of threads that was not forked with it.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import torch

from trainlab.errors import Interrupted, ResourceError, TrainlabError
from trainlab.places import line_of, told

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess  # Windows has none

__all__ = ["Job", "Stop", "can_fork", "side_by_side"]

T = TypeVar("T")
Tell = Callable[[float], None]
Stop = Callable[[], bool]
Job = Callable[[Tell, Stop], T]
"""Is given whom to tell of its progress, and what to ask whether to stop."""
PATIENCE = 0.1
"""Seconds between two looks at whether to stop."""


def can_fork() -> bool:
    """Whether processes can be forked safely: on Linux, before a GPU was touched."""
    return sys.platform == "linux" and not torch.cuda.is_initialized()  # type: ignore[no-untyped-call]


def side_by_side(
    jobs: Sequence[Job[T]], cores: int, tell: Tell, stop: Stop
) -> Iterator[tuple[int, T]]:
    """Run the jobs, as many at a time as there are cores; give place and result as they end.

    Raises what a job raised, or ResourceError for one that was killed, once all others have
    stopped: who is asked to stop may save something first.
    """
    if cores < 2 or len(jobs) < 2 or not can_fork():
        for place, job in enumerate(jobs):
            yield place, job(tell, stop)
        return
    crew = _Crew(jobs, tell, stop)
    try:
        while crew.running or (crew.waiting and crew.fault is None):
            while crew.waiting and len(crew.running) < cores and crew.fault is None:
                crew.begin()
            yield from crew.heard()
        if crew.fault is not None:
            raise crew.fault
    finally:
        crew.end()


class _Crew(Generic[T]):
    """The processes at work, and what each says."""

    def __init__(self, jobs: Sequence[Job[T]], tell: Tell, stop: Stop) -> None:
        self.jobs, self.tell, self.stop = jobs, tell, stop
        self.context = get_context("fork")
        self.asked: Event = self.context.Event()
        self.waiting = list(range(len(jobs)))
        self.running: dict[Connection, tuple[int, ForkProcess]] = {}
        self.fault: BaseException | None = None

    def begin(self) -> None:
        """Fork a process for the next job."""
        place = self.waiting.pop(0)
        ours, theirs = self.context.Pipe(duplex=False)
        parent = _Parent(os.getpid(), [ours, *self.running])
        arguments = (self.jobs[place], theirs, self.asked, self.stop, parent)
        process = self.context.Process(target=_work, args=arguments, daemon=True)
        with warnings.catch_warnings():  # Python 3.12 and later warn of any fork beside threads
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        theirs.close()
        self.running[ours] = place, process

    def heard(self) -> Iterator[tuple[int, T]]:
        """Take in what was said, and give the results among it."""
        if self.stop():
            self.asked.set()
        for pipe in wait(list(self.running), timeout=PATIENCE):
            if not isinstance(pipe, Connection):
                continue
            place, process = self.running[pipe]
            kind, said = _received(pipe)
            if kind == "share":
                self.tell(said)
                continue
            del self.running[pipe]
            process.join()
            if kind == "fault":
                self._stop(said)
            else:
                yield place, said

    def _stop(self, fault: BaseException) -> None:
        """Let all stop for a fault; of several, one that says more than that it was stopped."""
        self.asked.set()
        if self.fault is None or isinstance(self.fault, Interrupted):
            self.fault = fault

    def end(self) -> None:
        """Let nobody go on."""
        self.asked.set()
        for pipe, (_, process) in self.running.items():
            process.terminate()
            process.join()
            pipe.close()


class _Parent(NamedTuple):
    """Who forks, as he was then: a fork that begins late finds him gone already."""

    pid: int
    reads: list[Connection]
    """Open in the fork too: one that left them open would wait to be read by itself."""


def _work(job: Job[Any], pipe: Connection, asked: Event, stop: Stop, parent: _Parent) -> None:
    for each in parent.reads:
        each.close()
    torch.set_num_threads(1)
    os.environ["OMP_NUM_THREADS"] = "1"  # a training that is placed here asks for it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is heard by who asks, and he asks
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def tell(kind: str, said: Any) -> None:
        with suppress(BrokenPipeError):  # nobody listens any more
            pipe.send((kind, said))

    def stops() -> bool:
        return asked.is_set() or os.getppid() != parent.pid or stop()

    try:
        tell("found", job(partial(tell, "share"), stops))
    except BaseException as fault:  # told to whoever asked, who raises it
        # no traceback goes through a pipe: the line of the user's own code is told here
        tell("fault", told(fault) if line_of(fault) and _is_raw(fault) else fault)


def _is_raw(fault: BaseException) -> bool:
    """Whether a fault says no more than Python does."""
    return isinstance(fault, Exception) and not isinstance(fault, TrainlabError)


def _received(pipe: Connection) -> tuple[str, Any]:
    try:
        kind, said = pipe.recv()
    except EOFError:
        return "fault", ResourceError(
            "a process that was training was killed",
            next_step="there may be too little memory: compare fewer arms or seeds at a time",
        )
    return kind, said
