"""Drawing curves fast: polygons filled from NumPy, lines as hairlines side by side, discs as points of a thick pen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRadialGradient
from shiboken6 import VoidPtr

from dropout_viz.views.style import mix

Array = NDArray[Any]


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
        memory = VoidPtr(made.data(), 16 * n, True)  # type: ignore[call-overload]
        if len(_made) > 1000:
            _made.clear()
        _made[n] = made, np.frombuffer(memory, np.float64).reshape(n, 2)
    made, memory = _made[n]
    memory[:] = points
    return made


def line(p: QPainter, points: Array, colour: QColor, width: float, fine: bool) -> None:
    """Draw a smooth line through points (n, 2).

    Qt draws a smoothed pen of one device pixel twenty times as fast as a wider one. The live line is made of such
    hairlines, moved by fractions of its width; ``fine``: a true pen, for a picture.
    """
    made = polygon(points)
    if fine:
        p.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        p.drawPolyline(made)
        return
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    p.setPen(pen)
    pixel = 1.0 / p.device().devicePixelRatioF()
    reach = (width - pixel) / 2
    if reach < 0.3:
        p.drawPolyline(made)
        return
    for dx, dy in ((0.0, -reach), (0.0, reach), (-reach, 0.0), (reach, 0.0)):
        p.drawPolyline(made.translated(dx, dy))


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
