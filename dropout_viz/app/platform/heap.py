"""What was freed goes back to the system.

The C library keeps freed memory for the next who asks, and gives back only what lies at the end of its pools: after
some thousand actions (runs, pictures, films, labs) a window occupied 840 MiB of which 80 were in use. glibc gives the
rest back when it is asked to, which takes about a quarter of a millisecond a MiB, on a thread of its own. And it has a
pool for each of up to sixteen threads at a time, each of which keeps pages that are nearly empty: two of them must do,
one for the window and one for all that computes beside it. What is large, a picture of the window or a layer's weights,
has pages of its own, which go back when it is freed: glibc would take it into the pools after the first that was freed,
where small things that stay come to lie between large ones that go.
"""

from __future__ import annotations

import ctypes
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 5_000
_GROWN = 32  # mebibytes that the process may occupy more than after the last time
_PAGE = 4096
_ARENA_MAX, _POOLS = -8, 2  # glibc's name for how many pools there may be
_MMAP_THRESHOLD, _LARGE = -3, 1 << 20  # and for how many bytes have pages of their own


class Heap(QObject):
    """Looks now and then whether the process has grown, and has freed memory given back if so."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        _settle_pools()
        self._least = occupied()
        self._worker: threading.Thread | None = None
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Give memory back if the process has grown; nothing waits for it."""
        now = occupied()
        self._least = min(self._least, now)
        if now > self._least + _GROWN and not self.giving:
            self._worker = threading.Thread(target=self._give, name="heap", daemon=True)
            self._worker.start()

    @property
    def giving(self) -> bool:
        """Whether memory is being given back."""
        return self._worker is not None and self._worker.is_alive()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        if self._worker is not None:
            self._worker.join()

    def _give(self) -> None:
        give_back()
        self._least = occupied()


def give_back() -> None:
    """Have glibc give back what was freed; another C library is left alone."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, TypeError, AttributeError):
        return


def _settle_pools() -> None:
    """Have glibc make no more than two pools, without what is large; another C library is left alone."""
    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _POOLS)
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
    except (OSError, TypeError, AttributeError):
        return


def occupied() -> float:
    """Return the mebibytes of memory that the process occupies; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 2**20
    except (OSError, ValueError, IndexError):
        return 0.0
