"""Drawing the loss surface as a map: shades, contours, and the paths over it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.analysis.questions.plane import PlanePath, Scene
from dropout_viz.draw import brush
from dropout_viz.draw.cells import stretch_pixels
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.palette import faded, round_pen
from dropout_viz.draw.style import SMALL, Style
from dropout_viz.draw.text import draw_text, text_width
from dropout_viz.draw.tip import draw_tip
from dropout_viz.views.plane import words
from dropout_viz.views.plane.colours import Scale, ramp
from dropout_viz.views.plane.shading import Shading

Array = NDArray[Any]

_APART = 11.0  # pixels between two dots of a path, at least
_NEAR, _FAR = 3.8, 1.8  # radius of a dot on the plane, and of the one farthest off it
REACH = 9.0
"""Pixels within which the mouse finds a dot."""


def paint_map(p: QPainter, area: QRectF, shading: Shading) -> None:
    """Copy a map into ``area`` and draw its contours."""
    stretch_pixels(p, area, shading.pixels)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = np.array([area.width(), area.height()] * 2)
    corner = np.array([area.left(), area.top()] * 2)
    for light, pieces in shading.lines:
        pen = QPen(faded("#ffffff", 0.30) if light else faded("#000000", 0.34), 1)
        pen.setCosmetic(True)
        p.setPen(pen)
        p.drawLines([QLineF(*piece) for piece in (pieces * size + corner).tolist()])


class Trace:
    """One path in pixels.

    Attributes:
        path, area: what is drawn, and where. points: (n, 2), the present last; visible: those that can be drawn.
        dots: indices of those that have a dot of their own.
    """

    def __init__(self, path: PlanePath, area: QRectF, ranges: tuple[tuple[float, float], tuple[float, float]]) -> None:
        self.path, self.area = path, area
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
        brush.fill(p, QColor.fromRgb(int(shades[k])))
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
        brush.fill(p, faded(edge, 0.6))
        width = text_width("start", SMALL)
        if not trace.area.contains(QRectF(at.x() + side * 15, at.y() - 8, side * (width + 6), 16).normalized()):
            side = -side
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


def paint_reading(
    p: QPainter, scene: Scene, traces: Sequence[Trace], mouse: QPointF, area: QRectF, style: Style
) -> float:
    """Write what is at a place of the plane, a dot of a path or the surface; return its loss."""
    (left, right), (low, high) = scene.ranges
    x = area.left() + (mouse.x() - left) / (right - left) * area.width()
    at = QPointF(x, area.bottom() - (mouse.y() - low) / (high - low) * area.height())
    found = [(away, k, trace) for trace in traces if (near := trace.nearest(at)) for k, away in [near]]
    away, k, trace = min(found, key=lambda f: f[0], default=(math.inf, 0, None))
    if trace is not None and away <= REACH:
        loss = float(trace.path.losses[k])
        said = words.at_point(trace.path, k, float(scene.surface.losses(trace.path.points[k : k + 1])[0]))
        at = QPointF(*trace.points[k])
        paint_mark(p, at, style)
    else:
        loss = float(scene.surface.losses([[mouse.x(), mouse.y()]])[0])
        said = words.at_place(mouse.x(), mouse.y(), loss)
    draw_tip(p, area.right(), area.bottom(), Ink(style, 1.0, 1.0), said, at.x(), at.y())
    return loss
