"""Training for the command line: progress on a terminal, and Ctrl-C heard at a step boundary."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.replay import Going
from dropout_viz.errors import UserError

_SILENT = 5.0
"""Seconds for which nothing needs to be said."""


def advance_shown(run: Arms, steps: int) -> float:
    """Train, with progress on standard error. Return the seconds it took.

    Raises:
        KeyboardInterrupt: Ctrl-C, after the step under way: the run is whole then, and can be saved.
    """
    begun, end = time.perf_counter(), run.step + steps
    shown, piece, lines = begun, 1, _Lines()
    stopped = ""  # by these steps: going on after a stop is allowed
    with _Interrupt() as interrupt:
        while run.step < end and not (stopped or interrupt.happened):
            before = time.perf_counter()
            run.advance(min(piece, end - run.step))
            stopped = run.stopped
            now = time.perf_counter()
            if now - before < 0.05:
                piece *= 2  # pieces of about a tenth of a second, so that Ctrl-C is heard
            if not sys.stderr.isatty():
                lines("training", run.step, end)
            elif now - shown > 0.2:
                shown = now
                print(f"\rstep {run.step:,} of {end:,}", end="", file=sys.stderr, flush=True)
        if shown > begun:
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)
    if interrupt.happened:
        raise KeyboardInterrupt
    return time.perf_counter() - begun


@contextmanager
def shown(title: str) -> Iterator[Going]:
    """Yield what is told how far something is, shows that, and says to stop after Ctrl-C.

    Raises:
        KeyboardInterrupt: Ctrl-C, at the end.
    """
    with _Interrupt() as interrupt, _bar(title) as show:

        def going(done: int, of: int) -> bool:
            show(done, of)
            return not interrupt.happened

        try:
            yield going
        except UserError:
            if not interrupt.happened:
                raise
    if interrupt.happened:
        raise KeyboardInterrupt


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows progress on standard error."""
    if not sys.stderr.isatty():
        lines = _Lines()
        yield lambda done, of: lines(title, done, of)
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


class _Lines:
    """Says how far something is where there is no terminal: after some seconds, and whenever it took twice as long."""

    def __init__(self) -> None:
        self._begun, self._due = time.perf_counter(), _SILENT

    def __call__(self, title: str, done: int, of: int) -> None:
        seconds = time.perf_counter() - self._begun
        if seconds > self._due and done < of:
            self._due = 2 * seconds
            print(f"{title}: {done:,} of {of:,} after {seconds:.0f} s", file=sys.stderr, flush=True)


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
