"""A line of a plot that is cheap to paint while it lives and fine in a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen

from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.ranges import Range, nice
from dropout_viz.draw.style import Style

Array = NDArray[Any]

_RING, _RINGS = 5.6, 12  # pixels across, and about how many on the width of a plot
_LONG = 3000  # pixels of line above which a wide, smooth pen takes seconds
_DENSE = 300  # points from which a hairline may be rough: it is noise, not shape
REACH = 6.0
"""Units to either side of a point of a line that what is drawn there may reach."""

BAND = 0.6
"""How strong a band is, of a line of its colour: there is more of it."""
Colour = Callable[[Style], QColor]
"""A colour by what it means, asked again when the theme changes: ``lambda s: s.arm(0)``."""


@dataclass(frozen=True)
class Ground:
    """What a line is drawn on.

    Attributes:
        area: where, in units. across, up: the ranges that it shows.
        zoom: pixels of the window for a unit. fine: it is that of a picture.
        from_x: from where on across a line is to be drawn: what lies before that is there already.
    """

    area: QRectF
    across: Range
    up: Range
    zoom: float
    fine: bool
    from_x: float = -math.inf

    def places(self, x: Array, y: Array) -> Array:
        """Return where points lie, in units, (n, 2)."""
        area, points = self.area, np.empty((len(x), 2))
        points[:, 0] = area.left() + (x - self.across[0]) * (area.width() / (self.across[1] - self.across[0]))
        points[:, 1] = area.bottom() - (y - self.up[0]) * (area.height() / (self.up[1] - self.up[0]))
        return points


class PlotCurve:
    """A line of a plot.

    Attributes:
        x, y: its points, finite, (n,) each. joined: which of them are joined to the next one, (n,), or None: all.
        z: those with more are drawn over those with less. visible: whether it is drawn at all.
        dotted: put a dot on every point.
        banded: it stands for all that lies between its points, of which there are more than pixels: paler, as one
            upright stroke in each column.
        ringed: put a ring on the line every so often, at places of the axis that stay where they are while it grows.
        ink: its colour in the theme that is on.
        changed_from: the least x from which on it is not as it was drawn last; infinite where it is.

    While live it is drawn as hairlines side by side: Qt draws a smoothed pen of one pixel 100 times as fast as one of
    two, so that a few of them make the same line at a fraction of the cost. So is a long, noisy line of a picture.
    """

    def __init__(self, colour: Colour, width: float, dash: Sequence[float] | None, z: float) -> None:
        self.colour, self.width, self.dash, self.z = colour, width, dash, z
        self.visible = True
        self.dotted = self.ringed = self.banded = self._rough = False
        self.x = self.y = np.empty(0)
        self.joined: Array | None = None
        self.changed_from = -math.inf

    def take(self, style: Style) -> None:
        """Take a theme's colour."""
        self.panel, self.ink = QColor(style.panel), self.colour(style)
        self._pale = look.mix(style.panel, self.ink.name(), BAND)
        self.changed_from = -math.inf

    def show(
        self, x: ArrayLike, y: ArrayLike, joined: Array | None = None, *, banded: bool = False, dotted: bool = False
    ) -> None:
        """Draw these points from now on."""
        x, y, rough = np.asarray(x, float), np.asarray(y, float), self.width <= 1 and np.size(x) >= _DENSE
        manner = (banded, dotted, rough)
        if joined is not None or self.joined is not None or manner != (self.banded, self.dotted, self._rough):
            self.changed_from = -math.inf
        else:
            self.changed_from = min(self.changed_from, self._parting(x, y))
        self.x, self.y, self.joined = x, y, joined
        self.banded, self.dotted, self._rough = manner

    def _parting(self, x: Array, y: Array) -> float:
        """Return the x up to which a line through these points is drawn as it is now: not where the common ones end,
        for the last stretch of a line has a cap."""
        n = min(len(x), len(self.x))
        other = (x[:n] != self.x[:n]) | (y[:n] != self.y[:n])
        same = int(other.argmax()) if other.any() else n
        if same == len(x) == len(self.x):
            return math.inf
        return float(x[same - 2]) if same > 1 else -math.inf

    def show_or_hide(self, on: bool) -> None:
        """Draw it from now on, or do not."""
        if on != self.visible:
            self.visible, self.changed_from = on, -math.inf

    def runs_through(self, across: tuple[float, float], upright: tuple[float, float]) -> bool:
        """Return whether it is drawn anywhere between two x, left and right, and two y, low and high."""
        (left, right), (low, high) = across, upright
        if not self.visible or not len(self.x) or self.x[-1] < left or self.x[0] > right:
            return False
        ends = np.interp((max(left, self.x[0]), min(right, self.x[-1])), self.x, self.y)
        first, stop = np.searchsorted(self.x, (left, right))
        y = np.concatenate((ends, self.y[first:stop]))
        return bool(y.min() <= high and y.max() >= low)

    def draw(self, p: QPainter, ground: Ground) -> None:
        """Draw it, or what of it there is to be drawn."""
        if not len(self.x):
            return
        self._draw_line(p, ground)
        pixels = brush.pixels(p)
        if self.dotted:
            first = int(np.searchsorted(self.x, ground.from_x))
            _draw_points(p, ground.places(self.x[first:], self.y[first:]), self.ink, (2 + self.width) * pixels)
        elif self.ringed and self.joined is None:
            x = self._ringed(ground)
            rings = ground.places(x, np.interp(x, self.x, self.y))
            _draw_points(p, rings, self.ink, _RING * pixels)
            _draw_points(p, rings, self.panel, (_RING - 2.4) * pixels)

    def _draw_line(self, p: QPainter, ground: Ground) -> None:
        """Draw the line itself. Pens are cosmetic: their width counts pixels of the device, of which a unit may have
        several."""
        pixels, parts = brush.pixels(p), self._parts(p, ground)
        p.setRenderHint(QPainter.RenderHint.Antialiasing, ground.fine or not self._rough)
        drawing = p.paintEngine().type() != QPaintEngine.Type.Raster  # SVG: a path is drawn by whoever reads it
        true_pen = ground.fine and (drawing or sum(map(_length, parts)) < _LONG)
        pen = QPen(self._pale if self.banded else self.ink, self.width * pixels if true_pen else 1.0)
        pen.setCosmetic(True)
        if self.dash is not None:  # counted in widths of the pen in hand
            pen.setDashPattern([d * self.width * pixels / pen.widthF() for d in self.dash])
        p.setPen(pen)
        strokes = [(0.0, 0.0)] if true_pen else self._strokes(pixels, ground)
        for part in parts:
            line = brush.polygon(part)
            for dx, dy in strokes:
                p.drawPolyline(line.translated(dx, dy))

    def _parts(self, p: QPainter, ground: Ground) -> list[Array]:
        """Return the pieces of the line that are to be drawn, in units, (n, 2) each."""
        if self.joined is not None:
            return np.split(ground.places(self.x, self.y), np.flatnonzero(~self.joined[:-1]) + 1)
        if self.banded:
            return [self._columns(p, ground)]
        start, cuts = max(0, int(np.searchsorted(self.x, ground.from_x)) - 2), list[int]()
        if self.dash is not None:  # a live one begins anew at each ring: what lies before need not be drawn with it
            cuts = (
                [] if ground.fine else np.searchsorted(self.x, self._ringed(replace(ground, from_x=-math.inf))).tolist()
            )
            start = max((cut for cut in cuts if cut <= start), default=0)
        points = ground.places(self.x[start:], self.y[start:])
        ends = [0, *(cut - start for cut in cuts if start < cut < len(self.x) - 1), len(points) - 1]
        return [points[begin : end + 1] for begin, end in pairwise(ends)]

    def _columns(self, p: QPainter, ground: Ground) -> Array:
        """Return a hairline of many points as one upright stroke in each of the device's columns, from the least to the
        greatest of its points: the same pixels as the line itself has, in a fraction of its length."""
        there, points = p.deviceTransform(), ground.places(self.x, self.y)
        column = np.floor(points[:, 0] * there.m11() + there.dx())
        starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
        ends = np.empty((len(starts), 2, 2))
        ends[:, :, 0] = ((column[starts] + 0.5 - there.dx()) / there.m11())[:, None]
        for end, extreme in enumerate((np.maximum, np.minimum)):
            ends[:, end, 1] = extreme.reduceat(points[:, 1], starts)
        ends[1::2] = ends[1::2, ::-1]  # up, down, up: from one stroke to the next it is not far
        return ends[max(0, int(np.searchsorted(self.x[starts], ground.from_x)) - 2) :].reshape(-1, 2)

    def _strokes(self, pixels: float, ground: Ground) -> list[tuple[float, float]]:
        """Return where to put hairlines, in units, so that together they are as wide as the line."""
        reach = (self.width - 1 / pixels) / 2
        if not ground.fine:
            count = math.ceil(self.width * pixels) + 1 if self.width * ground.zoom > 1 else 1  # faint: a hairline
            return [(0.0, reach * (2 * i / (count - 1) - 1)) if count > 1 else (0.0, 0.0) for i in range(count)]
        rings = math.ceil(reach * pixels / 0.7)
        ticks = [reach * i / rings for i in range(-rings, rings + 1)] if rings else [0.0]
        return [(dx, dy) for dx in ticks for dy in ticks if math.hypot(dx, dy) <= reach * 1.01 + 1e-9]

    def _ringed(self, ground: Ground) -> Array:
        """Return at which x the rings lie, (n,)."""
        apart = nice((ground.across[1] - ground.across[0]) / _RINGS)
        low, high = max(ground.across[0], ground.from_x, self.x[0]), min(ground.across[1], self.x[-1])
        return apart * np.arange(math.ceil(low / apart), math.floor(high / apart) + 1)


def _length(points: Array) -> float:
    """Return how long a line is, in units."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def _draw_points(p: QPainter, points: Array, colour: QColor, width: float) -> None:
    """Draw points of a round pen, upright whatever the axes are."""
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setCosmetic(True)
    p.setPen(pen)
    p.drawPoints(brush.polygon(points))
