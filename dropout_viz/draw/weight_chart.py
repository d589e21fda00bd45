"""A picture of valleys over one weight: its axis, what rolls in them, where it was, how many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPolygonF

from dropout_viz.draw import brush
from dropout_viz.draw.palette import Palette, faded, round_pen
from dropout_viz.draw.spans import Span, weight_text
from dropout_viz.draw.style import BODY
from dropout_viz.draw.text import draw_text, text_width
from dropout_viz.draw.valleys import ValleyChart, paint_numbers, paint_ruler, paint_upright_name
from dropout_viz.draw.weight_scale import WeightScale

Array = NDArray[Any]

_AGES = 6  # shades of a trail


class WeightChart(ValleyChart):
    """Valleys over the axis of a weight.

    Attributes:
        weights: the scale of that axis. grown: how much larger than usual balls, dots and lines are, as the picture is.
    """

    def __init__(self, area: QRectF, half: float, span: Span, base: float, even: float = math.inf) -> None:
        """``half``: the weight axis runs from -half to half. ``even``: the weight up to which it is about even; beyond,
        it is about logarithmic. The rest: see ``ValleyChart``."""
        self.weights = WeightScale(half, even)
        super().__init__(area, self.weights, span, base)
        self.grown = min(1.7, max(0.9, area.height() / 210))

    def paint_axes(self, p: QPainter, colours: Palette, name: str, loss: str | None = "loss") -> None:
        """Draw the axes; ``name`` is what the weight axis measures, ``loss`` the other one, which a chart beside that
        has it spares: None."""
        self.paint_ruler(p, colours)
        self.paint_numbers(p, colours, name, loss)

    def paint_ruler(self, p: QPainter, colours: Palette) -> None:
        """Draw the weight axis itself."""
        paint_ruler(p, colours, self.area, self._across)

    def paint_numbers(self, p: QPainter, colours: Palette, name: str, loss: str | None) -> None:
        """Write what ``paint_axes`` does beside the area."""
        up = self.heights() if loss is not None else []
        paint_numbers(p, colours, self.area, self._across, name, up)
        if name and loss:
            paint_upright_name(p, colours, self.area, up, loss, (53, 66))

    @property
    def _across(self) -> list[tuple[float, str]]:
        return [(float(self.x(value)), weight_text(value)) for value in self.weights.ticks(self.area.width())]

    def paint_trail(self, p: QPainter, values: Array, losses: Array, colour: QColor) -> None:
        """Draw where the ball has been: dots that are the smaller and the fainter the older they are."""
        x, y = self.x(values), self.y(losses)
        area = self.area
        points = np.stack([x, y], axis=1)
        age = np.arange(len(x)) * _AGES // max(1, len(x))
        inside = (x > area.left() + 1) & (x < area.right() - 1) & (y > area.top()) & (y < area.bottom() - 1)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k in range(_AGES):
            part = points[inside & (age == k)]
            if len(part):
                share = (k + 1) / _AGES
                p.setPen(round_pen(faded(colour, 0.15 + 0.7 * share**1.5), (1.6 + 1.9 * share) * self.grown))
                p.drawPoints(brush.polygon(part))

    def paint_probes(
        self, p: QPainter, colours: Palette, at: Array, heights: Array, zones: Array, shades: Sequence[int]
    ) -> None:
        """Draw probes at weights and heights, (n,) each, which belong to ``zones`` (n,), in the colours of these."""
        y = self.y(heights) - 3 * self.grown
        points = np.stack([self.x(at), y], axis=1)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for zone in np.unique(zones).tolist():
            part = points[(zones == zone) & np.isfinite(y)]
            for colour, width in ((colours.rim, 7.5), (colours.ball[shades[zone] % len(colours.ball)], 5.0)):
                p.setPen(round_pen(colour, width * self.grown))
                p.drawPoints(brush.polygon(part))

    def paint_counts(self, p: QPainter, colours: Palette, borders: Sequence[float], counts: Sequence[int]) -> None:
        """Write at the top of each zone between borders how many it has caught."""
        edges = [-self.weights.half, *borders, self.weights.half]
        for left, right, count in zip(edges, edges[1:], counts, strict=False):
            room = self.x(right) - self.x(left)
            if text_width(str(count), BODY, True) + 2 <= room:
                middle = (self.x(left) + self.x(right)) / 2
                draw_text(p, middle, self.area.top() + 9, str(count), BODY, colours.text, bold=True, align=0.5)

    def paint_pointer(self, p: QPainter, colours: Palette, x: float) -> None:
        """Point at a place of the weight axis."""
        foot = self.area.bottom()
        brush.fill(p, colours.text)
        p.drawPolygon(QPolygonF([QPointF(x, foot), QPointF(x - 4, foot + 5), QPointF(x + 4, foot + 5)]))
