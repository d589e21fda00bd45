"""What is laid over the whole window, on top of everything, until it is left; it has the focus while it is there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from dropout_viz.app.look.theme import Theme
from dropout_viz.draw.painting import Painted


class Overlay(Painted):
    """A dimmed window with something over it. It gives the focus back to whatever had it."""

    SHADE = 0.6
    """How much of the window it covers, from 0 to 1."""
    BELOW_CARDS = False
    """Whether cards and messages lie above it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme, self._window = theme, window
        self._before: QWidget | None = None
        window.installEventFilter(self)
        self.hide()

    def come(self, focus: QWidget) -> None:
        """Cover the window; ``focus``: the part of it that keys are for."""
        self._before = self._window.focusWidget()
        self._fit()
        self.raise_()
        self.show()
        focus.setFocus()

    def leave(self) -> None:
        """Uncover the window and give the focus back."""
        if self.isVisible():
            inside = self._window.focusWidget()
            if inside is not None and self.isAncestorOf(inside):
                inside.clearFocus()  # else Qt gives the focus to whatever Tab comes to first
            self.hide()
            if self._before is not None and isValid(self._before):
                self._before.setFocus()
            self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()

    def draw(self, painter: QPainter) -> None:
        shade = QColor(self._theme.style.window)
        shade.setAlphaF(self.SHADE)
        painter.fillRect(self.rect(), shade)

    def _fit(self) -> None:
        """Take the window's size, and place what lies over it."""
        self.setGeometry(self._window.rect())


def raise_overlays(window: QWidget) -> None:
    """Put what is laid over a window back on top, after something else has been raised."""
    for child in window.children():
        if isinstance(child, Overlay) and child.isVisible() and not child.BELOW_CARDS:
            child.raise_()
