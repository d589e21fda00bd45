"""V of two incoming weights, or of a weight and a bias: a map in colours with contours, units as balls on it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from dropout_viz.analysis.questions.shared import Array, Scene
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import Palette, faded
from dropout_viz.draw.spans import ticked
from dropout_viz.draw.style import MARGIN, SMALL, Style, mix
from dropout_viz.draw.text import draw_text
from dropout_viz.draw.ticks import tick_texts
from dropout_viz.draw.valleys import WIDE, paint_axes, paint_upright_name
from dropout_viz.views.shared.balls import counts, paint_arrow, paint_ball, paint_trails, radius
from dropout_viz.views.shared.curve import lower_ticks
from dropout_viz.views.shared.layout import LEFT, Cell

_PALE = 0.72  # how strong the shades are


class MapPicture:
    """One arm's map in a cell, as it is or its mirror image. Attributes as those of ``CurvePicture``."""

    def __init__(self, scene: Scene, cell: Cell) -> None:
        self.scene, self.cell = scene, cell
        self.arm = arm = scene.arms[cell.arm]
        self.sign = -1.0 if cell.no else 1.0
        self._x, self._y = scene.request.ranges
        shown = arm.against if cell.no else ~arm.against
        self.units = np.flatnonzero(shown & arm.finite)
        largest = 0.85 * radius(len(arm.votes), cell.plot.height())
        self.sizes = largest * np.where(arm.idle, 0.75, 0.75 + 0.25 * np.sqrt(arm.strength))[self.units]
        self.places = self.at(arm.points[self.units])

    def at(self, points: Array) -> Array:
        """Return where points (n, 2 or more) lie, in pixels (n, 2)."""
        plot = self.cell.plot
        x = plot.left() + (points[:, 0] - self._x[0]) / (self._x[1] - self._x[0]) * plot.width()
        y = plot.bottom() - (points[:, 1] - self._y[0]) / (self._y[1] - self._y[0]) * plot.height()
        return np.stack([x, y], axis=1)

    def paint_axes(self, p: QPainter, colours: Palette, names: tuple[str, str]) -> None:
        """Draw the axes and what each measures."""
        plot, (low, high) = self.cell.plot, self._y
        span = ticked(low, high, max(2, int(plot.height() / 40)))
        along = plot.height() / (high - low)
        texts = tick_texts(span, WIDE)
        up = [(plot.bottom() - (y - low) * along, text) for y, text in zip(span.ticks(), texts, strict=True)]
        paint_axes(p, colours, plot, lower_ticks(plot, self._x), names[0] if self.cell.named else "", up)
        if self.cell.named:
            paint_upright_name(p, colours, plot, up, names[1], (38, LEFT + MARGIN - 6))

    def paint(self, p: QPainter, colours: Palette, fine: bool) -> None:
        """Draw the map and its contours."""
        arm, plot = self.arm, self.cell.plot
        heights = self.sign * arm.values
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # a sample lies in the middle of its pixel: the picture is half a pixel larger than the axes on every side
        rows, columns = heights.shape
        dx, dy = plot.width() / (columns - 1) / 2, plot.height() / (rows - 1) / 2
        with saved(p):
            p.setClipRect(plot)
            p.drawImage(plot.adjusted(-dx, -dy, dx, dy), _image(heights, self.scene.limit, colours.style))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            for level, pieces in arm.contours:
                x = plot.left() + pieces[..., 0] * 2 * dx
                y = plot.bottom() - pieces[..., 1] * 2 * dy
                p.setPen(QPen(faded(colours.text, 0.55 if level == 0 else 0.28), 1))
                p.drawLines([QLineF(*ends) for ends in np.stack([x, y], axis=-1).reshape(-1, 4).tolist()])

    def paint_balls(self, p: QPainter, colours: Palette, trails: list[Array], steps: int, numbers: list[str]) -> None:
        """Draw the units' trails, then arrows, then balls. ``trails``: of every unit, (n, 3 or more) each."""
        arm, plot = self.arm, self.cell.plot
        kinds = len(colours.ball)
        with saved(p):
            p.setClipRect(plot)
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_trails(
                p, [self.at(trails[unit]) for unit in self.units.tolist()], [0] * len(self.units), [colours.text]
            )
            spots = [QPointF(x, y) for x, y in self.places.tolist()]
            scale = (
                np.array([plot.width() / (self._x[1] - self._x[0]), -plot.height() / (self._y[1] - self._y[0])]) * steps
            )
            for unit, at, size in zip(self.units.tolist(), spots, self.sizes.tolist(), strict=True):
                paint_arrow(p, colours.text, at, QPointF(*(arm.speeds[unit, :2] * scale).tolist()), size)
            for unit, at, size in zip(self.units.tolist(), spots, self.sizes.tolist(), strict=True):
                p.setOpacity(self._nearness(unit))
                paint_ball(p, colours, at, size, colours.ball[unit % kinds], numbers[unit], bool(arm.idle[unit]))
            p.setOpacity(1.0)
            for count in counts(self.places, self.sizes, plot):
                if count.line is not None:
                    p.setPen(QPen(colours.text, 1))
                    p.drawLine(count.line)
                at = count.room.center()
                draw_text(p, at.x(), at.y(), count.text, SMALL, colours.text, bold=True, align=0.5)

    def _nearness(self, unit: int) -> float:
        """Return 1 for a ball in the plane of the map; the farther off it lies in a third coordinate, the less."""
        if self.arm.points.shape[1] < 3:
            return 1.0
        third = self.arm.points[:, 2]
        off = abs(third[unit] - third[self.scene.request.held])
        return float(max(0.45, 1 - off / max(np.ptp(third), 1e-12))) if np.isfinite(off) else 0.45

    def value(self, at: QPointF) -> tuple[float, float, float]:
        """Return both coordinates and the height at a pixel."""
        plot = self.cell.plot
        u, v = (at.x() - plot.left()) / plot.width(), (plot.bottom() - at.y()) / plot.height()
        rows, columns = self.arm.values.shape
        i, j = round(v * (rows - 1)), round(u * (columns - 1))
        x, y = self.scene.axes
        return float(x[j]), float(y[i]), self.sign * float(self.arm.values[i, j])


def _image(heights: Array, limit: float, style: Style) -> Any:
    """Return heights (rows, columns), the first row lowest, as a picture; what is not a number is left blank."""
    table = _table(style)
    index = np.nan_to_num((heights / max(limit, 1e-300) + 1) * 127.5)
    shades = table[np.clip(index, 0, 255).astype(np.intp)]
    shades[np.isnan(heights)] = QColor(style.panel).rgb()
    pixels = np.ascontiguousarray(shades[::-1])
    rows, columns = pixels.shape
    return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()


@lru_cache(maxsize=4)
def _table(style: Style) -> Array:
    """Return the shades from lowest to highest, (256,); paler than a plane's: balls, trails and arrows lie on them."""
    shades = [mix(style.panel, style.loss_shade(k / 255).name(), _PALE) for k in range(256)]
    return np.array([shade.rgb() for shade in shades], np.uint32)
