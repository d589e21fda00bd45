"""A lab on the command line: progress on standard error where that is a terminal, and Ctrl-C keeps what is finished."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dropout_viz.labs import files
from dropout_viz.labs.lab import Cancelled, Finding, Lab, LabResult, Progress, Tell
from dropout_viz.labs.options import Options
from dropout_viz.labs.store import Store


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
    colours = {"agrees": "green", "disagrees": "red"}
    for f in results:
        cells = (f.name, files.number(f.published), files.number(f.measured), f.tolerance)
        table.add_row(*map(escape, cells), f"[{colours.get(f.verdict, 'yellow')}]{f.verdict}[/]")
    Console().print(table)


def run_shown(lab: Lab, options: Options, store: Store) -> Outcome:
    """Run a lab here. Ctrl-C ends it at its next word; the second time it takes effect at once."""
    parts: list[LabResult] = []
    with _interrupt() as asked, _bar(lab.TITLE) as show:
        tell = Tell(show, asked.is_set, parts.append, store)
        try:
            return Outcome(lab.run(options, tell), True)
        except Cancelled:
            return Outcome(parts[-1] if parts else None, False)


@contextmanager
def _bar(title: str) -> Iterator[Any]:
    """Yield what shows progress: a bar with the time left on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda progress: None
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
