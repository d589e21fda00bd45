"""Drawing curves fast: polygons filled from NumPy, lines as hairlines side by side, discs as points of a thick pen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QPixmap, QPolygonF, QRadialGradient
from shiboken6 import VoidPtr

from dropout_viz.draw.painting import painted
from dropout_viz.draw.style import mix

Array = NDArray[Any]


_VOID: Any = VoidPtr  # its type hints know one argument, it takes three: address, size, writeable
_made: dict[int, tuple[QPolygonF, Array]] = {}  # by number of points: the polygon and its memory


def polygon(points: Array) -> QPolygonF:
    """Return points (n, 2) as a polygon, to be drawn at once: the next one of as many points takes its place.

    A Python loop over the points would take a hundred times as long.
    """
    n = len(points)
    if n not in _made:
        made = QPolygonF()
        if not n:
            return made
        made.resize(n)
        raw: Any = _VOID(made.data(), 16 * n, True)
        if len(_made) > 1000:
            _made.clear()
        _made[n] = made, np.frombuffer(raw, np.float64).reshape(n, 2)
    made, memory = _made[n]
    memory[:] = points
    return made


def fill(p: QPainter, colour: QColor) -> None:
    """Let what is drawn next be filled, without an edge."""
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(colour)


def arrow_head(p: QPainter, x: float, y: float, length: float, half: float) -> None:
    """Draw a triangle whose tip is at (x, y), so long to its left (to its right where that is below 0), and twice
    ``half`` high."""
    p.drawPolygon(QPolygonF([QPointF(x - length, y - half), QPointF(x, y), QPointF(x - length, y + half)]))


def shading(left: float, right: float, colours: Sequence[QColor]) -> QLinearGradient:
    """Return a fill that goes through some colours from left to right, at even distances."""
    made = QLinearGradient(left, 0, right, 0)
    for k, colour in enumerate(colours):
        made.setColorAt(k / (len(colours) - 1), colour)
    return made


def line(p: QPainter, points: Array, colour: QColor, width: float, fine: bool) -> None:
    """Draw a smooth line through points (n, 2).

    Qt draws a smoothed pen of one device pixel twenty times as fast as a wider one. The live line is made of such
    hairlines, moved by fractions of its width; ``fine``: a true pen, for a picture.
    """
    made = polygon(points if fine else _bends(points))
    if fine:
        p.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        p.drawPolyline(made)
        return
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    p.setPen(pen)
    pixel = 1 / pixels(p)
    reach = max(0.0, (width - pixel) / 2)
    strokes = max(1, round(width / pixel))
    shifts = [(0.0, reach * (2 * k / (strokes - 1) - 1)) for k in range(strokes)] if strokes > 1 else [(0.0, 0.0)]
    if width > 1.7:  # else a steep line would be a hairline
        shifts += [(-reach, 0.0), (reach, 0.0)]
    for dx, dy in shifts:
        p.drawPolyline(made.translated(dx, dy) if dx or dy else made)


def pixels(p: QPainter) -> float:
    """Return how many device pixels a unit of the painter is wide."""
    return abs(p.deviceTransform().m11()) or 1.0


def _bends(points: Array) -> Array:
    """Return fewer points (n, 2) for a line that runs straight for long: where two hairlines meet they are darker.

    The line stays within an eighth of a pixel.
    """
    if len(points) < 100:
        return points
    kept = np.zeros(len(points), bool)
    kept[::6] = kept[-1] = True
    y = points[:, 1]
    kept[1:-1] |= np.abs(y[2:] - 2 * y[1:-1] + y[:-2]) > 0.02
    return points[kept]


def ball(p: QPainter, x: float, y: float, radius: float, colour: QColor, rim: QColor) -> None:
    """Draw a ball with its middle at (x, y), lit from above."""
    middle = QPointF(x, y)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(rim)
    p.drawEllipse(middle, radius + 1.5, radius + 1.5)
    shade = QRadialGradient(middle, 1.5 * radius, QPointF(x - 0.3 * radius, y - 0.4 * radius))
    shade.setColorAt(0.0, mix(colour.name(), "#ffffff", 0.7))
    shade.setColorAt(0.45, colour)
    shade.setColorAt(1.0, colour.darker(145))
    p.setBrush(shade)
    p.drawEllipse(middle, radius, radius)


class Sprites:
    """Pictures of balls, each painted once: copying one costs a twentieth of painting it."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, int, float, float], QPixmap] = {}

    def ball(self, p: QPainter, x: float, y: float, radius: float, colour: QColor, rim: QColor) -> None:
        """Draw a ball as ``ball`` does, to a fraction of a pixel."""
        half, ratio = radius + 2, pixels(p)
        key = (colour.rgb(), rim.rgba(), radius, ratio)
        if key not in self._made:
            if len(self._made) > 64:
                self._made.clear()
            self._made[key] = painted(2 * half, 2 * half, ratio, lambda own: ball(own, half, half, radius, colour, rim))
        p.drawPixmap(QPointF(x - half, y - half), self._made[key])
