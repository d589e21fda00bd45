"""A lab on the command line: progress on standard error, and Ctrl-C keeps what is finished."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dropout_viz.labs import files
from dropout_viz.labs.cost import duration, roughly
from dropout_viz.labs.lab import Cancelled, Finding, Lab, LabResult, Progress, Tell, expected
from dropout_viz.labs.options import Options
from dropout_viz.labs.store import Store

_EVERY = 5.0
"""Seconds between two lines of a lab that has no terminal."""
_KNOWN = 0.02
"""The share of the work that tells how long the rest takes."""


@dataclass(frozen=True)
class Outcome:
    """``result``: what was found, None for nothing at all. ``whole``: whether the lab came to its end."""

    result: LabResult | None
    whole: bool


def print_table(results: Sequence[Finding]) -> None:
    """Print the numbers on standard output: wrapped to the window on a terminal, elsewhere a line for each result."""
    if not sys.stdout.isatty():
        print("\n".join(files.table(results)))
        return
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("", "published", "measured", "criterion", ""):
        table.add_column(column)
    colours = {"agrees": "green", "disagrees": "red", "undecided": "yellow"}
    for f in results:
        cells = (f.name, files.number(f.published), files.number(f.measured), f.tolerance)
        table.add_row(*map(escape, cells), f"[{colours.get(f.verdict, 'bold')}]{f.verdict}[/]")
    Console().print(table)


def run_shown(lab: Lab, options: Options, store: Store) -> Outcome:
    """Run a lab here. Ctrl-C ends it at its next word; the second time it takes effect at once."""
    parts: list[LabResult] = []
    if not sys.stderr.isatty() and (took := expected(lab, options)) > _EVERY:
        print(f"{lab.TITLE}: {roughly(took)}, if nothing of it is kept", file=sys.stderr, flush=True)
    with _interrupt() as asked, _bar(lab.TITLE) as show:
        tell = Tell(show, asked.is_set, parts.append, store)
        try:
            return Outcome(lab.run(options, tell), True)
        except Cancelled:
            return Outcome(parts[-1] if parts else None, False)


class ProgressLines:
    """Says how far a lab is where there is no terminal, every few seconds, and how long it will still take."""

    def __init__(self, title: str) -> None:
        self._title, self._begun, self._due = title, time.monotonic(), _EVERY

    def __call__(self, told: Progress) -> None:
        took = time.monotonic() - self._begun
        if took < self._due or not 0 < told.share < 1:
            return
        self._due = took + _EVERY
        said = f"{100 * told.share:.0f} %" + (f", {told.text}" if told.text else "")
        if told.share >= _KNOWN:
            said += f"; about {duration(took * (1 - told.share) / told.share)} left"
        print(f"{self._title}: {said}", file=sys.stderr, flush=True)


@contextmanager
def _bar(title: str) -> Iterator[Any]:
    """Yield what shows progress: a bar with the time left on a terminal, elsewhere a line now and then."""
    if not sys.stderr.isatty():
        yield ProgressLines(title)
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.BarColumn(),
        bars.TaskProgressColumn(),
        bars.TimeElapsedColumn(),
        bars.TextColumn("[dim]left"),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.description}", markup=False),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True, speed_estimate_period=120) as bar:
        task = bar.add_task(title, total=1.0)

        def show(told: Progress) -> None:
            bar.update(task, completed=told.share, description=told.text)

        yield show


@contextmanager
def _interrupt() -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl-C sets."""
    asked = threading.Event()

    def hear(number: int, frame: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, hear)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
