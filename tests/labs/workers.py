"""Work for other processes, in a file of its own: they import little."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from dropout_viz.errors import UserError
from dropout_viz.labs.pool import Progress


def dies_once(item: tuple[str, int], progress: Progress) -> int:
    folder, number = item
    marker = Path(folder) / "died"
    if number == 2 and not marker.exists():
        marker.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    with (Path(folder) / f"{number}.log").open("a") as log:
        log.write("done\n")
    return number * number


def dies(item: int, progress: Progress) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return item


def refuses(item: int, progress: Progress) -> int:
    progress(0.5)
    raise UserError(f"item {item}: must be another")
