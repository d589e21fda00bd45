"""What greys a view that stays at an older step than the window: nobody takes its numbers for those of now."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.draw.painting import Painted

_SHADE = 0.5
_PATIENCE_MS = 500
"""How long a view may show one and the same older step: one that goes on, a little behind, is not greyed."""


class LateCover(Painted):
    """An overlay of the panel's colour over all of a widget; the mouse goes through it. Hidden it costs nothing."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme, self._over = theme, over
        self._step: int | None = None
        self._waiting = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._waiting.timeout.connect(self._cover)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        over.installEventFilter(self)

    def note(self, step: int | None) -> None:
        """Note which older step is shown, None where it is the window's own."""
        if step != self._step:
            self._step = step
            self.hide()
            self._waiting.stop() if step is None else self._waiting.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._over.rect())
        return False

    def _cover(self) -> None:
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()

    def draw(self, painter: QPainter) -> None:
        shade = QColor(self._theme.style.panel)
        shade.setAlphaF(_SHADE)
        painter.fillRect(self.rect(), shade)
