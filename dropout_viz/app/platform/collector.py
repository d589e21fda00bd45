"""Garbage is collected on the window's thread only.

Python collects cycles on whichever thread happens to allocate. If that is the trainer's, it may destroy Qt objects
there: their destructor holds one of Qt's locks and waits for the interpreter, while the window's thread holds the
interpreter and waits for that lock, for ever.

Nearly all that there is has been made by importing, and stays: 130,000 objects, to look through which takes a tenth of
a second. Once looked through, after something has been imported, it is left alone.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500
_SOME = 10  # modules


class Collector(QObject):
    """Collects by the interpreter's own thresholds, between two events of the thread that it lives on."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._modules = 0  # that had been imported when what there was was left alone last
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, if one is."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                if generation == 2 and len(sys.modules) >= self._modules + _SOME:
                    self.leave_alone()
                return

    def leave_alone(self) -> None:
        """Do not look through what there is now any more."""
        self._modules = len(sys.modules)
        gc.freeze()

    def stop(self) -> None:
        """Leave it to the interpreter again."""
        self._timer.stop()
        gc.enable()
