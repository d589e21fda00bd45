"""The large curve: zones under it, its axes, the ball and the ball's trail."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from dropout_viz.analysis.basins import Zones
from dropout_viz.analysis.curves import Curve
from dropout_viz.draw import brush
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import Palette, faded
from dropout_viz.draw.spans import Span
from dropout_viz.draw.valleys import paint_band, paint_zone
from dropout_viz.draw.weight_chart import WeightChart

Array = NDArray[Any]

_BASE = 9.0  # of the zones, below the lowest loss


class Chart(WeightChart):
    """One curve in a rectangle, and all that is drawn of it."""

    def __init__(self, area: QRectF, half: float, span: Span, even: float = math.inf) -> None:
        """``area``: of the zones, down to the weight axis. The rest: see ``WeightChart``."""
        super().__init__(area, half, span, _BASE, even)

    def paint(self, p: QPainter, colours: Palette, curve: Curve, zones: Sequence[int], fine: bool) -> None:
        """Draw zones and curve. ``zones``: the colour of each."""
        with saved(p):
            p.setClipRect(self.area.adjusted(0, -3, 0, 0))
            points = self.lines(curve.t, curve.losses)
            p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self.paint_zones(p, colours, curve.zones, zones, points)
            self.paint_grid(p, colours)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            if curve.errors is not None:  # two standard errors on both sides
                ends = np.stack([self.x(curve.t)] + [self.y(curve.losses + k * curve.errors) for k in (-2, 2)], axis=1)
                ends = ends[np.isfinite(ends).all(axis=1)]
                paint_band(p, faded(colours.text, 0.25), ends[:, [0, 1]], ends[:, [0, 2]])
            brush.line(p, points, colours.curve, 2.0 * min(1.25, self.grown), fine)
            self._bottoms(p, colours, curve.zones, zones)

    def paint_zones(self, p: QPainter, colours: Palette, zones: Zones, shades: Sequence[int], points: Array) -> None:
        """Fill each zone: faintly over its whole height, strongly under the curve."""
        parts = self.parts(zones.borders, points, over=3)
        for (zone, part), shade in zip(parts, shades, strict=False):
            paint_zone(p, colours, shade, zone, points[part], self.area.top())
        for zone, part in parts[1:]:
            summit = float(points[part.start, 1])
            p.fillRect(QRectF(zone.left() - 0.5, summit, 1, zone.bottom() - summit), colours.border)

    def _bottoms(self, p: QPainter, colours: Palette, zones: Zones, shades: Sequence[int]) -> None:
        """Mark each zone's lowest point with a small ring, or with an arrow where it lies beyond the picture."""
        for basin, shade in zip(zones.basins, shades, strict=True):
            if not math.isfinite(basin.value) or (len(zones) == 1 and not basin.open and basin.bottom == basin.left):
                continue  # no number, or level all along
            x, y = self.x(basin.bottom), self.y(basin.value)
            if basin.open:
                side = -1.0 if basin.bottom <= -self.weights.half else 1.0
                y += 10 if y < self.area.top() + 16 else -10
                brush.fill(p, colours.text)
                back = x - 9 * side
                p.drawPolygon(QPolygonF([QPointF(x - 3 * side, y), QPointF(back, y - 3.5), QPointF(back, y + 3.5)]))
            else:
                p.setPen(QPen(colours.text, 1.2))
                p.setBrush(colours.under[shade % len(colours.under)])
                p.drawEllipse(QPointF(x, y), 2.6 * self.grown, 2.6 * self.grown)

    def paint_ball(self, p: QPainter, colours: Palette, curve: Curve, shade: int) -> None:
        """Draw the ball on the curve and the line down to its value."""
        x, y = self.x(curve.value), self.y(curve.loss)
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        foot = self.area.bottom()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.fillRect(QRectF(x - 0.5, y, 1, foot - y), colours.drop)
        brush.ball(p, x, y, 7.0 * self.grown, colours.ball[shade % len(colours.ball)], colours.rim)
        self.paint_pointer(p, colours, x)
