"""A bar that says how far something has come."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """It is painted with all else. Qt's own paints itself at once whenever it is told something, and with it all of
    the window that has changed meanwhile."""

    def setValue(self, value: int) -> None:
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)

    def setRange(self, least: int, most: int) -> None:
        self.setUpdatesEnabled(False)
        super().setRange(least, most)
        self.setUpdatesEnabled(True)
