"""What pictures of error landscapes share: axes in round numbers, zones under a curve, the band of its error."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from dropout_viz.draw import brush
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import Palette
from dropout_viz.draw.spans import Span
from dropout_viz.draw.style import SMALL
from dropout_viz.draw.text import draw_text, text_width
from dropout_viz.draw.ticks import Ticks, apart, tick_texts, widest
from dropout_viz.draw.weight_scale import AxisScale

Array = NDArray[Any]
WIDE = 42.0
"""Pixels up to which the numbers of an axis are written out."""
_MOST = 48.0  # that the widest of them may take: beyond, the edge of the picture would cut off its sign or a digit
_HALF = 8.0  # of an upright name's height, with a gap
_END = 12.0  # how far beyond the ends of a lower axis its numbers may reach


def paint_axes(p: QPainter, colours: Palette, area: QRectF, across: Ticks, name: str, up: Ticks = ()) -> None:
    """Draw a lower axis with what it measures, "" for no name, and the numbers of the upright one."""
    paint_ruler(p, colours, area, across)
    paint_numbers(p, colours, area, across, name, up)


def paint_ruler(p: QPainter, colours: Palette, area: QRectF, across: Ticks) -> None:
    """Draw a lower axis with its ticks, which part of a pixel may lie over what is in the area."""
    p.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), colours.axis)
    for x, _, _ in apart(across, area.left() - _END, area.right() + _END):
        p.fillRect(QRectF(x - 0.5, area.bottom(), 1, 4), colours.axis)


def paint_numbers(p: QPainter, colours: Palette, area: QRectF, across: Ticks, name: str, up: Ticks = ()) -> None:
    """Write the numbers of both axes, and what the lower one measures, "" for no name: beside the area."""
    for _, middle, text in apart(across, area.left() - _END, area.right() + _END):
        draw_text(p, middle, area.bottom() + 11, text, SMALL, colours.dim, align=0.5)
    for y, text in up:
        if text_width(text, SMALL) <= _MOST:
            draw_text(p, area.left() - 6, y, text, SMALL, colours.dim, align=1.0)
    draw_text(p, area.center().x(), area.bottom() + 25, name, SMALL, colours.dim, align=0.5)


def paint_upright_name(
    p: QPainter, colours: Palette, area: QRectF, up: Ticks, name: str, away: tuple[float, float]
) -> None:
    """Write what an upright axis measures, from below upwards: beside its numbers, nothing where there is no room.

    ``away``: how many pixels its middle lies from the axis, and at most, where the numbers are wide.
    """
    usual, most = away
    beside = max(usual, 6 + min(widest(text for _, text in up), _MOST) + _HALF)
    if beside > most:
        return
    with saved(p):
        p.translate(area.left() - beside, area.center().y())
        p.rotate(-90)
        draw_text(p, 0, 0, name, SMALL, colours.dim, align=0.5)


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


class ValleyChart:
    """Where weights and heights lie in a picture of valleys.

    Attributes:
        area: down to the weight axis. scale: of that axis. span: of heights: its low end lies ``base`` pixels above the
            area's bottom, its high one ``room`` below its top.
    """

    def __init__(self, area: QRectF, scale: AxisScale, span: Span, base: float, room: float = 0.0) -> None:
        self.area, self.scale, self.span, self.base, self._room = area, scale, span, base, room

    def x(self, t: Any) -> Any:
        """Return where a weight lies, in pixels."""
        return self.area.left() + self.scale.share(t) * self.area.width()

    def y(self, height: Any) -> Any:
        """Return where a height lies, in pixels."""
        room = self.area.height() - self.base - self._room
        return self.area.bottom() - self.base - (height - self.span.low) / (self.span.high - self.span.low) * room

    def t(self, x: float) -> float:
        """Return the weight at a pixel."""
        return self.scale.weight((x - self.area.left()) / self.area.width())

    def lines(self, t: Array, heights: Array) -> Array:
        """Return curves in pixels, (..., n, 2). What is not finite stands as a wall above the picture."""
        y = self.y(np.asarray(heights, float))
        return np.stack([self.x(t), np.where(np.isfinite(y), y, self.area.top() - 50)], axis=-1)

    def parts(self, borders: Sequence[float], line: Array, over: float = 0.0) -> list[tuple[QRectF, slice]]:
        """Return each zone between borders, which begins so far ``over`` the area, and what of a curve is in it."""
        at = [float(self.x(border)) for border in borders]
        edges = [self.area.left(), *at, self.area.right()]
        cuts = [0, *np.searchsorted(line[:-1, 0], at).tolist(), len(line) - 1]
        top, bottom = self.area.top() - over, self.area.bottom()
        rooms = [QRectF(left, top, right - left, bottom - top) for left, right in pairwise(edges)]
        return list(zip(rooms, (slice(first, last + 1) for first, last in pairwise(cuts)), strict=True))

    def heights(self) -> list[tuple[float, str]]:
        """Return the ticks of the upright axis: where each is, and its text."""
        texts = tick_texts(self.span, WIDE)
        return [(self.y(value), text) for value, text in zip(self.span.ticks(), texts, strict=True)]

    def paint_grid(self, p: QPainter, colours: Palette) -> None:
        """Draw a level line at each tick of the upright axis."""
        for y, _ in self.heights():
            p.fillRect(QRectF(self.area.left(), round(y), self.area.width(), 1), colours.grid)
