"""Threads that are not waited for any longer: what they do is of no use to anybody, and may take long.

They must not meet the end of Python. It takes a daemon thread away wherever that stands, and where it stands in
compiled code, as in a validation or an import, the whole process is aborted.
"""

from __future__ import annotations

import atexit
import threading
import time

_PATIENCE = 5.0  # seconds for all of them, when nothing is to be seen of the program any more
_late: list[threading.Thread] = []


def leave(thread: threading.Thread) -> None:
    """Wait for a thread no longer, but once more when the program ends."""
    if thread.is_alive():
        if not _late:
            atexit.register(_wait)
        _late.append(thread)


def _wait() -> None:
    end = time.monotonic() + _PATIENCE
    for thread in _late:
        thread.join(max(0.0, end - time.monotonic()))
