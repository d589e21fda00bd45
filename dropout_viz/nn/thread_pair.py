"""Two lists of NumPy calls at the same time, on two threads.

NumPy lets go of the interpreter inside its loops and products, so two threads really share the work. The matrix library
could use two threads by itself, but it waits for them in a busy loop: on a machine that does anything else its products
then take ten times as long, and how it cuts a sum depends on the number of threads, so the last bits do too. Here the
cut belongs to the program: the same calls run in turn on one thread or side by side on two, with the same bits.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from contextvars import copy_context
from itertools import starmap
from operator import call
from types import TracebackType
from typing import Any, Self

BoundCall = tuple[Any, ...]
"""A function and its positional arguments."""


def run(calls: Sequence[BoundCall]) -> None:
    """Carry out calls in order."""
    # A loop without a line of Python in it: with calls of a third of a microsecond each, that saves a sixth.
    deque(starmap(call, calls), maxlen=0)


class ThreadPair:
    """A second thread at the caller's side, while the ``with`` block lasts."""

    def __init__(self) -> None:
        self._work: Sequence[BoundCall] | None = None
        self._fault: BaseException | None = None
        self._begin, self._done = threading.Semaphore(0), threading.Semaphore(0)
        # in the caller's context, which holds what NumPy does about overflow
        context = copy_context()
        self._thread = threading.Thread(target=lambda: context.run(self._serve), name="second half", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._work = None
        self._begin.release()
        self._thread.join()

    def both(self, mine: Sequence[BoundCall], other: Sequence[BoundCall]) -> None:
        """Carry out ``mine`` here and ``other`` on the second thread; return when both are done."""
        self._work = other
        self._begin.release()
        try:
            run(mine)
        finally:  # also when interrupted: the other half must not go on into the next step
            self._done.acquire()
        if self._fault is not None:
            raise self._fault

    def _serve(self) -> None:
        while True:
            self._begin.acquire()
            if self._work is None:
                return
            try:
                run(self._work)
            except BaseException as fault:  # handed to the caller, who waits for it
                self._fault = fault
            self._done.release()


def both(thread_pair: ThreadPair | None, mine: Sequence[BoundCall], other: Sequence[BoundCall]) -> None:
    """Carry out two lists of calls: side by side, or one after the other where there is no ``thread_pair``."""
    if thread_pair is None:
        run(mine)
        run(other)
    else:
        thread_pair.both(mine, other)
