"""A panel's title, which of several seeds or arms it shows, and its step where that is older than the window's."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count
from dropout_viz.draw.painting import Painted

_GAP = 10
_LONGEST = 999_999
"""The step that has room to be said as such below the title, however narrow the panel: a bare number says nothing."""


class PanelTitle(Painted):
    """Writes the step beside the title where there is room, below it where there is not: what is old must say so, and
    a panel without its name is nobody's.

    Attributes:
        step: the older step that the panel shows, or None. which: what it shows of several seeds or arms, or ``""``.
    """

    OPAQUE = True

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step: int | None = None
        self.which = self._why = ""
        self._theme, self._title = theme, title
        self._bold, self._small = look.font(look.TITLE, bold=True), look.font(look.SMALL)
        metrics, small = QFontMetricsF(self._bold), QFontMetricsF(self._small)
        self._wide = round(metrics.horizontalAdvance(title)) + 1
        least = math.ceil(small.horizontalAdvance(said(_LONGEST)[0]))
        self._size = QSize(max(self._wide, least), round(metrics.height()))
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(title)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return self.pixels(self._size)

    def minimumSizeHint(self) -> QSize:
        return self.pixels(self._size)

    def show_step(self, step: int | None) -> None:
        """Name an older step, or none."""
        if step != self.step:
            self.step = step
            self.setAccessibleDescription("" if step is None else f"Still shows step {count(step)}")
            self._explain()

    def show_which(self, which: str, why: str) -> None:
        """Name the one of several that is shown, where there is room, or none; ``why``: a sentence of a tip."""
        if (which, why) != (self.which, self._why):
            self.which, self._why = which, why
            self._explain()

    def _explain(self) -> None:
        late = "" if self.step is None else f"This panel still shows step {count(self.step)}"
        self.setToolTip("\n".join(filter(None, (late, self._why))))
        self.update()

    def draw(self, p: QPainter) -> None:
        style, area = self._theme.style, QRectF(self.rect())
        p.fillRect(self.rect(), QColor(style.panel))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        small = QFontMetricsF(self._small)
        late = () if self.step is None else said(self.step)
        room = area.width() - self._wide - _GAP
        beside = next((text for text in late or (self.which,) if small.horizontalAdvance(text) <= room), "")
        below = next((text for text in late if small.horizontalAdvance(text) <= area.width()), "".join(late[1:]))
        title, step = QRectF(area), area.adjusted(self._wide + _GAP, 0, 0, 0)
        if late and not beside:
            high = small.ascent() + 1
            title.moveTop(-high / 2 - 2)
            step = QRectF(area.left(), area.center().y() + self._size.height() / 2 - high / 2, area.width(), high)
        p.setFont(self._bold)
        p.setPen(QColor(style.text))
        p.drawText(title, left, self._title)
        p.setFont(self._small)
        p.setPen(QColor(style.dim))
        p.drawText(step, left, beside or below)


def said(step: int) -> tuple[str, str]:
    """Return a step in words, exactly and in short: millions to one decimal, which is not rounded up."""
    exact = f"step {count(step)}"
    return exact, exact if step <= _LONGEST else f"step {step // 100_000 / 10:,.1f} M"
