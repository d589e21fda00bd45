"""Training for the command line: progress on a terminal, and Ctrl-C heard at a step boundary."""

from __future__ import annotations

import signal
import sys
import threading
import time

from dropout_viz.engine.arms import Arms


def advance_shown(run: Arms, steps: int) -> float:
    """Train, with progress on standard error where that is a terminal. Return the seconds it took.

    Raises:
        KeyboardInterrupt: Ctrl-C, after the step under way: the run is whole then, and can be saved.
    """
    begun, end = time.perf_counter(), run.step + steps
    shown, piece = begun, 1
    with _Interrupt() as interrupt:
        while run.step < end and not (run.stopped or interrupt.happened):
            before = time.perf_counter()
            run.advance(min(piece, end - run.step))
            now = time.perf_counter()
            if now - before < 0.05:
                piece *= 2  # pieces of about a tenth of a second, so that Ctrl-C is heard
            if sys.stderr.isatty() and now - shown > 0.2:
                shown = now
                print(f"\rstep {run.step:,} of {end:,}", end="", file=sys.stderr, flush=True)
        if shown > begun:
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)
    if interrupt.happened:
        raise KeyboardInterrupt
    return time.perf_counter() - begun


class _Interrupt:
    """Notes Ctrl-C; the second time it takes effect at once."""

    def __init__(self) -> None:
        self.happened = False

    def __enter__(self) -> _Interrupt:
        own = threading.current_thread() is threading.main_thread()
        self._before = signal.signal(signal.SIGINT, self._hear) if own else None
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, number: int, frame: object) -> None:
        if self.happened:
            raise KeyboardInterrupt
        self.happened = True
