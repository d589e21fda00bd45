"""What pictures of error landscapes share: axes in round numbers, zones under a curve, the band of its error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from dropout_viz.draw import brush
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import Palette
from dropout_viz.draw.style import SMALL
from dropout_viz.draw.text import draw_text

Array = NDArray[Any]
Ticks = Iterable[tuple[float, str]]
"""Where on the picture each tick is, in pixels, and its text."""


def paint_axes(p: QPainter, colours: Palette, area: QRectF, across: Ticks, name: str, up: Ticks = ()) -> None:
    """Draw a lower axis with what it measures, "" for no name, and the numbers of the upright one."""
    p.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), colours.axis)
    for x, text in across:
        p.fillRect(QRectF(x - 0.5, area.bottom(), 1, 4), colours.axis)
        draw_text(p, x, area.bottom() + 11, text, SMALL, colours.dim, align=0.5)
    for y, text in up:
        draw_text(p, area.left() - 6, y, text, SMALL, colours.dim, align=1.0)
    draw_text(p, area.center().x(), area.bottom() + 25, name, SMALL, colours.dim, align=0.5)


def paint_upright_name(p: QPainter, colours: Palette, x: float, middle: float, name: str) -> None:
    """Write what an upright axis measures, from below upwards."""
    with saved(p):
        p.translate(x, middle)
        p.rotate(-90)
        draw_text(p, 0, 0, name, SMALL, colours.dim, align=0.5)


def paint_grid(p: QPainter, colours: Palette, area: QRectF, heights: Iterable[float]) -> None:
    """Draw a level line at each height, in pixels."""
    for y in heights:
        p.fillRect(QRectF(area.left(), round(y), area.width(), 1), colours.grid)


def paint_zone(p: QPainter, colours: Palette, shade: int, zone: QRectF, line: Array, top: float) -> None:
    """Fill a zone: faintly over its whole height, and strongly under the part of the curve in it, (n, 2), the fainter
    the deeper below ``top``."""
    shade %= len(colours.above)
    p.fillRect(zone, colours.above[shade])
    depth = QLinearGradient(0, top, 0, zone.bottom())
    depth.setColorAt(0.0, colours.under[shade])
    depth.setColorAt(1.0, colours.deep[shade])
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(depth)
    p.drawPolygon(brush.polygon(closed(line, zone)))


def closed(line: Array, zone: QRectF) -> Array:
    """Return a curve's part (n, 2) with the lower corners of its zone: the area under it."""
    made = np.empty((len(line) + 2, 2))
    made[:-2] = line
    made[-2:] = (zone.right(), zone.bottom()), (zone.left(), zone.bottom())
    return made


def paint_band(p: QPainter, colour: QColor, low: Array, high: Array) -> None:
    """Shade what lies between two lines, (n, 2) each, of the same x."""
    brush.fill(p, colour)
    p.drawPolygon(brush.polygon(np.concatenate([low, high[::-1]])))
