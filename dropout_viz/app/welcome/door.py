"""The way to the welcome. What that consists of is imported and read when it is first asked for, beside the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from dropout_viz.views.worker import Worker

if TYPE_CHECKING:
    from dropout_viz.app.welcome.welcome import Welcome
    from dropout_viz.app.workbench import Workbench


def _furnish() -> Callable[[Workbench], Welcome]:
    """Import what furnishes it, and read what it tells of; on whatever thread."""
    from dropout_viz.app.welcome import window_welcome  # not before someone asks for it

    window_welcome.read_all()
    return window_welcome.WindowWelcome


class WelcomeDoor(QObject):
    """Opens and closes a window's welcome.

    Signals:
        asked_for: it is to open, or to close.

    Attributes:
        welcome: the welcome, once it has been asked for.
    """

    asked_for = Signal()

    def __init__(self, parts: Workbench) -> None:
        super().__init__(parts)
        self._parts = parts
        self.welcome: Welcome | None = None
        self._reader = Worker(self, "welcome", 0.0)
        self._reader.done.connect(self._open)

    @property
    def is_open(self) -> bool:
        """Whether the welcome is there."""
        return self.welcome is not None and self.welcome.isVisible()

    def toggle(self) -> None:
        """Show it, or leave it."""
        self.asked_for.emit()
        if self.welcome is not None:
            self.welcome.toggle()
        elif not self._reader.busy:
            self._reader.ask(_furnish, now=True)
        self._parts.top_bar.welcome.setChecked(self.is_open)  # a click has changed that, whatever comes of it

    def close(self) -> None:
        """End whatever is on its way; the window is about to close."""
        self._reader.close()
        if self.welcome is not None:
            self.welcome.finish()

    def _open(self, make: Callable[[Workbench], Welcome]) -> None:
        if self.welcome is None:
            self.welcome = make(self._parts)
            QTimer.singleShot(0, self.welcome, self.welcome.open)
