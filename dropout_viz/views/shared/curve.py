"""V of one incoming weight: the post's drawing, computed. Valleys as shaded zones, units as balls on the curve."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from dropout_viz.analysis.questions.shared import Array, Range, Scene
from dropout_viz.draw import brush
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import Palette, faded
from dropout_viz.draw.spans import Span, ticked
from dropout_viz.draw.style import BODY, SMALL
from dropout_viz.draw.text import draw_text, elided, fitting, fitting_ends, text_width
from dropout_viz.draw.ticks import tick_texts
from dropout_viz.draw.valleys import WIDE, ValleyChart, paint_axes, paint_band, paint_zone
from dropout_viz.draw.weight_scale import EvenScale
from dropout_viz.views.shared import words
from dropout_viz.views.shared.balls import paint_arrow, paint_ball, paint_trails, pile, radius
from dropout_viz.views.shared.layout import Cell
from dropout_viz.words import many

_BASE, _LOW_BASE = 25.0, 17.0  # below the lowest height: room for the counts, also in a low picture
_LOW = 150.0
_AXIS = (
    ("V: loss that a unit here adds, for each bit of vote", "V: loss for each bit of vote", "V"),
    ("−V: loss that a unit here takes off, for each bit of vote against", "−V: the same upside down", "−V"),
)
"""What the upright axis measures, for yes and for no."""


class CurvePicture(ValleyChart):
    """One arm's curve in a cell, right way up or upside down.

    Attributes:
        units: which units are drawn. places: the middles of their balls, (units, 2) in pixels; sizes: their radii.
    """

    def __init__(self, scene: Scene, cell: Cell, span: Span) -> None:
        self.scene, self.cell = scene, cell
        self.arm = scene.arms[cell.arm]
        self.sign = -1.0 if cell.no else 1.0
        self._range: Range = scene.request.ranges[0]
        assert self.arm.zones is not None
        self.zones = self.arm.zones[cell.no]
        arm = self.arm
        largest = radius(len(arm.votes), cell.plot.height())
        base = _BASE if cell.plot.height() >= _LOW else _LOW_BASE
        piles = min(0.3 * cell.plot.height(), 10.5 * largest)  # room for them above the highest point
        super().__init__(cell.plot, EvenScale(self._range), span, base, piles)
        shown = arm.against if cell.no else ~arm.against
        self.units = np.flatnonzero(shown & arm.finite & np.isfinite(arm.heights))
        self.sizes = largest * np.where(arm.idle, 0.72, 0.72 + 0.28 * np.sqrt(arm.strength))[self.units]
        x = self.x(arm.points[self.units, 0])
        floor = self.y(self.sign * arm.heights[self.units]) - self.sizes - 1
        y = pile(x, floor, self.sizes)
        above = floor - y
        room = floor - (cell.plot.top() + self.sizes + 2)
        high = above > np.maximum(room, 0)
        squeeze = float((np.maximum(room, 0)[high] / above[high]).min()) if high.any() else 1.0
        self.places = np.stack([x, floor - squeeze * above], axis=1)

    def line(self, heights: Array) -> Array:
        """Return a curve in pixels, (n, 2)."""
        return self.lines(self.scene.axes[0], self.sign * heights)

    def paint_axes(self, p: QPainter, colours: Palette, name: str) -> None:
        """Draw the axes; ``name`` is what the lower one measures."""
        plot = self.cell.plot
        named = name if self.cell.named else ""
        paint_axes(p, colours, plot, lower_ticks(plot, self._range), named, self.heights())

    def paint(self, p: QPainter, colours: Palette, fine: bool) -> None:
        """Draw zones, ground, what has been filled in, and the curve."""
        plot = self.cell.plot
        with saved(p):
            p.setClipRect(plot)
            floor, now = self.line(self.arm.empty), self.line(self.arm.values)
            p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            parts = self.parts(self.zones.borders, floor)
            for k, (zone, part) in enumerate(parts):
                shade = k % len(colours.above)
                paint_zone(p, colours, shade, zone, floor[part], self.y(self.span.high))
                top = np.minimum(now[part], floor[part])  # pixels run downwards
                filled = np.concatenate([top, floor[part][::-1]])
                p.setBrush(faded(colours.under[shade], 0.5))
                p.drawPolygon(brush.polygon(filled))
                p.setBrush(QBrush(faded(colours.text, 0.16), Qt.BrushStyle.BDiagPattern))
                p.drawPolygon(brush.polygon(filled))
            self.paint_grid(p, colours)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.arm.errors is not None:
                low, high = (self.line(self.arm.values + k * self.arm.errors) for k in (-2, 2))
                paint_band(p, faded(colours.text, 0.22), low, high)
            dashed = QPen(faded(colours.text, 0.7), 1)
            dashed.setDashPattern([4, 4])
            p.setPen(dashed)
            p.drawPolyline(brush.polygon(floor))
            brush.line(p, now, colours.curve, 2.2, fine)
        said = fitting(_AXIS[self.cell.no], SMALL, 0.7 * plot.width())
        draw_text(p, plot.left() + 6, plot.top() + 9, said, SMALL, colours.dim)
        self._paint_counts(p, colours, [zone for zone, _ in parts])

    def _paint_counts(self, p: QPainter, colours: Palette, valleys: list[QRectF]) -> None:
        """Write under each valley how many balls lie in it."""
        balls, idle = words.counts(self.arm, self.cell.no)
        middle = self.cell.plot.bottom() - self.base / 2 + 1
        for k, valley in enumerate(valleys):
            said = many(balls[k], "ball") if balls[k] else "empty"
            whole = f"{said}, {idle[k]} idle" if idle[k] else said
            for text in (whole, said, str(balls[k])):
                if text_width(text, SMALL, True) <= valley.width() - 6:
                    colour = colours.text if balls[k] else faded(colours.text, 0.75)
                    draw_text(p, valley.center().x(), middle, text, SMALL, colour, bold=True, align=0.5)
                    break

    def paint_balls(self, p: QPainter, colours: Palette, trails: list[Array], steps: int, numbers: list[str]) -> None:
        """Draw the units' trails, then arrows, then balls. ``trails``: of every unit, (n, 2) each."""
        arm = self.arm
        shades = [self.zones.zone_of(w) % len(colours.ball) for w in arm.points[self.units, 0].tolist()]
        with saved(p):
            p.setClipRect(self.cell.plot)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            paths = [trails[unit] for unit in self.units.tolist()]
            seen = [np.stack([self.x(path[:, 0]), self.y(self.sign * path[:, 1])], axis=1) for path in paths]
            paint_trails(p, seen, shades, colours.ball)
            spots = [QPointF(x, y) for x, y in self.places.tolist()]
            scale = steps * self.cell.plot.width() / (self._range[1] - self._range[0])
            for unit, spot, size in zip(self.units.tolist(), spots, self.sizes.tolist(), strict=True):
                paint_arrow(p, colours.text, spot, QPointF(float(arm.speeds[unit, 0]) * scale, 0), size)
            for unit, spot, size, shade in zip(self.units.tolist(), spots, self.sizes.tolist(), shades, strict=True):
                paint_ball(p, colours, spot, size, colours.ball[shade], numbers[unit], bool(arm.idle[unit]))


def lower_ticks(plot: QRectF, limits: Range) -> list[tuple[float, str]]:
    """Return where the round numbers of a horizontal axis are, in pixels, and their texts."""
    low, high = limits
    span = ticked(low, high, max(2, int(plot.width() / 55)))
    along = plot.width() / (high - low)
    texts = tick_texts(span, min(WIDE, span.tick * along - 6))
    return [(plot.left() + (value - low) * along, text) for value, text in zip(span.ticks(), texts, strict=True)]


def paint_head(
    p: QPainter, colours: Palette, head: QRectF, titles: list[str], end: str, second: list[str], far: list[str]
) -> None:
    """Write the two lines above a picture, each with what stands at its right end, as fully as there is room for."""
    first, size = head.top() + 9, BODY + 1
    title = next((t for t in titles if text_width(t, size, True) <= head.width()), titles[-1])
    title = elided(title, size, head.width(), True)
    room = head.width() - draw_text(p, head.left(), first, title, size, colours.text, bold=True) - 14
    if text_width(end, BODY) <= room:
        draw_text(p, head.right(), first, end, BODY, colours.text, align=1, live=True)
    left, right = fitting_ends(second, far, SMALL, head.width())
    left = elided(left, SMALL, head.width() - (text_width(right, SMALL) + 14 if right else 0))
    draw_text(p, head.left(), first + 19, left, SMALL, colours.dim)
    draw_text(p, head.right(), first + 19, right, SMALL, colours.dim, align=1)
