"""The legend of a chart: what each line is, and its newest value. A click on an entry hides or shows its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dropout_viz.draw import style as look
from dropout_viz.draw.curve import BAND
from dropout_viz.draw.kept import KeptPicture
from dropout_viz.draw.numbers import count
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, is_vector, live_width, text_width
from dropout_viz.views.loss.kinds import Kind

_ROW = 18  # height of a row, in pixels
_SAMPLE, _SHORT = 18, 10  # length of a sample of a line, and where there is little room
_SIDE = 10  # margin left and right


@dataclass(frozen=True)
class LegendRow:
    """One arm in the legend: its name, its number (for its hue) and its newest values, one for each kind.

    ``old``: for each value None, or the step that it is of where that lies behind the one on show.
    """

    name: str
    arm: int
    values: tuple[str, ...]
    old: tuple[int | None, ...] = ()

    def text(self, kind: int) -> str:
        """Return a value, with its step where that is an older one."""
        return self.values[kind] + (f" at {count(self.old[kind] or 0)}" if self.is_old(kind) else "")

    def is_old(self, kind: int) -> bool:
        """Whether a value is of an older step than the one on show."""
        return bool(self.old) and self.old[kind] is not None


def sample(painter: QPainter, at: QPointF, kind: Kind, colour: QColor, ground: QColor, length: float = _SAMPLE) -> None:
    """Draw a short piece of line of a kind on a ground, from ``at`` to the right."""
    width = 1.2 if kind.faint else 2.0
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if kind.dash is not None:
        pen.setDashPattern([2.6, 1.4])
    painter.setPen(pen)
    if kind.mean:
        painter.fillRect(QRectF(at.x(), at.y() - 4, length, 8), look.mix(ground.name(), colour.name(), BAND))
        painter.drawLine(QLineF(at, at + QPointF(length, 0)))
    elif kind.faint:  # noisy, as the line is
        ups = (0.0, -3.5, 2.5, -2.0, 3.5, -1.0, 0.0)
        dots = [QPointF(at.x() + length * i / (len(ups) - 1), at.y() + up) for i, up in enumerate(ups)]
        painter.drawPolyline(dots)
    else:
        painter.drawLine(QLineF(at, at + QPointF(length, 0)))
    if kind.tests:
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(ground)
        painter.drawEllipse(at + QPointF(length / 2, 0), 2.2, 2.2)


class Legend(Painted):
    """One line of entries for one arm; a small table for several, a row each.

    Attributes:
        brief: one line for two arms too, by their hues, and of more a line for each kind: another legend names them.
        condition: under which its values are measured, said at the end of one line where there is room.
        hits: where a click hides or shows which kind, in what was painted last.

    Signals:
        clicked: the key of a kind of line that was clicked.
    """

    OPAQUE = True
    clicked = Signal(str)

    def __init__(
        self, title: str, style: Style, parent: QWidget | None = None, *, brief: bool = False, condition: str = ""
    ) -> None:
        super().__init__(parent)
        self.title, self.style_, self.brief, self.condition = title, style, brief, condition
        self.kinds: tuple[Kind, ...] = ()
        self.rows: tuple[LegendRow, ...] = ()
        self.hidden: frozenset[str] = frozenset()
        self.hits: list[tuple[QRectF, Kind]] = []
        self._still = KeptPicture()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def tell(self, kinds: Sequence[Kind], rows: Sequence[LegendRow], hidden: frozenset[str]) -> None:
        """Show these entries; costs nothing where nothing has changed."""
        told = (tuple(kinds), tuple(rows), hidden)
        if told != (self.kinds, self.rows, self.hidden):
            size = self.sizeHint()
            self.kinds, self.rows, self.hidden = told
            if self.sizeHint() != size:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        lines = 1 if len(self.rows) < 2 else 1 + len(self.rows)
        if self.brief and len(self.rows) > 1:
            lines = 1 if len(self.rows) == 2 else max(1, len(self.kinds))
        return self.pixels(QSize(200, 8 + _ROW * lines))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def restyle(self, style: Style) -> None:
        """Take another theme's colours."""
        self.style_ = style
        self.update()

    def draw(self, painter: QPainter) -> None:
        self.hits = []
        if len(self.rows) < 2:
            self._paint_line(painter)
            return
        painter.fillRect(self.rect(), QColor(self.style_.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._write(painter, _SIDE, 0, self.title, self.style_.text, bold=True)
        if self.brief and len(self.rows) == 2:
            self._paint_brief(painter)
        elif self.brief:
            self._paint_lines(painter)
        else:
            self._paint_table(painter)

    def _paint_line(self, painter: QPainter) -> None:
        """Paint: title, then for each kind its sample, its name, and its newest value where there is room.

        The values alone change with the step: of the words a picture is kept.
        """
        row = self.rows[0] if self.rows else LegendRow("", 0, ("",) * len(self.kinds))
        values = [row.text(i) for i in range(len(self.kinds))]
        least = live_width("0.0000", look.SMALL)
        start = _SIDE + text_width(self.title, look.SMALL, True) + 14
        room = self.width() - _SIDE - start
        chief = ["" if k.faint else v for k, v in zip(self.kinds, values, strict=True)]

        def widths(length: float, short: bool, values: list[str]) -> list[float]:
            return [
                length
                + 5
                + text_width(k.short if short else k.name, look.SMALL)
                + (6 + max(live_width(v, look.SMALL), least) if v else 0)
                for k, v in zip(self.kinds, values, strict=True)
            ]

        gaps = len(self.kinds) - 1
        for length, short, least_gap, written in (  # words tell the lines apart: numbers give way to them
            (_SAMPLE, False, 14.0, values),
            (_SAMPLE, True, 6.0, values),
            (_SHORT, True, 6.0, values),
            (_SHORT, True, 6.0, chief),
            (_SHORT, True, 6.0, [""] * len(values)),
        ):
            sizes = widths(length, short, written)
            if sum(sizes) + least_gap * gaps <= room:
                break
        gap = min(18.0, max(6.0, (room - sum(sizes)) / max(1, gaps)))
        x, places = start, list[float]()
        for kind, size in zip(self.kinds, sizes, strict=True):
            places.append(x)
            self.hits.append((QRectF(x - 4, 0, size + 8, self.height()), kind))
            x += size + gap
        self._paint_standing(painter, [place + length + 5 for place in places], short, x - gap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, (kind, value, x) in enumerate(zip(self.kinds, written, places, strict=True)):
            self._sample(painter, x, 0, kind, line_colour(self.style_, row.arm, kind), length)
            after = x + length + 5 + text_width(kind.short if short else kind.name, look.SMALL) + 6
            self._write(painter, after, 0, value, self._ink(kind, row, i), figures=True)

    def _paint_standing(self, painter: QPainter, places: list[float], short: bool, end: float) -> None:
        """Paint the ground, the title, the names of kinds at these places, and the condition after the end."""

        def draw(p: QPainter) -> None:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._write(p, _SIDE, 0, self.title, self.style_.text, bold=True)
            for kind, x in zip(self.kinds, places, strict=True):
                self._name(p, x, 0, kind, short)
            self._say_condition(p, end)

        panel = QColor(self.style_.panel)
        if is_vector(painter):
            painter.fillRect(self.rect(), panel)
            draw(painter)
            return
        of = self.style_, self.kinds, self.hidden, places, short, end
        self._still.paint(painter, (self.width(), self.height()), panel, of, draw)

    def _sample(
        self, painter: QPainter, x: float, row: int, kind: Kind, colour: QColor | None = None, length: float = _SAMPLE
    ) -> None:
        """Draw a sample of a kind: pale where it is hidden, else in a colour, or one that is no arm's."""
        shown = colour if colour is not None else QColor(self.style_.dim)
        seen = QColor(self.style_.faint) if kind.key in self.hidden else shown
        sample(painter, QPointF(x, self._middle(row)), kind, seen, QColor(self.style_.panel), length)

    def _paint_table(self, painter: QPainter) -> None:
        """Paint a head of samples and names, and a row of values for each arm."""
        widest = max(text_width(row.name, look.SMALL) for row in self.rows)
        first = _SIDE + max(60.0, min(widest + 30, 0.42 * self.width()))
        column = min(130.0, (self.width() - _SIDE - first) / max(1, len(self.kinds)))
        for i, kind in enumerate(self.kinds):
            x = first + i * column
            self._sample(painter, x, 0, kind)
            self._name(painter, x + _SAMPLE + 5, 0, kind, _SAMPLE + 11 + text_width(kind.name, look.SMALL) > column)
            for j, row in enumerate(self.rows):
                self._write(painter, x, 1 + j, row.text(i), self._ink(kind, row, i), figures=True)
            self.hits.append((QRectF(x - 4, 0, column, self.height()), kind))
        for j, row in enumerate(self.rows):
            self._square(painter, _SIDE, 1 + j, row.arm)
            name = elided(row.name, look.SMALL, first - _SIDE - 22)
            self._write(painter, _SIDE + 14, 1 + j, name, self.style_.arms[row.arm % len(self.style_.arms)])

    def _paint_brief(self, painter: QPainter) -> None:
        """Paint one line for several arms that another legend has named: each kind, and a value in each hue."""
        x = _SIDE + text_width(self.title, look.SMALL, True) + 14
        values = [list(row.values) for row in self.rows]
        places = range(len(self.kinds))
        texts = [[row.text(i) for i in places] for row in self.rows]
        columns = [12 + max(live_width(text, look.SMALL) for row in t for text in row) + 6 for t in (texts, values)]

        def rest_of(column: float, length: float) -> float:
            return len(self.kinds) * (length + 5 + len(self.rows) * column + 8) - 8

        if x + rest_of(columns[0], _SAMPLE) > self.width():  # grey alone: the other legend names the step
            texts = values
        column = columns[texts is values]
        length = _SAMPLE if x + rest_of(column, _SAMPLE) <= self.width() else _SHORT
        if x + rest_of(column, length) > self.width():
            column, x = column - 5, x - 8  # between one value and the next square; behind the title
        rest = rest_of(column, length)
        named = x + rest + sum(text_width(kind.short, look.SMALL) + 8 for kind in self.kinds) <= self.width()
        for i, kind in enumerate(self.kinds):
            left = x
            self._sample(painter, x, 0, kind, length=length)
            x += length + 5
            if named:
                x = self._name(painter, x, 0, kind, True) + 8
            for row, written in zip(self.rows, texts, strict=True):
                self._square(painter, x, 0, row.arm)
                self._write(painter, x + 12, 0, written[i], self._ink(kind, row, i), figures=True)
                x += column
            self.hits.append((QRectF(left - 4, 0, x - left, self.height()), kind))
            x += 8
        self._say_condition(painter, x)

    def _paint_lines(self, painter: QPainter) -> None:
        """Paint a line for each kind: its sample, and a value in the hue of each arm, which other legends name."""
        start = _SIDE + text_width(self.title, look.SMALL, True) + 14
        left, places = start + _SAMPLE + 8, range(len(self.kinds))
        texts = [[row.text(i) for i in places] for row in self.rows]
        values = [list(row.values) for row in self.rows]
        for written in (texts, values):  # where steps have no room grey alone tells of them
            column = 18 + max(live_width(text, look.SMALL) for row in written for text in row)
            if left + len(self.rows) * column <= self.width() - _SIDE:
                break
        names = max(text_width(kind.short, look.SMALL) for kind in self.kinds) + 8
        named = left + names + len(self.rows) * column <= self.width() - _SIDE
        first = left + names if named else left
        column = min(column, (self.width() - _SIDE - first) / len(self.rows))
        for i, kind in enumerate(self.kinds):
            self._sample(painter, start, i, kind)
            if named:
                self._name(painter, left, i, kind, True)
            for j, row in enumerate(self.rows):
                self._square(painter, first + j * column, i, row.arm)
                ink = self._ink(kind, row, i)
                self._write(painter, first + 12 + j * column, i, written[j][i], ink, figures=True)
            self.hits.append((QRectF(start - 4, 5 + _ROW * i, self.width() - start, _ROW), kind))

    def _say_condition(self, painter: QPainter, end: float) -> None:
        """Write under which condition the values are measured, at the right, where the line ends early enough."""
        left = self.width() - _SIDE - text_width(self.condition, look.SMALL)
        if self.condition and left >= end + 14:
            self._write(painter, left, 0, self.condition, self.style_.dim)

    def _ink(self, kind: Kind, row: LegendRow, at: int) -> str:
        """Return the colour of a value: grey where its line is hidden, or where it is of an older step."""
        off = kind.key in self.hidden
        return self.style_.faint if off else self.style_.dim if row.is_old(at) else self.style_.text

    def _middle(self, row: int) -> float:
        return 5 + _ROW * (row + 0.5)

    def _square(self, painter: QPainter, x: float, row: int, arm: int) -> None:
        """Draw the hue of an arm."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.style_.arm(arm))
        painter.drawRoundedRect(QRectF(x, self._middle(row) - 4, 8, 8), 2, 2)

    def _name(self, painter: QPainter, x: float, row: int, kind: Kind, short: bool) -> float:
        """Write the name of a kind, struck out where it is hidden, and return where it ends."""
        name, off = kind.short if short else kind.name, kind.key in self.hidden
        end = self._write(painter, x, row, name, self.style_.faint if off else self.style_.dim)
        if off:
            painter.drawLine(QLineF(x, self._middle(row), end, self._middle(row)))
        return end

    def _write(
        self, painter: QPainter, x: float, row: int, text: str, ink: str, *, bold: bool = False, figures: bool = False
    ) -> float:
        """Write on a row and return where the text ends."""
        return x + draw_text(painter, x, self._middle(row), text, look.SMALL, QColor(ink), bold=bold, live=figures)

    def _kind_at(self, place: QPointF) -> Kind | None:
        return next((kind for box, kind in self.hits if box.contains(place)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._kind_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        kind = self._kind_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and kind is not None:
            self.clicked.emit(kind.key)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            kind = self._kind_at(QPointF(event.pos()))
            text = f"{kind.about}\nClick to {'show' if kind.key in self.hidden else 'hide'} it." if kind else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


def mean_colour(style: Style, arm: int) -> QColor:
    """Return the colour of the line in a noisy band."""
    return look.mix(style.panel, style.arms[arm % len(style.arms)], 0.8)


def line_colour(style: Style, arm: int, kind: Kind) -> QColor:
    """Return the colour of a line: the hue of its arm, pale where it is to stay behind.

    Pale by mixing, not by transparency: strokes that lie over each other would add up to the full hue.
    """
    return look.mix(style.panel, style.arms[arm % len(style.arms)], 0.45) if kind.faint else style.arm(arm)
