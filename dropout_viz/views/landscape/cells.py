"""The small multiples: every weight's curve, zones and ball in a few pixels, all painted by one widget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from dropout_viz.analysis.curves import Curve
from dropout_viz.draw import brush
from dropout_viz.draw.palette import Palette, round_pen
from dropout_viz.draw.valleys import closed

Array = NDArray[Any]

_FLOOR = 0.02  # a curve lower than this share of the highest is drawn on that scale: nearly level, as it is


class Cells:
    """The multiples of one scene, mapped into the layout's cells."""

    def __init__(self, curves: Sequence[Curve], ranges: Sequence[float], areas: Sequence[QRectF]) -> None:
        self.curves, self.areas = curves, areas
        t = np.array([c.t for c in curves])
        losses = np.array([c.losses for c in curves], float)
        finite = np.isfinite(losses)
        low = np.where(finite, losses, np.inf).min(axis=1)
        high = np.where(finite, losses, -np.inf).max(axis=1)
        self.known = low <= high
        height = np.where(self.known, high - low, 0.0)
        spare = np.maximum(0.0, np.maximum(_FLOOR * height.max(initial=0.0), 1e-12) - height) / 2
        self._low, self._high = np.where(self.known, low - spare, 0.0), np.where(self.known, high + spare, 1.0)
        self._half = np.array(ranges)
        self._left, self._top, self._width, self._height = np.array([a.getRect() for a in areas]).T
        self._pad = np.minimum(5.0, self._height / 6)
        # the curve, then the two lower corners that close it to an area
        self.points = np.empty((len(curves), t.shape[1] + 2, 2))
        self.points[:, :-2, 0] = self._x(t)
        self.points[:, :-2, 1] = np.where(finite, self._y(losses), self._top[:, None])
        self.points[:, -2, 0], self.points[:, -1, 0] = self._left + self._width, self._left
        self.points[:, -2:, 1] = (self._top + self._height)[:, None]

    def _x(self, t: Array) -> Array:
        return self._left[:, None] + (t / self._half[:, None] + 1) * (self._width / 2)[:, None]

    def _y(self, losses: Array) -> Array:
        room = (self._height - 2 * self._pad) / (self._high - self._low)
        return (self._top + self._height - self._pad)[:, None] - (losses - self._low[:, None]) * room[:, None]

    def paint(self, p: QPainter, colours: Palette, shades: Sequence[Sequence[int]], fine: bool) -> None:
        """Draw zones, curves and balls. ``shades``: for each curve the colours of its zones."""
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        p.setPen(Qt.PenStyle.NoPen)
        for k, curve in enumerate(self.curves):
            if not self.known[k]:
                p.fillRect(self.areas[k], QColor(colours.style.off))
            elif len(shades[k]) == 1:
                p.fillRect(self.areas[k], colours.above[shades[k][0] % len(colours.above)])
                p.setBrush(colours.plain[shades[k][0] % len(colours.plain)])
                p.drawPolygon(brush.polygon(self.points[k]))
            else:
                self._zones(p, colours, k, curve, shades[k])
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for points in self.points[self.known]:
            brush.line(p, points[:-2], colours.small_curve, 1.4, fine)
        self._balls(p, colours, [row[c.zone] for row, c in zip(shades, self.curves, strict=True)])

    def _zones(self, p: QPainter, colours: Palette, k: int, curve: Curve, shades: Sequence[int]) -> None:
        """Fill a cell of several zones."""
        area, points = self.areas[k], self.points[k]
        cuts = [0, *np.searchsorted(curve.t, curve.zones.borders).tolist(), len(points) - 3]
        for first, last, shade in zip(cuts, cuts[1:], shades, strict=False):
            left, right = float(points[first, 0]), float(points[last, 0])
            zone = QRectF(left, area.top(), right - left, area.height())
            p.fillRect(zone, colours.above[shade % len(colours.above)])
            p.setBrush(colours.plain[shade % len(colours.plain)])
            p.drawPolygon(brush.polygon(closed(points[first : last + 1], zone)))

    def _balls(self, p: QPainter, colours: Palette, shades: Sequence[int]) -> None:
        at = np.array([(c.value, c.loss) for c in self.curves])
        points = np.concatenate([self._x(at[:, :1]), self._y(at[:, 1:])], axis=1)
        there = np.isfinite(points).all(axis=1)
        kinds = np.array(shades) % len(colours.ball)
        size = 2 * float(np.clip(self._height.min() / 8, 2.2, 4.4))
        p.setPen(round_pen(colours.rim, size + 2))
        p.drawPoints(brush.polygon(points[there]))
        for shade in sorted(set(kinds[there].tolist())):
            p.setPen(round_pen(colours.ball[shade], size))
            p.drawPoints(brush.polygon(points[there & (kinds == shade)]))
