"""What all pictures of labs share: a title above, a key below it, a caption at the foot, and what can be hovered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import faded
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, text_width, wrapped
from dropout_viz.labs.figures import Array, FigureMark, Numbers
from dropout_viz.words import figure

_KEY, _LINE = 20, 16  # height of a row of the key, and of a line of the caption
_ROOM = 150  # a caption is left out where less than this is left for the picture


class Spot(NamedTuple):
    """A place that says something when the mouse is on it: its middle, half its sides, and what it says."""

    x: float
    y: float
    half_width: float
    half_height: float
    text: str


class Key(NamedTuple):
    """An entry of the key: a name, its colour, and whether it is a dashed line or a dot."""

    label: str
    colour: QColor
    dashed: bool = False
    dot: bool = False


def spot_at(spots: Sequence[Spot], at: QPointF) -> Spot | None:
    """Return the spot under a point: of several, the one whose middle is nearest."""
    under = [s for s in spots if abs(s.x - at.x()) <= s.half_width and abs(s.y - at.y()) <= s.half_height]
    return min(under, key=lambda s: (s.x - at.x()) ** 2 + (s.y - at.y()) ** 2, default=None)


def paint_words(p: QPainter, rect: QRectF, title: str, caption: str, keys: Sequence[Key], style: Style) -> QRectF:
    """Write the title, the key and the caption; return what is left in the middle."""
    top = rect.top()
    for line in wrapped(title, look.TITLE, rect.width(), bold=True)[:2]:
        draw_text(p, rect.left(), top + 9, line, look.TITLE, QColor(style.text), bold=True)
        top += 20
    top = _paint_key(p, QRectF(rect.left(), top + 2, rect.width(), 0), keys, style) + 4
    bottom = rect.bottom()
    lines = wrapped(caption, look.SMALL, rect.width())
    if lines and bottom - top - _LINE * len(lines) - 8 >= _ROOM:
        bottom -= _LINE * len(lines)
        for k, line in enumerate(lines):
            draw_text(p, rect.left(), bottom + _LINE * (k + 0.5), line, look.SMALL, QColor(style.dim))
        bottom -= 8
    return QRectF(rect.left(), top, rect.width(), max(0.0, bottom - top))


def _paint_key(p: QPainter, row: QRectF, keys: Sequence[Key], style: Style) -> float:
    """Write the key in as many rows as it needs; return where it ends."""
    if len(keys) < 2 and not any(key.dashed for key in keys):
        return row.top()
    x, y = row.left(), row.top() + _KEY / 2
    for key in keys:
        text = elided(key.label, look.SMALL, row.width() - 30)
        wide = 26 + text_width(text, look.SMALL)
        if x > row.left() and x + wide > row.right():
            x, y = row.left(), y + _KEY
        if key.dot:
            brush.fill(p, key.colour)
            p.drawEllipse(QPointF(x + 10, y), 3.5, 3.5)
        else:
            pattern = Qt.PenStyle.DashLine if key.dashed else Qt.PenStyle.SolidLine
            p.setPen(QPen(key.colour, 2, pattern, Qt.PenCapStyle.FlatCap))
            p.drawLine(QPointF(x, y), QPointF(x + 20, y))
        draw_text(p, x + 26, y, text, look.SMALL, QColor(style.text))
        x += wide + 18
    return y + _KEY / 2


def hue(style: Style, given: int | None, place: int) -> QColor:
    """Return the colour of a series: the one it asks for, or that of its place."""
    return style.arm(place if given is None else given)


def numbers(values: Numbers | None) -> Array:
    """Return numbers as an array of floats, empty for none."""
    return np.asarray([] if values is None else values, float)


def extent(parts: Sequence[Array], *, positive: bool = False) -> tuple[float, float]:
    """Return the least and the greatest finite number of all parts; (nan, nan) without any."""
    every = np.concatenate([np.ravel(part) for part in parts]) if parts else np.empty(0)
    every = every[np.isfinite(every) & ((every > 0) | (not positive))]
    return (float(every.min()), float(every.max())) if len(every) else (math.nan, math.nan)


def polygon(x: Array, y: Array) -> QPolygonF:
    """Return the finite points of a line."""
    known = np.isfinite(x) & np.isfinite(y)
    return QPolygonF([QPointF(a, b) for a, b in zip(x[known].tolist(), y[known].tolist(), strict=True)])


def paint_marks(p: QPainter, graph: Graph, marks: Sequence[FigureMark], style: Style) -> None:
    """Draw the dashed lines across a graph, each with its name and value."""
    area = graph.area
    for mark in marks:
        colour = QColor(style.text)
        p.setPen(QPen(faded(colour, 0.7), 1, Qt.PenStyle.DashLine))
        text = f"{mark.label} {figure(mark.at, 6)}"
        if mark.axis == "x":
            at = math.log10(mark.at) if graph.log_x and mark.at > 0 else mark.at
            if graph.x[0] <= at <= graph.x[1]:
                x = float(graph.px(at))
                p.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
                right = x + 6 + text_width(text, look.SMALL) > area.right()
                _paint_tag(p, x - 6 if right else x + 6, area.top() + 8, text, float(right), style)
            continue
        at = math.log10(mark.at) if graph.log_y and mark.at > 0 else mark.at
        if graph.y[0] <= at <= graph.y[1]:
            y = float(graph.py(at))
            p.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            _paint_tag(p, area.right() - 4, y - 11 if y - 20 > area.top() else y + 11, text, 1.0, style)


def _paint_tag(p: QPainter, x: float, y: float, text: str, align: float, style: Style) -> None:
    """Write a mark's name on a ground that keeps it legible over curves."""
    wide = text_width(text, look.SMALL)
    p.fillRect(QRectF(x - align * wide - 3, y - 8, wide + 6, 16), faded(style.panel, 0.85))
    draw_text(p, x, y, text, look.SMALL, QColor(style.text), align=align)


def paint_y_name(p: QPainter, area: QRectF, left: float, name: str, style: Style) -> None:
    """Write the name of the vertical axis along it."""
    with saved(p):
        p.translate(left + 7, area.center().y())
        p.rotate(-90)
        draw_text(
            p, 0, 0, elided(name, look.SMALL, max(40.0, area.height() + 20)), look.SMALL, QColor(style.dim), align=0.5
        )
