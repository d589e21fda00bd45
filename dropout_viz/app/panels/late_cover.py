"""What greys a view that stays at an older step than the window, and says so: its numbers are not those of now."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.text import draw_text, first_fitting, text_width

_SHADE = 0.5
_PATIENCE_MS = 1_500
"""How long a view may show one and the same older step at least: one that goes on, behind the others, does not
flicker."""
_OWN_PACE = 1.5
"""Times what the answer before took: a view whose answers take longer than that patience is greyed once, not between
every two of them."""
_LONGEST_MS = 15_000  # whatever its pace
_HIGH = 22  # of the line of words, in pixels


class LateCover(Painted):
    """An overlay of the panel's colour over all of a widget; the mouse goes through it. Hidden it costs nothing."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme, self._over = theme, over
        self._step: int | None = None
        self._waiting = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._waiting.timeout.connect(self._cover)
        self._since = QElapsedTimer()  # the step that is shown has been
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        over.installEventFilter(self)

    def note(self, step: int | None) -> None:
        """Note which older step is shown, None where it is the window's own."""
        if step == self._step:
            return
        late_again = step is not None and self._step is not None
        pace = self._since.elapsed() * _OWN_PACE if late_again else 0
        self._step = step
        self._since.start()
        self.hide()
        self._waiting.stop()
        if step is not None:
            self._waiting.start(math.ceil(min(max(_PATIENCE_MS, pace), _LONGEST_MS)))

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
        self._say(painter)

    def _say(self, painter: QPainter) -> None:
        """Say in a line at the foot, where there is room, which step this is."""
        if self._step is None:
            return
        text = first_fitting(late(self._step), look.SMALL, self.rect().width() - 32)
        if text and self.rect().height() >= 3 * _HIGH:
            style, wide = self._theme.style, text_width(text, look.SMALL) + 16
            middle, foot = self.rect().width() / 2, self.rect().height() - 8
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(style.line))
            painter.setBrush(QColor(style.raised))
            painter.drawRoundedRect(QRectF(middle - wide / 2, foot - _HIGH, wide, _HIGH), 5, 5)
            draw_text(painter, middle, foot - _HIGH / 2, text, look.SMALL, QColor(style.text), align=0.5)


def late(step: int) -> tuple[str, str]:
    """Return in words that a view still shows a step, at length and in short."""
    short = f"still shows step {count(step)}"
    return f"{short}: the next picture is being made", short
