"""Draws what ties pixels and feature maps together: arrows between them, and what a number of a map saw."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.draw import brush
from dropout_viz.draw.ink import Ink
from dropout_viz.nn.convolution import seen_by
from dropout_viz.nn.parts import Unit
from dropout_viz.views.network.layout import Layout


def draw_flow(painter: QPainter, layout: Layout, ink: Ink) -> None:
    """Draw an arrow from every picture to the maps that are made of it."""
    colour, head = ink.colour("faint"), 5.0 * ink.ui
    for left, right in zip(layout.before, layout.every[1:], strict=False):
        a, b, y = left.box.right + 10 * ink.ui, right.box.left - 10 * ink.ui, layout.area.middle
        if b - a < 2 * head:
            continue
        painter.setPen(QPen(colour, 1.4 * ink.ui))
        painter.drawLine(QLineF(a, y, b - head, y))
        brush.fill(painter, colour)
        painter.drawPolygon(QPolygonF([QPointF(b, y), QPointF(b - head, y - head), QPointF(b - head, y + head)]))


def draw_window(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, unit: Unit) -> None:
    """Frame the part of the picture before it that a number of a map saw; of maps, in every one."""
    place = len(layout.before) + unit.layer
    if unit.layer > 0 or place == 0 or not layout.before:
        return
    row, column, _ = reading.in_pictures(unit)
    below = layout.before[place - 1]
    tiles = below.tiles
    assert tiles is not None
    top, bottom, left, right = seen_by(row, column, tiles.height, tiles.width)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.colour("text"), (1.2 if tiles.gap else 2.0) * ink.ui))
    pitch, pixel = below.pitch, below.pitch / tiles.cell  # of a device pixel, in logical ones
    for down, across in map(tiles.corner, range(tiles.maps)):
        x, y = below.box.left + across * pixel + left * pitch, below.box.top + down * pixel + top * pitch
        painter.drawRect(QRectF(x, y, (right - left) * pitch, (bottom - top) * pitch))
