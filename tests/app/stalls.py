"""Does the window's thread stop? A beat in its event loop, and a watchman beside it who writes down what it was doing.

    with Stalls() as stalls:
        ...  # clicks, keys, waitUntil
    assert stalls.longest < 0.25, stalls.report()

What is judged is the thread's *own computing* between two beats, in seconds of processor time: on a busy machine a
beat comes late though nothing stops the window. The clock on the wall tells more only where a processor was free
meanwhile: then the thread has waited for something else, a lock or a disk (``waited``).
"""

from __future__ import annotations

import faulthandler
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

_BEAT_MS = 4
_LOOK = 0.02  # seconds between two looks of the watchman
_FREE = 0.9  # processors that have nothing to do, on average: the thread could have had one to itself


@dataclass
class Stall:
    """The event loop did not turn for a while.

    Attributes:
        began: seconds since the watch began. computing: seconds of processor time of the window's thread in it.
        lasted: seconds on the wall. where: what Python was at, last line last; "" where the watchman saw nothing.
        free: how many processors had nothing to do meanwhile, on average; 0 where nobody can tell.
    """

    began: float
    computing: float
    lasted: float
    where: str = ""
    free: float = 0.0

    @property
    def waited(self) -> float:
        """Seconds that it did not compute though there was a processor for it."""
        return self.lasted - self.computing if self.free >= _FREE else 0.0

    def __str__(self) -> str:
        own = f"{1e3 * self.computing:.0f} ms of computing, {1e3 * self.lasted:.0f} ms in all"
        return f"{own}, {self.free:.1f} processors free\n{self.where}"


class Stalls(QObject):
    """Watches the thread that it is made on, which must be the one of Qt's event loop.

    Attributes:
        found: every stop of at least ``least`` seconds of computing, or of four times that on the wall.
    """

    def __init__(self, least: float = 0.05) -> None:
        super().__init__()
        self.least = least
        self.found: list[Stall] = []
        self._ident = threading.get_ident()
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)
        self._over = threading.Event()
        self._watchman = threading.Thread(target=self._watch, name="watchman", daemon=True)
        self._seen: list[tuple[float, str]] = []  # (wall, stack) since the last beat
        self._idle: tuple[float, float] | None = None  # (wall, idle seconds of all processors) since the last beat
        self._begun = self._wall = time.perf_counter()
        self._cpu = time.thread_time()

    def __enter__(self) -> Stalls:
        self._begun = self._wall = time.perf_counter()
        self._cpu = time.thread_time()
        self._timer.start()
        self._watchman.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._note()  # what is going on now counts too
        self._timer.stop()
        self._over.set()
        self._watchman.join()

    @property
    def longest(self) -> float:
        """Seconds of computing of the worst stop; 0 where there was none."""
        return max((stall.computing for stall in self.found), default=0.0)

    @property
    def waited(self) -> float:
        """Seconds that the thread waited at most for something else than a processor."""
        return max((stall.waited for stall in self.found), default=0.0)

    def report(self, most: int = 5) -> str:
        """Return the worst stops in words, with what Python was at."""
        worst = sorted(self.found, key=lambda stall: -stall.computing)[:most]
        return "\n".join(f"after {s.began:.2f} s: {s}" for s in worst)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What the test itself computes meanwhile is nobody's stall."""
        self._note()
        self._timer.stop()  # the event loop may turn meanwhile
        try:
            yield
        finally:
            self._again()
            self._timer.start()

    def _note(self) -> None:
        computing, lasted = time.thread_time() - self._cpu, time.perf_counter() - self._wall
        if computing >= self.least or lasted >= 4 * self.least:
            seen = self._seen
            where = seen[len(seen) // 2][1] if seen else ""
            self.found.append(Stall(self._wall - self._begun, computing, lasted, where, self._free()))
        self._again()

    def _free(self) -> float:
        """Return how many processors had nothing to do since the watchman first looked."""
        before, now = self._idle, idle_seconds()
        if before is None or now is None:
            return 0.0
        return (now - before[1]) / max(_LOOK, time.perf_counter() - before[0])

    def _again(self) -> None:
        self._seen, self._idle = [], None
        self._wall, self._cpu = time.perf_counter(), time.thread_time()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            away = time.perf_counter() - self._wall
            idle = idle_seconds() if away > _LOOK and self._idle is None else None
            if idle is not None:
                self._idle = (time.perf_counter(), idle)
            if away > self.least:
                self._seen.append((time.perf_counter(), self._stack()))

    def _stack(self) -> str:
        """Return what the watched thread is at, last line last.

        A frame taken with ``sys._current_frames`` would keep its locals: a painter that outlives its paintEvent ends in
        a crash. The fault handler reads the stack without touching any object.
        """
        with tempfile.TemporaryFile("w+") as told:
            faulthandler.dump_traceback(told, all_threads=True)
            told.seek(0)
            blocks = told.read().split("\n\n")
        mine = next((b for b in blocks if f"0x{self._ident:016x}" in b), "")
        return "\n".join(reversed(mine.splitlines()[1:13]))


def idle_seconds() -> float | None:
    """Return how long all processors have had nothing to do, added up; None where the system does not say."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
        return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
