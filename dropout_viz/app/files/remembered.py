"""What the window remembers between starts, in a file that a thread writes.

Qt writes such a file on the thread that changed it, and waits for the disk: ten milliseconds where it is idle, a second
and more where others write.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QSettings, QThreadPool, QTimer


class Remembered(QSettings):
    """Settings whose changes are written by a thread, in the next turn of the event loop; ``sync`` writes them now."""

    def __init__(self, *where: Any) -> None:
        """Open the file; ``where``: as ``QSettings`` has it, of the format INI."""
        super().__init__(*where)
        self._writer = QThreadPool(self, maxThreadCount=1, expiryTimeout=0)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._write)

    def setValue(self, key: str, value: Any) -> None:
        super().setValue(key, value)
        self._soon.start()

    def remove(self, key: str) -> None:
        super().remove(key)
        self._soon.start()

    def event(self, event: QEvent) -> bool:
        """Qt's own wish to write is not heard."""
        return event.type() == QEvent.Type.UpdateRequest or super().event(event)

    def _write(self) -> None:
        self._writer.start(partial(_sync, self.fileName()))


def _sync(file: str) -> None:
    """Write what has been changed of a file, by whomever in this process: Qt shares it among all that open it."""
    QSettings(file, QSettings.Format.IniFormat).sync()
