"""What labs have found: read from the cache once, on a thread, and added to as labs end."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from dropout_viz import registry
from dropout_viz.labs import keeping
from dropout_viz.labs.keeping import Kept
from dropout_viz.labs.lab import load_lab
from dropout_viz.labs.store import Store
from dropout_viz.views.worker import Worker

_MOST = 12  # results of a lab that are held in memory


class Results(QObject):
    """The results of each lab, the newest first.

    Signals:
        read: those of earlier days are there. said: (text, level): that some could not be read.
    """

    read = Signal()
    said = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: dict[str, list[Kept]] = {}
        self._reader = Worker(self, "results", 0.0)
        self._reader.done.connect(self._take)
        self._reader.ask(_read, now=True)

    def of(self, key: str) -> list[Kept]:
        """Return a lab's results."""
        return self._found.get(key, [])

    def add(self, kept: Kept) -> None:
        """Take in what a lab has just found."""
        self._found[kept.key] = [kept, *self.of(kept.key)][:_MOST]

    def close(self) -> None:
        """Read nothing more."""
        self._reader.close()

    def _take(self, read: tuple[list[Kept], list[str]]) -> None:
        earlier, lost = read
        for kept in earlier:
            self._found.setdefault(kept.key, []).append(kept)
        for said in lost:
            self.said.emit(said, "warning")
        self.read.emit()


def _read() -> tuple[list[Kept], list[str]]:
    lost: list[str] = []
    return [kept for key in registry.entries("labs") for kept in keeping.last(Store(), key, lost.append)], lost


def title(kept: Kept) -> str:
    """Return a result in a line: when it was there, what it says, and with which settings."""
    return f"{when(kept)}: {kept.result.verdict}{'' if kept.whole else ' so far'}, {settings(kept)}"


def settings(kept: Kept) -> str:
    """Return the settings of a result in a few words."""
    return keeping.settings(load_lab(kept.key).Options, kept.options)


def when(kept: Kept) -> str:
    """Return the day and the time of a result, of today the time alone."""
    then, now = time.localtime(kept.when), time.localtime()
    clock = f"{then.tm_hour:02}:{then.tm_min:02}"
    if then[:3] == now[:3]:
        return f"Today {clock}"
    year = f" {then.tm_year}" if then.tm_year != now.tm_year else ""
    return f"{then.tm_mday} {_MONTHS[then.tm_mon - 1]}{year} {clock}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
