"""A black screen, while somebody speaks of something else; any key and any click lift it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from dropout_viz.app.presenting.overlay import Overlay


class BlackScreen(Overlay):
    """Covers the whole window."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # any key lifts it before it does anything else
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.leave()

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
