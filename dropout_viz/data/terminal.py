"""Downloading from the command line: a bar on standard error where that is a terminal, else one line."""

from __future__ import annotations

import sys

from dropout_viz.data.fetch import FetchProgress
from dropout_viz.data.store import VARIABLE, DataStore
from dropout_viz.errors import MissingData, RunError


def download(missing: MissingData) -> None:
    """Download what is missing, and return when it is there. Ctrl-C keeps what has arrived for the next time.

    Raises:
        RunError: no mirror had it, or it cannot be written.
    """
    try:
        _download(missing.store)
    except RunError as error:
        raise RunError(f"{error}, or the files in the folder that {VARIABLE} names") from None


def _download(store: DataStore) -> None:
    size = f"{store.bytes / 1e6:.0f} MB"
    if not sys.stderr.isatty():
        print(f"downloading {store.title} ({size}) to {store.cache}", file=sys.stderr)
        store.download(lambda progress: None).run()
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
        task = bar.add_task(store.title, total=store.bytes, host="")

        def show(told: FetchProgress) -> None:
            bar.update(task, completed=told.done, total=told.total, host=told.host)

        store.download(show).run()
    print(f"{store.title} is in {store.cache}", file=sys.stderr)
