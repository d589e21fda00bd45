"""Downloading from the command line: asked for first, with a bar on standard error where that is a terminal."""

from __future__ import annotations

import sys

from dropout_viz.data.fetch import FetchProgress
from dropout_viz.data.store import VARIABLE, DataStore
from dropout_viz.errors import MissingData, RunError, UserError


def download(missing: MissingData, sure: bool = False) -> None:
    """Download what is missing, and return when it is there. Ctrl-C keeps what has arrived for the next time.

    Nothing is downloaded unasked: a terminal asks; without one only who is ``sure`` gets it.

    Raises:
        UserError: it was not to be downloaded. RunError: no mirror had it, or it cannot be written.
    """
    if not sure:
        _ask(missing.store, missing.why)
    try:
        _download(missing.store)
    except RunError as error:
        raise RunError(f"{error}, or the files in the folder that {VARIABLE} names") from None


def _ask(store: DataStore, why: str) -> None:
    size = f"{store.bytes / 1e6:.0f} MB"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UserError(
            f"data = {store.key}: {why}; must be downloaded ({size}), which --yes allows, or be in the folder that "
            f"{VARIABLE} names, as {', '.join(store.sizes)}"
        )
    print(f"{store.title} {why}. Download it ({size}) to {store.cache}? [Y/n] ", end="", file=sys.stderr, flush=True)
    try:
        answer = input().strip().lower()
    except EOFError:
        answer = "n"
    if answer not in ("", "y", "yes"):
        raise UserError(f"{store.title} {why}; must be downloaded, or be in the folder that {VARIABLE} names")


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
