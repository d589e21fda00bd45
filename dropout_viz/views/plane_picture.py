"""Drawing the loss surface as a map: shades, contours, and the paths over it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from dropout_viz.analysis.contours import contours
from dropout_viz.views import landscape_brush as brush
from dropout_viz.views.draw_text import draw_text, text_width
from dropout_viz.views.landscape_colours import faded, round_pen
from dropout_viz.views.plane_colours import Scale, ramp
from dropout_viz.views.plane_scene import Path, Scene
from dropout_viz.views.style import SMALL, Style

Array = NDArray[Any]

_APART = 11.0  # pixels between two dots of a path, at least
_NEAR, _FAR = 3.8, 1.8  # radius of a dot on the plane, and of the one farthest off it
REACH = 9.0
"""Pixels within which the mouse finds a dot."""


class Map:
    """The surface with its contours, painted once for each scene and copied then."""

    def __init__(self) -> None:
        self._key: object = None
        self._pixmap: QPixmap | None = None
        self._scene: Scene | None = None  # of the key: while it is held, no other can have its id

    def paint(self, p: QPainter, area: QRectF, scene: Scene, scale: Scale, style: Style, fine: bool) -> None:
        """Paint into ``area``."""
        if fine:
            p.save()
            p.translate(area.topLeft())
            p.setClipRect(QRectF(0, 0, area.width(), area.height()))
            _paint_map(p, area.width(), area.height(), scene, scale, style)
            p.restore()
            return
        ratio = brush.pixels(p)
        key = (id(scene), scale, style.name, area.width(), area.height(), ratio)
        if self._pixmap is None or key != self._key:
            self._key, self._scene = key, scene
            self._pixmap = QPixmap(math.ceil(area.width() * ratio), math.ceil(area.height() * ratio))
            self._pixmap.setDevicePixelRatio(ratio)
            own = QPainter(self._pixmap)
            _paint_map(own, area.width(), area.height(), scene, scale, style)
            own.end()
        p.drawPixmap(area.topLeft(), self._pixmap)


def _paint_map(p: QPainter, width: float, height: float, scene: Scene, scale: Scale, style: Style) -> None:
    rows, columns = scene.losses.shape
    colours = np.ascontiguousarray(ramp(style)[scale.shades(scene.losses[::-1])])
    image = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
    # A sample is the middle of its pixel, so that the outermost pixels reach half a sample beyond the area.
    cell_x, cell_y = width / (columns - 1), height / (rows - 1)
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    p.drawImage(QRectF(-cell_x / 2, -cell_y / 2, width + cell_x, height + cell_y), image)
    levels = scale.levels()
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    dark, light = faded("#000000", 0.34), faded("#ffffff", 0.30)
    for level, pieces in zip(levels, contours(scene.losses, levels), strict=True):
        pen = QPen(light if float(scale.share(level)) < 0.45 else dark, 1)
        pen.setCosmetic(True)
        p.setPen(pen)
        ends = pieces * (cell_x, -cell_y) + (0.0, height)
        p.drawLines([QLineF(*piece) for piece in ends.reshape(-1, 4).tolist()])


class Trace:
    """One path in pixels.

    Attributes:
        points: (n, 2), the present last; dots: indices of those that have a dot of their own.
    """

    def __init__(self, path: Path, area: QRectF, ranges: tuple[tuple[float, float], tuple[float, float]]) -> None:
        self.path = path
        (left, right), (low, high) = ranges
        share = (path.points - (left, low)) / (right - left, high - low)
        self.points = share * (area.width(), -area.height()) + (area.left(), area.bottom())
        self.visible = np.asarray((np.abs(self.points) < 1e5).all(axis=1))  # and no nan
        self.dots = self._apart()

    def _apart(self) -> list[int]:
        """Return points, from the start on, each some pixels from the one before; the last is the present."""
        kept: list[int] = []
        x = y = math.inf
        for k, (px, py) in enumerate(self.points.tolist()):
            if self.visible[k] and (not kept or math.hypot(px - x, py - y) >= _APART):
                kept.append(k)
                x, y = px, py
        last = len(self.points) - 1
        if self.visible[last] and (not kept or kept[-1] != last):
            if len(kept) > 1 and math.hypot(*(self.points[kept[-1]] - self.points[last])) < _APART:
                kept.pop()
            kept.append(last)
        return kept

    def nearest(self, at: QPointF) -> tuple[int, float] | None:
        """Return the dot nearest to a point and how many pixels it is away."""
        if not self.dots:
            return None
        away = np.hypot(*(self.points[self.dots] - (at.x(), at.y())).T)
        best = int(away.argmin())
        return self.dots[best], float(away[best])


def paint_trace(p: QPainter, trace: Trace, scale: Scale, style: Style, arm: int, farthest: float, fine: bool) -> None:
    """Draw a path: a line in its arm's hue, dots in the shade of their own loss, a ring at its start, a ball now.

    The farther a point lies off the plane, the smaller its dot; ``farthest``: the greatest distance there is.
    """
    points, colour = trace.points[trace.visible], style.arm(arm)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = QColor(style.panel if style.name == "light" else "#0c0f14")
    if len(points) > 1:
        brush.line(p, points, faded(edge, 0.85), 4.0, fine)
        brush.line(p, points, colour, 1.8, fine)
    shades = ramp(style)[scale.shades(trace.path.losses)]
    for k in trace.dots[1:-1]:
        share = math.sqrt(float(trace.path.off[k]) / farthest) if farthest > 1e-9 else 0.0
        radius = _NEAR + (_FAR - _NEAR) * min(1.0, share)
        at = QPointF(*trace.points[k])
        p.setPen(QPen(edge, 1.0))
        p.setBrush(colour)
        p.drawEllipse(at, radius + 1.6, radius + 1.6)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor.fromRgb(int(shades[k])))
        p.drawEllipse(at, radius, radius)
    if trace.visible[0] and len(trace.points) > 1:
        at = QPointF(*trace.points[0])
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(edge, 4.2))
        p.drawEllipse(at, 5.0, 5.0)
        p.setPen(QPen(colour, 2.2))
        p.drawEllipse(at, 5.0, 5.0)
    if trace.visible[0] and len(trace.points) > 1 and arm == 0:  # the other arm starts there too
        at = QPointF(*trace.points[0])
        side = 1.0 if trace.points[-1][0] < trace.points[0][0] else -1.0  # where the path does not go
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(faded(edge, 0.6))
        width = text_width("start", SMALL)
        middle = at.x() + side * (13 + width / 2)
        p.drawRoundedRect(QRectF(middle - width / 2 - 4, at.y() - 8, width + 8, 16), 4, 4)
        draw_text(p, middle, at.y(), "start", SMALL, QColor(style.text), align=0.5)
    if trace.visible[-1]:
        x, y = trace.points[-1].tolist()
        brush.ball(p, x, y, 7.0, colour, edge)


def paint_mark(p: QPainter, at: QPointF, style: Style) -> None:
    """Draw a ring around what the mouse has found."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(round_pen(QColor(style.panel), 4))
    p.drawEllipse(at, 8.5, 8.5)
    p.setPen(round_pen(QColor(style.text), 1.8))
    p.drawEllipse(at, 8.5, 8.5)
