"""A picture that is kept of what seldom changes, below what changes with every step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPixmap

from dropout_viz.draw.brush import pixels
from dropout_viz.draw.painting import painted


class KeptPicture:
    """A picture that is drawn anew where anything that it depends on has changed."""

    def __init__(self) -> None:
        self._of: object = None
        self._made = QPixmap()

    def paint(
        self,
        p: QPainter,
        size: tuple[float, float],
        ground: QColor,
        of: object,
        draw: Callable[[QPainter], object],
        *,
        smooth: bool = True,
    ) -> None:
        """Paint it at the upper left corner: so large, on a ground. ``of``: all else that ``draw`` depends on."""
        ratio = pixels(p)
        of = (size, ratio, ground.rgba(), of)
        if self._made.isNull() or self._of != of:
            self._of, self._made = of, painted(*size, ratio, draw, ground=ground, smooth=smooth)
        p.drawPixmap(QPointF(0, 0), self._made)
