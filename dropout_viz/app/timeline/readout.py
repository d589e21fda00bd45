"""The numbers of the transport, painted by one widget: where the run is and how fast it goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.app.platform.spoken import Spoken
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Painted

_GAP = 22
_TIP = 48  # pixels from the place that Qt is told to a tip's last line: it hangs below the mouse


class Readout(Painted):
    """Numbers over their names, each in a column as wide as its widest text so far: nothing jumps about."""

    OPAQUE = True

    def __init__(self, theme: Theme, names: dict[str, str], parent: QWidget | None = None) -> None:
        """``names`` maps each number's name to the widest text to leave room for."""
        super().__init__(parent)
        self._theme = theme
        self._number, self._name = _tabular(look.font(look.TITLE, bold=True)), look.font(look.SMALL)
        self._values = dict.fromkeys(names, "")
        number, name = QFontMetrics(self._number), QFontMetrics(self._name)
        self._widths = {
            key: max(number.horizontalAdvance(widest), name.horizontalAdvance(key)) for key, widest in names.items()
        }
        self._rows = (number.height(), name.height())
        self._brief = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Run")
        self._spoken = Spoken(self, self._told)
        theme.changed.connect(self.update)

    def show_values(self, values: dict[str, str]) -> None:
        """Write numbers by name."""
        fresh = {**self._values, **values}
        if fresh != self._values:
            self._values = fresh
            self._spoken.note()
            metrics = QFontMetrics(self._number)
            for key, text in fresh.items():
                if (width := metrics.horizontalAdvance(text)) > self._widths[key]:
                    self._widths[key] = width
                    self.updateGeometry()
            self.update()

    def show_first(self, alone: bool) -> None:
        """Show the first number alone, and take no more room than that; or all that have room."""
        self._brief = alone
        self.updateGeometry()
        self.update()

    def text(self, name: str) -> str:
        """Return what stands at a name."""
        return self._values[name]

    def _told(self) -> str:
        return ", ".join(f"{name} {text}" for name, text in self._values.items() if text)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.toolTip():
            above = round(_TIP * self.zoom) + QFontMetrics(QToolTip.font()).height()
            QToolTip.showText(self.mapToGlobal(QPoint(event.pos().x(), -above)), self.toolTip(), self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        if self._brief:
            return self.minimumSizeHint()
        return self.pixels(QSize(sum(self._widths.values()) + _GAP * (len(self._widths) - 1), sum(self._rows)))

    def minimumSizeHint(self) -> QSize:
        return self.pixels(QSize(next(iter(self._widths.values())), sum(self._rows)))

    def draw(self, painter: QPainter) -> None:
        style, x = self._theme.style, 0
        painter.fillRect(self.rect(), QColor(style.panel))
        upper, lower = self._rows
        for key, text in self._values.items():
            width = self._widths[key]
            if x + width > self.width() + 1 or (x and self._brief):
                break  # a narrow window: the first ones matter most
            painter.setFont(self._number)
            painter.setPen(QColor(style.text))
            painter.drawText(QRect(x, 0, width, upper), Qt.AlignmentFlag.AlignLeft, text)
            painter.setFont(self._name)
            painter.setPen(QColor(style.dim))
            painter.drawText(QRect(x, upper, width, lower), Qt.AlignmentFlag.AlignLeft, key)
            x += width + _GAP


def _tabular(font: QFont) -> QFont:
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
