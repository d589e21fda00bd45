"""A pointer that can be seen from the last row."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap, QPolygonF

from dropout_viz.draw.painting import painting

_ARROW = ((0, 0), (0, 17), (4, 13.4), (6.8, 19.6), (9.6, 18.4), (6.9, 12.4), (12, 12.4))
_HEIGHT = 21.0


def pointer(height: int) -> QCursor:
    """Return an arrow so many pixels high, white with a black rim: it stands out on whatever it points at."""
    scale, rim = height / _HEIGHT, 2.0
    made = QPixmap(height, height)
    made.fill(Qt.GlobalColor.transparent)
    with painting(made) as p:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor("black"), 2 * rim)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        p.setPen(pen)
        p.setBrush(QColor("white"))
        p.drawPolygon(QPolygonF([QPointF(rim + x * scale, rim + y * scale) for x, y in _ARROW]))
    return QCursor(made, round(rim), round(rim))
