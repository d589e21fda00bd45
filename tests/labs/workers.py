"""Work for other processes, in a file of its own: they import little."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from dropout_viz.errors import UserError
from dropout_viz.labs.pool import Progress


def dies_once(item: tuple[str, int, int], progress: Progress) -> int:
    """Return the square of a number; the first time that another process does it, that process dies."""
    folder, test, number = item
    marker = Path(folder) / "died"
    if os.getpid() != test and not marker.exists():
        marker.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    progress(0.5)
    return number * number


def dies(test: int, progress: Progress) -> int:
    """Return the number of this process, if it is the test's; any other dies."""
    if os.getpid() != test:
        os.kill(os.getpid(), signal.SIGKILL)
    return test


def refuses(item: int, progress: Progress) -> int:
    progress(0.5)
    raise UserError(f"item {item}: must be another")
