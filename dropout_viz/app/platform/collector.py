"""Garbage is collected on the window's thread only.

Python collects cycles on whichever thread happens to allocate. If that is the trainer's, it may destroy Qt objects
there: their destructor holds one of Qt's locks and waits for the interpreter, while the window's thread holds the
interpreter and waits for that lock, for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Collector(QObject):
    """Collects by the interpreter's own thresholds, between two events of the thread that it lives on."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, if one is."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Leave it to the interpreter again."""
        self._timer.stop()
        gc.enable()
