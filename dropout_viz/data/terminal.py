"""Downloading from the command line: a bar on standard error where that is a terminal, else one line."""

from __future__ import annotations

import sys

from dropout_viz.data.fetch import FetchProgress
from dropout_viz.data.shelf import VARIABLE, Shelf
from dropout_viz.errors import MissingData, RunError


def download(missing: MissingData) -> None:
    """Download what is missing, and return when it is there. Ctrl-C keeps what has arrived for the next time.

    Raises:
        RunError: no mirror had it, or it cannot be written.
    """
    try:
        _download(missing.shelf)
    except RunError as error:
        raise RunError(f"{error}, or the files in the folder that {VARIABLE} names") from None


def _download(shelf: Shelf) -> None:
    size = f"{shelf.bytes / 1e6:.0f} MB"
    if not sys.stderr.isatty():
        print(f"downloading {shelf.title} ({size}) to {shelf.cache}", file=sys.stderr)
        shelf.download(lambda progress: None).run()
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
        bars.TextColumn("[dim]{task.fields[host]}"),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(shelf.title, total=shelf.bytes, host="")

        def show(told: FetchProgress) -> None:
            bar.update(task, completed=told.done, total=told.total, host=told.host)

        shelf.download(show).run()
    print(f"{shelf.title} is in {shelf.cache}", file=sys.stderr)
