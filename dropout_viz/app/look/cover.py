"""What a window shows while everything in it takes another size and another zoom: one plain surface, and never some
parts as they were beside others as they will be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.draw.paint_turns import paint_turns
from dropout_viz.draw.painting import Painted

_PATIENCE_MS = 8_000  # nobody is left with an empty window, whatever goes on in it


class WindowCover(Painted):
    """Lies over all of a window until that says that everything is in place. What lies below is not painted."""

    def __init__(self, window: QWidget, in_place: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._in_place = window, in_place
        self._since = QElapsedTimer()
        self._looking = QTimer(self, interval=0)
        self._looking.timeout.connect(self._look)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def come(self) -> None:
        """Cover the window until everything in it is in place."""
        self._since.start()
        self._window.installEventFilter(self)
        self._fit()
        self.show()
        self._looking.start()
        paint_turns().hold(True)

    def leave(self) -> None:
        """Uncover it."""
        if self._looking.isActive():
            self._looking.stop()
            self._window.removeEventFilter(self)
            self.hide()
            paint_turns().hold(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), paint_turns().plain)

    def _fit(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()

    def _look(self) -> None:
        if self._in_place() or self._since.hasExpired(_PATIENCE_MS):
            self.leave()
        elif self._window.children()[-1] is not self:
            self.raise_()
