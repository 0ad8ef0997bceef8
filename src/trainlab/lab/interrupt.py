"""Ctrl-C and termination between two steps, never inside one."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

__all__ = ["Stop", "deferred"]

Stop = Callable[[], bool]
"""Whether the training should stop after this step, with its state saved."""

DEFAULTS = {
    signal.SIGINT: (signal.default_int_handler, signal.SIG_DFL),
    signal.SIGTERM: (signal.SIG_DFL,),
}


@contextmanager
def deferred() -> Iterator[Stop]:
    """Give a question that is true after the first Ctrl-C or SIGTERM; the second acts at once.

    Signals that somebody already handles keep their handler, and only a process's main thread can
    handle any: elsewhere the answer is never true.
    """
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    with ExitStack() as stack:
        for number, defaults in DEFAULTS.items():
            if signal.getsignal(number) in defaults:
                _handle(number, ask, stack)
        yield lambda: bool(asked)


def _handle(
    number: signal.Signals, handler: Callable[[int, FrameType | None], None], stack: ExitStack
) -> None:
    try:
        before = signal.signal(number, handler)
    except ValueError:  # not the main thread
        return
    stack.callback(signal.signal, number, before)
