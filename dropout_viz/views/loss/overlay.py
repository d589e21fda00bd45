"""What is drawn over the curves of a chart: marks, the cursor's line, a stretch being marked, notes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.analysis.step_window import StepWindow
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import saved
from dropout_viz.draw.plot import Plot
from dropout_viz.draw.ranges import Range
from dropout_viz.draw.text import draw_text, elided, fitting, text_width
from dropout_viz.engine.history import Mark
from dropout_viz.engine.marking import short
from dropout_viz.views.loss import words
from dropout_viz.views.loss.line import LossLine

_HIGH = 90  # pixels of a plot in which there is room to say what a band is
_NOTE, _LINE = 19, 16  # height of a note and of a line of text, in pixels
_ROWS, _ROW_OF = 3, 50  # rows of texts of marks, at most; pixels of a plot for each of them


class Sight:
    """Where steps and values lie on a plot, in units of its viewport.

    Attributes:
        area: of the curves. style: the theme.
    """

    def __init__(self, plot: Plot, window: StepWindow) -> None:
        self.area, self.style, self.window = plot.area(), plot.style_, window
        self._low, self._high = window.across(window.low), window.across(window.high)
        self._bottom, self._top = plot.box.viewRange()[1]

    def x(self, step: float) -> float:
        """Return where a step lies across, in sight or not."""
        share = (self.window.across(step) - self._low) / (self._high - self._low)
        return self.area.left() + share * self.area.width()

    def clamped(self, step: float) -> float:
        """Return where a step lies across, or the end of the plot beyond which it does."""
        return min(max(self.x(step), self.area.left()), self.area.right())

    def across(self, step: float) -> float | None:
        """Return where a step lies across, or None where it is out of sight."""
        slack = 1e-9 * (self.window.high - self.window.low)
        inside = self.window.low - slack <= step <= self.window.high + slack
        return self.clamped(step) if inside else None

    def y(self, value: float) -> float:
        """Return where a finite value lies upright, in sight or not; far below where it has no logarithm."""
        if self.window.log_y:
            value = math.log10(value) if value > 0 else self._bottom - 1
        return self.area.bottom() - (value - self._bottom) / (self._top - self._bottom) * self.area.height()

    def is_clear(self, room: QRectF, lines: Iterable[LossLine]) -> bool:
        """Return whether no curve that is shown runs through a part of the plot."""
        across = (self._high - self._low) / self.area.width()
        left, right = (self._low + (x - self.area.left()) * across for x in (room.left(), room.right()))
        upright = (self._top - self._bottom) / self.area.height()
        low, high = (self._bottom + (self.area.bottom() - y) * upright for y in (room.bottom() + 2, room.top() - 2))
        curves = (curve for line in lines for curve in line.curves)
        return not any(curve.runs_through((left, right), (low, high)) for curve in curves)

    def place(self, step: int, value: float) -> QPointF | None:
        """Return where a value lies, or None where it is out of sight."""
        x = self.across(step)
        if x is None or not math.isfinite(value):
            return None
        y = self.y(value)
        return QPointF(x, y) if self.area.top() - 1 <= y <= self.area.bottom() + 1 else None


def paint_upright(painter: QPainter, sight: Sight, x: float, pen: QPen, top: float | None = None) -> None:
    """Draw a crisp line from the top, or from a place below it, to the bottom."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(QLineF(x, sight.area.top() if top is None else top, x, sight.area.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def gathered(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return marks by step, one for each step, what several arms share named once."""
    texts: dict[int, dict[str, None]] = {}
    for mark in marks:
        texts.setdefault(mark.step, {})[mark.text] = None
    return tuple(Mark(step, ", ".join(texts[step])) for step in sorted(texts))


def paint_marks(painter: QPainter, sight: Sight, marks: Sequence[Mark], with_text: bool) -> list[QRectF]:
    """Draw a dashed line at each change of setting, and its text where there is room for it, in rows from the top; no
    line runs through one. Return where texts and lines are."""
    pen = QPen(QColor(sight.style.dim), 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 3])
    seen: list[tuple[float, Mark]] = []
    for mark in marks:
        x = sight.across(mark.step)
        if x is not None and (not seen or x - seen[-1][0] >= 2):
            seen.append((x, mark))
    rooms = list[QRectF]()
    for x, mark in seen if with_text else ():
        text = fitting((mark.text, short(mark.text)), look.SMALL, 0.5 * sight.area.width())
        if room := _room_of_mark(sight, x, text_width(text, look.SMALL) + 8, rooms):
            rooms.append(room)
            _write(painter, sight, room.left(), room.top(), text, sight.style.text)
    for x, _ in seen:
        below = max((room.bottom() for room in rooms if room.left() < x < room.right()), default=sight.area.top())
        paint_upright(painter, sight, x, pen, below)
    return rooms + [QRectF(x - 1, sight.area.top(), 2, sight.area.height()) for x, _ in seen]


def _room_of_mark(sight: Sight, x: float, wide: float, taken: Sequence[QRectF]) -> QRectF | None:
    """Return where the text of a mark stands, beside its line in the first row that is free there."""
    left = x + 2 if x + 2 + wide <= sight.area.right() else x - 2 - wide
    for row in range(max(1, min(_ROWS, int(sight.area.height() / _ROW_OF)))):
        room = QRectF(left, sight.area.top() + 2 + row * _LINE, wide, _LINE)
        if not any(room.intersects(other) for other in taken):
            return room
    return None


def paint_thinned(painter: QPainter, sight: Sight, lines: Collection[LossLine]) -> None:
    """Say of which steps in sight only the lowest and the highest values are kept."""
    rows = max((line.pyramid.rows for line in lines), key=lambda rows: rows.every, default=None)
    if rows is None or sight.window.low >= rows.exact_from:
        return
    text = elided(words.thinned(rows.exact_from, rows.every), look.SMALL, sight.area.width() - 8)
    below, above = sight.area.bottom() - _LINE - 4, sight.area.top() + 2 + 2 * _LINE
    left, wide = sight.area.left() + 4, text_width(text, look.SMALL) + 8
    tops = [top for top in (below, above) if sight.is_clear(QRectF(left, top, wide, _LINE), lines)]
    _write(painter, sight, left, (tops or [below])[0], text, sight.style.dim)


def paint_band(
    painter: QPainter,
    sight: Sight,
    mean: str,
    taken: Sequence[QRectF],
    lines: Collection[LossLine],
    cursor: float | None,
) -> None:
    """Say what a noisy band and the line in it are, where there is room and none of the curves: at the top right or the
    bottom, clear of marks and their texts, ``taken``. Where no place is free the legend's tip says it alone.
    ``cursor``: where a line runs from top to bottom that is not to cut the words."""
    area = sight.area
    texts = (f"band: lowest to highest of each pixel's steps; line: {mean}", f"line: {mean}")
    most = 0.7 * area.width() - 8 if area.height() >= _HIGH else 0.0
    for text in texts:
        wide = text_width(text, look.SMALL)
        rights, lefts = area.right() - wide - 10, area.left() + 2
        first, last = area.top() + 2, area.bottom() - _LINE - 4
        places = [(rights, first + row * _LINE) for row in range(_ROWS)]
        for left, top in (*places, (rights, last), (lefts, last)) if wide <= most else ():
            room = QRectF(left, top, wide + 8, _LINE)
            cut = cursor is not None and room.left() <= cursor <= room.right()
            over = any(room.intersects(other) for other in taken)
            if not cut and not over and sight.is_clear(room, lines):
                _write(painter, sight, left, top, text, sight.style.dim)
                return


def _write(painter: QPainter, sight: Sight, left: float, top: float, text: str, ink: str) -> None:
    """Write a line over the curves. It has no ground: that would hide what is measured."""
    draw_text(painter, left + 4, top + _LINE / 2, text, look.SMALL, QColor(ink))


def paint_future(painter: QPainter, sight: Sight, step: int) -> None:
    """Make what lies beyond a step faint, and draw a line at it: the run is looked back at."""
    x, area = sight.clamped(step), sight.area
    overlay = QColor(sight.style.panel)
    overlay.setAlpha(165)
    painter.fillRect(QRectF(x, area.top(), area.right() - x + 1, area.height() + 1), overlay)
    if sight.across(step) is not None:
        paint_upright(painter, sight, x, QPen(QColor(sight.style.text), 1))


def paint_losses(painter: QPainter, sight: Sight, lost: Sequence[tuple[int, str]]) -> None:
    """Draw a line at each step from which a run has no finite value, and a note that says so."""
    area, colour = sight.area, QColor(sight.style.error)
    for row, (step, text) in enumerate(lost):
        if sight.across(step) is not None:
            paint_upright(painter, sight, sight.clamped(step), QPen(colour, 1))
        width = text_width(text, look.SMALL) + 12
        left = min(max(area.left() + 4, sight.clamped(step) - width / 2), area.right() - width - 4)
        box = QRectF(left, area.bottom() - (row + 1) * (_NOTE + 3) - 2, width, _NOTE)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(QColor(sight.style.panel))
        painter.drawRoundedRect(box, 4, 4)
        draw_text(painter, box.center().x(), box.center().y(), text, look.SMALL, colour, align=0.5)


def paint_end(painter: QPainter, sight: Sight, line: LossLine, step: int, value: float) -> None:
    """Draw a line on from what it has recorded last to the step on show, where more is measured than is recorded."""
    last = line.last(step)
    if last is None or last[0] == step or not (math.isfinite(last[1]) and math.isfinite(value)):
        return
    pen = QPen(line.curve.ink, line.curve.width, c=Qt.PenCapStyle.FlatCap)
    if line.kind.dash is not None:
        pen.setDashPattern(line.kind.dash)
    with saved(painter):
        painter.setClipRect(sight.area)
        painter.setPen(pen)
        painter.drawLine(QPointF(sight.x(last[0]), sight.y(last[1])), QPointF(sight.x(step), sight.y(value)))


def paint_dot(painter: QPainter, sight: Sight, line: LossLine, step: int, value: float) -> None:
    """Put a dot on a value of a line, hollow where the line is not a full one."""
    place = sight.place(step, value)
    if place is not None:
        hollow = line.kind.faint or line.kind.dash is not None
        colour = sight.style.arm(line.arm) if line.kind.faint else line.curve.ink
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(QColor(sight.style.panel) if hollow else colour)
        painter.drawEllipse(place, 2.6, 2.6)


def paint_span(painter: QPainter, sight: Sight, span: Range) -> None:
    """Shade the stretch that a drag is marking."""
    start, end = (sight.clamped(sight.window.step(s)) for s in span)
    shade = QColor(sight.style.text)
    painter.setPen(QPen(shade, 1))
    shade.setAlpha(40)
    painter.setBrush(shade)
    painter.drawRect(QRectF(start, sight.area.top(), end - start, sight.area.height()))


def paint_message(painter: QPainter, sight: Sight, text: str) -> None:
    """Write sentences, a line each, where there are no curves yet: in one line, or only the first, or none, where there
    is no more room."""
    painter.setFont(look.font(look.BODY))
    painter.setPen(QColor(sight.style.dim))
    wrap = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    room = sight.area.adjusted(16, 2, -16, -2)
    for said in (text, text.replace("\n", " "), text.partition("\n")[0]):
        if room.contains(painter.boundingRect(room, wrap, said)):
            painter.drawText(room, wrap, said)
            return
