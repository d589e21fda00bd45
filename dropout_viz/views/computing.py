"""What lies over a view whose picture is still being computed: nothing of an earlier run is seen below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text

SAID = "computing …"
_PATIENCE_MS = 300
"""How long it says nothing: what is there sooner needs no word, which would only flicker."""


class Computing(Painted):
    """An overlay of the panel's colour over all of a widget, hidden at first; the mouse goes through it."""

    def __init__(self, over: QWidget, style: Callable[[], Style]) -> None:
        """Make one; ``style``: tells the colours of now."""
        super().__init__(over)
        self._over, self._style = over, style
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        over.installEventFilter(self)

    def cover(self) -> None:
        """Cover what is on show, at once; what for is said if that lasts."""
        self.take_zoom(getattr(self._over, "zoom", 1.0))
        self.setGeometry(QWidget.rect(self._over))
        self._patience.start()
        self.show()
        self.raise_()

    def uncover(self) -> None:
        """Show what lies below again."""
        self._patience.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(QWidget.rect(self._over))
        return super().eventFilter(watched, event)

    def draw(self, p: QPainter) -> None:
        style = self._style()
        p.fillRect(self.rect(), QColor(style.panel))
        if not self._patience.isActive():
            centre = self.rect().center()
            draw_text(p, centre.x(), centre.y(), SAID, look.BODY, QColor(style.dim), align=0.5)
