"""A line of a plot that is cheap to paint while it lives and fine in a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QWidget

from dropout_viz.draw import style as look
from dropout_viz.draw.painting import guarded
from dropout_viz.draw.ranges import nice
from dropout_viz.draw.style import Style

_RING, _RINGS = 5.6, 12  # pixels across, and about how many on the width of a plot
_LONG = 3000  # pixels of line above which a wide, smooth pen takes seconds
_CROWDED = 3  # points to a column from which on a hairline fills it
_DENSE = 300  # points from which a hairline may be rough: it is noise, not shape

BAND = 0.6
"""How strong a band is, of a line of its colour: there is more of it."""
Colour = Callable[[Style], QColor]
"""A colour by what it means, asked again when the theme changes: ``lambda s: s.arm(0)``."""


class PlotCurve(pg.PlotCurveItem):
    """A line of a plot. Its data must be finite, or ``connect`` must leave out what is not.

    Attributes:
        dotted: put a dot on every point.
        banded: it stands for all that lies between its points, of which there are more than pixels: paler, as one
            upright stroke in each column.
        ringed: put a ring on the line every so often, at places of the axis that stay where they are while it grows.
        note: told what went wrong while it was painted, ``""`` where nothing did.

    While live it is drawn as hairlines side by side: Qt draws a smoothed pen of one pixel 100 times as fast as one of
    two, so that a few of them make the same line at a fraction of the cost. So is a long, noisy line of a picture.
    """

    def __init__(self, colour: Colour, width: float, dash: Sequence[float] | None) -> None:
        super().__init__(skipFiniteCheck=True, antialias=True)
        self.colour, self.width, self.dash = colour, width, dash
        self.dotted = self.ringed = self.banded = False
        self.fine = False
        self.note: Callable[[str], object] = str
        self.setSegmentedLineMode("off")
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def take(self, style: Style, fine: bool) -> None:
        """Take a theme's colour, and the true pen of a picture or the cheap one of a live view."""
        self.fine = fine
        self.ground = QColor(style.panel)
        self.setPen(pg.mkPen(self.colour(style), width=1))

    def boundingRect(self) -> QRectF:
        """Return what the plot shows: it is clipped to that, and the true bounds would cost a look at every point."""
        box = self.getViewBox()  # not self.viewRect(): pyqtgraph remembers that for too long
        return box.viewRect() if box is not None else QRectF()

    def paint(self, p: QPainter, opt: Any, widget: QWidget | None) -> None:
        self.note(guarded(p, partial(self._draw, p)))

    def _draw(self, p: QPainter) -> None:
        if self.xData is None or not len(self.xData):
            return
        smooth = self.fine or self.width > 1 or len(self.xData) < _DENSE
        p.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        banded = self.banded and isinstance(self.opts["connect"], str)
        path, pen = self.getPath() if smooth and not banded else self._columns(p), QPen(self.opts["pen"])
        if self.banded:
            pen.setColor(look.mix(self.ground.name(), pen.color().name(), BAND))
        # Pens here are cosmetic: their width counts pixels of the device, which may be finer than those of the window.
        pixels = abs(p.deviceTransform().m11() / self.sceneTransform().m11())
        drawing = p.paintEngine().type() != QPaintEngine.Type.Raster  # SVG: a path is drawn by whoever reads it
        true_pen = self.fine and (drawing or self._length(p) < _LONG * pixels)
        if true_pen:
            pen.setWidthF(self.width * pixels)
        if self.dash is not None:  # counted in widths of the pen in hand
            pen.setDashPattern([d * self.width * pixels / pen.widthF() for d in self.dash])
        p.setPen(pen)
        there, zoom = p.worldTransform(), float(getattr(self.getViewWidget(), "zoom", 1.0))
        for dx, dy in [(0.0, 0.0)] if true_pen else self._strokes(pixels, zoom):
            p.setWorldTransform(there * QTransform.fromTranslate(dx * zoom, dy * zoom))
            p.drawPath(path)
        p.setWorldTransform(there)
        if self.dotted:
            self._paint_dots(p, pixels)
        elif self.ringed and isinstance(self.opts["connect"], str):
            self._paint_rings(p, pixels)

    def _columns(self, p: QPainter) -> QPainterPath:
        """Return a hairline of many points as one upright stroke in each of the device's columns, from the least to the
        greatest of its points: the same pixels as the line itself has, in a fraction of its length."""
        there, y = p.deviceTransform(), self.yData
        column = np.floor(self.xData * there.m11() + there.dx())
        starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
        crowded = self.banded or len(y) >= _CROWDED * len(starts)
        if self.dash is not None or not isinstance(self.opts["connect"], str) or not crowded:
            return self.getPath()
        ends = np.stack([np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)], axis=1)
        ends[1::2] = ends[1::2, ::-1]  # up, down, up: from one stroke to the next it is not far
        middle = (column[starts] + 0.5 - there.dx()) / there.m11()
        return pg.arrayToQPath(middle.repeat(2), ends.ravel())

    def _strokes(self, pixels: float, zoom: float) -> list[tuple[float, float]]:
        """Return where to put hairlines, in units, so that together they are as wide as the line."""
        reach = (self.width - 1 / pixels) / 2
        if not self.fine:
            count = math.ceil(self.width * pixels) + 1 if self.width * zoom > 1 else 1  # faint: a hairline
            return [(0.0, reach * (2 * i / (count - 1) - 1)) if count > 1 else (0.0, 0.0) for i in range(count)]
        rings = math.ceil(reach * pixels / 0.7)
        ticks = [reach * i / rings for i in range(-rings, rings + 1)] if rings else [0.0]
        return [(dx, dy) for dx in ticks for dy in ticks if math.hypot(dx, dy) <= reach * 1.01 + 1e-9]

    def _length(self, p: QPainter) -> float:
        """Return how long the line is, in pixels of the device."""
        there = p.deviceTransform()
        return float(np.hypot(np.diff(self.xData) * there.m11(), np.diff(self.yData) * there.m22()).sum())

    def _paint_rings(self, p: QPainter, pixels: float) -> None:
        """Draw rings, upright whatever the axes are: they are points of a round pen, one within the other."""
        seen = self.boundingRect()
        apart = nice(seen.width() / _RINGS)
        low, high = max(seen.left(), self.xData[0]), min(seen.right(), self.xData[-1])
        x = apart * np.arange(math.ceil(low / apart), math.floor(high / apart) + 1)
        points = [QPointF(*at) for at in zip(x.tolist(), np.interp(x, self.xData, self.yData).tolist(), strict=True)]
        for colour, width in ((self.opts["pen"].color(), _RING), (self.ground, _RING - 2.4)):
            pen = QPen(colour, width * pixels, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setCosmetic(True)
            p.setPen(pen)
            p.drawPoints(points)

    def _paint_dots(self, p: QPainter, pixels: float) -> None:
        pen = QPen(self.opts["pen"])
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setWidthF((2 + self.width) * pixels)
        p.setPen(pen)
        p.drawPoints([QPointF(x, y) for x, y in zip(self.xData.tolist(), self.yData.tolist(), strict=True)])
