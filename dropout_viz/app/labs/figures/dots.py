"""Painting of a lab's rows of dots, and of its roses of directions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.app.labs.figures.frame import Key, Spot, hue, numbers, paint_words, polygon
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.draw.palette import faded
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, text_width
from dropout_viz.labs.figures import DotRow, Dots, Rose, Roses

_APART = 0.9  # dots between two groups of a line
_BETWEEN = 1.4  # dots between two rows
_APART_LINES = 0.5  # dots between two lines, where groups lie over one another
_LARGEST = 36.0

Place = tuple[int, int, float, float]  # group, dot in it; dots from the left, and from the top


def paint_dots(p: QPainter, figure: Dots, rect: QRectF, style: Style) -> list[Spot]:
    """Paint rows of dots, each over as many lines as lets them be large; return what can be hovered."""
    keys = [Key(figure.filled, style.arm(0), dot=True), Key(figure.empty, QColor(style.off), dot=True)]
    inner = paint_words(p, rect, figure.title, figure.caption, keys, style)
    if not figure.dots:
        return []
    name = min(0.3 * inner.width(), max(text_width(row.label, look.SMALL) for row in figure.dots) + 14)
    end = max((text_width(row.outcome, look.SMALL, True) for row in figure.dots), default=0.0) + 14
    side, laid = _largest(figure.dots, inner.width() - name - end, inner.height())
    tall = [side * _height(places) for places in laid]
    y = inner.center().y() - (sum(tall) + _BETWEEN * side * (len(laid) - 1)) / 2
    widest = max((place[2] + 1 for places in laid for place in places), default=1.0)
    spots: list[Spot] = []
    for row, places, height in zip(figure.dots, laid, tall, strict=True):
        middle = y + height / 2
        draw_text(p, inner.left(), middle, elided(row.label, look.SMALL, name - 8), look.SMALL, QColor(style.text))
        for group, dot, across, down in places:
            state = float(numbers(row.groups[group])[dot])
            centre = QPointF(inner.left() + name + (across + 0.5) * side, y + (down + 0.5) * side)
            brush.fill(
                p, style.arm(0) if state >= 1 else QColor(style.off) if state <= 0 else faded(style.arm(0), state)
            )
            p.drawEllipse(centre, 0.42 * side, 0.42 * side)
            word = figure.filled if state >= 1 else figure.empty if state <= 0 else number(state, 2)
            said = f"{row.label}, group {group + 1}, {dot + 1}: {word}"
            spots.append(Spot(centre.x(), centre.y(), side / 2, side / 2, said))
        tone = QColor(style.text) if row.good is None else style.arm(0) if row.good else QColor(style.error)
        draw_text(p, inner.left() + name + widest * side + 12, middle, row.outcome, look.SMALL, tone, bold=True)
        y += height + _BETWEEN * side
    return spots


def _largest(rows: Sequence[DotRow], width: float, height: float) -> tuple[float, list[list[Place]]]:
    """Return the largest side of a dot at which all rows have room, and where the dots of each row are then."""
    side = _LARGEST
    while True:
        laid = [_lines(row, max(1.0, width / side)) for row in rows]
        needed = sum(map(_height, laid)) + _BETWEEN * (len(rows) - 1)
        if side <= 2 or needed * side <= height:
            return side, laid
        side = max(2.0, 0.94 * side)


def _height(places: Sequence[Place]) -> float:
    return 1 + places[-1][3] if places else 1.0


def _lines(row: DotRow, room: float) -> list[Place]:
    """Return where the dots of a row are, with room for so many in a line; a group is broken only if it must be."""
    places: list[Place] = []
    across, down = 0.0, 0.0
    line = 1 + _APART_LINES * (len(row.groups) > 1)
    for g, group in enumerate(row.groups):
        if g:
            across += _APART
        if across and across + min(len(group), room) > room + 1e-9:
            across, down = 0.0, down + line
        for d in range(len(group)):
            if across + 1 > room + 1e-9 and across:
                across, down = 0.0, down + line
            places.append((g, d, across, down))
            across += 1
    return places


def paint_roses(p: QPainter, figure: Roses, rect: QRectF, style: Style) -> list[Spot]:
    """Paint histograms of directions side by side; return what can be hovered."""
    inner = paint_words(p, rect, figure.title, figure.caption, (), style)
    n = len(figure.roses)
    columns = max(range(1, n + 1), key=lambda c: min(inner.width() / c, inner.height() / math.ceil(n / c)), default=1)
    wide, tall = inner.width() / columns, inner.height() / math.ceil(max(1, n) / columns)
    spots: list[Spot] = []
    for k, rose in enumerate(figure.roses):
        place = QRectF(inner.left() + k % columns * wide, inner.top() + k // columns * tall, wide, tall)
        draw_text(
            p,
            place.center().x(),
            place.top() + 8,
            elided(rose.label, look.SMALL, wide - 8),
            look.SMALL,
            QColor(style.text),
            align=0.5,
        )
        spots += _paint_rose(p, rose, place.adjusted(6, 22, -6, -4), figure.bins, hue(style, rose.hue, k), style)
    return spots


def _paint_rose(p: QPainter, rose: Rose, place: QRectF, bins: int, colour: QColor, style: Style) -> list[Spot]:
    radius = max(4.0, min(place.width(), place.height()) / 2)
    centre = place.center()
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(faded(style.text, 0.12), 1))
    for share in (0.5, 1.0):
        p.drawEllipse(centre, share * radius, share * radius)
    p.drawLine(QPointF(centre.x() - radius, centre.y()), QPointF(centre.x() + radius, centre.y()))
    p.drawLine(QPointF(centre.x(), centre.y() - radius), QPointF(centre.x(), centre.y() + radius))
    heights, edges = np.histogram(numbers(rose.angles), bins, (-math.pi, math.pi), weights=numbers(rose.weights))
    total, spots = heights.sum() or 1.0, []
    largest = heights.max() or 1.0
    p.setPen(QPen(colour, 1))
    p.setBrush(faded(colour, 0.6))
    for k in np.flatnonzero(heights):
        reach = radius * math.sqrt(heights[k] / largest)  # the area of a petal is its share
        arc = np.linspace(edges[k], edges[k + 1], 6)
        x, y = np.r_[0, reach * np.cos(arc)], np.r_[0, -reach * np.sin(arc)]
        p.drawPolygon(polygon(centre.x() + x, centre.y() + y))
        middle = (edges[k] + edges[k + 1]) / 2
        at = 0.7 * reach
        spots.append(
            Spot(
                centre.x() + at * math.cos(middle),
                centre.y() - at * math.sin(middle),
                8,
                8,
                f"{rose.label}\n{math.degrees(middle):.0f}°: {100 * heights[k] / total:.1f} %",
            )
        )
    return spots
