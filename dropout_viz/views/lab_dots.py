"""Painting of a lab's rows of dots, and of its roses of directions."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.labs.figures import DotRow, Dots, Rose, Roses
from dropout_viz.views import style as look
from dropout_viz.views.draw_text import draw_text, elided, text_width
from dropout_viz.views.lab_frame import Key, Spot, hue, numbers, paint_words, polygon
from dropout_viz.views.landscape_colours import faded
from dropout_viz.views.numbers import number
from dropout_viz.views.style import Style

_APART = 1.2  # dots between two groups
_LARGEST = 22.0


def paint_dots(p: QPainter, figure: Dots, rect: QRectF, style: Style) -> list[Spot]:
    """Paint rows of dots; return what can be hovered."""
    keys = [Key(figure.filled, style.arm(0), dot=True), Key(figure.empty, QColor(style.off), dot=True)]
    inner = paint_words(p, rect, figure.title, figure.caption, keys, style)
    if not figure.dots:
        return []
    name = min(0.3 * inner.width(), max(text_width(row.label, look.SMALL) for row in figure.dots) + 14)
    end = max((text_width(row.outcome, look.SMALL, True) for row in figure.dots), default=0.0) + 14
    room = inner.width() - name - end
    widest = max(_width(row) for row in figure.dots)
    tall = inner.height() / len(figure.dots)
    side = max(2.0, min(_LARGEST, room / max(1.0, widest), 0.8 * tall))
    spots: list[Spot] = []
    for r, row in enumerate(figure.dots):
        y, x = inner.top() + (r + 0.5) * tall, inner.left() + name
        draw_text(p, inner.left(), y, elided(row.label, look.SMALL, name - 8), look.SMALL, QColor(style.text))
        for g, group in enumerate(row.groups):
            x += _APART * side * (g > 0)
            for d, state in enumerate(numbers(group).tolist(), 1):
                colour = style.arm(0) if state >= 1 else QColor(style.off) if state <= 0 else faded(style.arm(0), state)
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(colour)
                p.drawEllipse(QPointF(x + side / 2, y), 0.42 * side, 0.42 * side)
                word = figure.filled if state >= 1 else figure.empty if state <= 0 else number(state, 2)
                spots.append(Spot(x + side / 2, y, side / 2, side / 2, f"{row.label}, group {g + 1}, {d}: {word}"))
                x += side
        tone = style.text if row.good is None else style.positive if row.good else style.error
        draw_text(p, x + 12, y, row.outcome, look.SMALL, QColor(tone), bold=True)
    return spots


def _width(row: DotRow) -> float:
    return sum(len(group) for group in row.groups) + _APART * max(0, len(row.groups) - 1)


def paint_roses(p: QPainter, figure: Roses, rect: QRectF, style: Style) -> list[Spot]:
    """Paint histograms of directions side by side; return what can be hovered."""
    inner = paint_words(p, rect, figure.title, figure.caption, (), style)
    n = len(figure.roses)
    columns = max(1, min(n, round(math.sqrt(n * inner.width() / max(1.0, inner.height())))))
    wide, tall = inner.width() / columns, inner.height() / math.ceil(max(1, n) / columns)
    spots: list[Spot] = []
    for k, rose in enumerate(figure.roses):
        place = QRectF(inner.left() + k % columns * wide, inner.top() + k // columns * tall, wide, tall)
        draw_text(p, place.center().x(), place.top() + 8, elided(rose.label, look.SMALL, wide - 8), look.SMALL,
                  QColor(style.text), align=0.5)  # fmt: skip
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
        spots.append(Spot(centre.x() + at * math.cos(middle), centre.y() - at * math.sin(middle), 8, 8,
                          f"{rose.label}\n{math.degrees(middle):.0f}°: {100 * heights[k] / total:.1f} %"))  # fmt: skip
    return spots
