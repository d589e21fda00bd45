"""Pens, brushes and colour tables of the Network view, made once for a theme and a size instead of once an edge."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from dropout_viz.draw import style as look
from dropout_viz.draw.box import Box
from dropout_viz.draw.brush import fill
from dropout_viz.draw.contrast import reads_on
from dropout_viz.draw.style import Style, mix
from dropout_viz.draw.text import draw_text, elided

Floats = NDArray[np.floating[Any]]

BINS = 10
"""Colours of an edge on either side of zero."""
LEVELS = 64
"""Shades of an activation."""
ODD = 2 * BINS + 1
"""The bin of a weight that is not a finite number."""
OFF_STAMP, ODD_STAMP = -2, -1
"""In place of a shade of activation: a unit that is off, and one whose activation is not a number."""


@dataclass(frozen=True)
class Ink:
    """The colours and pens for one theme.

    Attributes:
        style: the theme.
        ui: size of text and marks over the ordinary.
        thickest: width of the thickest edge.
    """

    style: Style
    ui: float
    thickest: float
    _pens: dict[tuple[int, bool], QPen] = field(default_factory=dict)
    _soft: dict[tuple[int, bool], tuple[QPen, ...]] = field(default_factory=dict)
    _fills: list[tuple[QBrush, QColor]] = field(default_factory=list)
    _colours: dict[str, QColor] = field(default_factory=dict)
    _shades: list[NDArray[np.uint32]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for level in range(LEVELS):
            colour = self.style.activation(level / (LEVELS - 1))
            self._fills.append((QBrush(colour), reads_on(colour)))

    @property
    def small(self) -> int:
        return self.style.legible(max(10, round(look.SMALL * self.ui)))

    @property
    def tiny(self) -> int:
        return self.style.legible(self.small - 1)

    @property
    def body(self) -> int:
        return round(look.BODY * self.ui)

    @property
    def title(self) -> int:
        return round(look.TITLE * self.ui)

    def colour(self, meaning: str) -> QColor:
        """Return a colour of the theme by the name of what it means."""
        made = self._colours.get(meaning)
        if made is None:
            made = self._colours[meaning] = QColor(getattr(self.style, meaning))
        return made

    def write(
        self,
        p: QPainter,
        x: float,
        middle: float,
        text: str,
        meaning: str,
        *,
        size: int = 0,
        room: float | None = None,
        bold: bool = False,
        align: float = 0.0,
        live: bool = False,
    ) -> float:
        """Draw one line as ``draw_text`` does, small where there is no ``size``, cut to ``room``; return its width."""
        size = size or self.small
        text = text if room is None else elided(text, size, room, bold)
        return draw_text(p, x, middle, text, size, self.colour(meaning), bold=bold, align=align, live=live)

    def plate(self, p: QPainter, box: Box, colour: QColor) -> None:
        """Fill a box with round corners: what a button, a tab or a headline stands on."""
        fill(p, colour)
        p.drawRoundedRect(QRectF(box.left, box.top, box.width, box.height), 6 * self.ui, 6 * self.ui)

    def chevron(self, p: QPainter, x: float, y: float, way: int, meaning: str) -> None:
        """Draw the sign of a button that goes on (``way`` 1) or back (-1), about its middle."""
        pen = QPen(self.colour(meaning), 1.8 * self.ui)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        p.setPen(pen)
        p.setBrush(Qt.BrushStyle.NoBrush)
        a, b = way * 2.5 * self.ui, 4.5 * self.ui
        p.drawPolyline([QPointF(x - a, y - b), QPointF(x + a, y), QPointF(x - a, y + b)])

    def still(self, meaning: str, share: float) -> QColor:
        """Return a colour of the theme that steps back: only a share of the way from the panel."""
        key = f"{meaning} {share}"
        made = self._colours.get(key)
        if made is None:
            made = self._colours[key] = mix(self.style.panel, getattr(self.style, meaning), share)
        return made

    def width(self, share: float) -> float:
        """Return the width of an edge whose weight is a share of the limit, 0 to 1."""
        thinnest = 0.8 * self.ui
        return thinnest + (max(self.thickest, thinnest) - thinnest) * min(share, 1.0)

    def signed(self, share: float) -> QColor:
        """Return the colour of a weight at a share of the limit, -1 to 1.

        The hue shows early, so that the sign of a middling weight can be told; the legend shows the same ramp.
        """
        return self.style.signed(math.copysign(min(abs(share), 1.0) ** 0.6, share), 1.0)

    def factor(self, share: float) -> QColor:
        """Return the shade of a factor, -1 to 1: 0 at 1, where nothing changes; weakened units turn grey, as those that
        are off, strengthened ones take the colour of activation."""
        end = self.style.activation_high if share > 0 else self.style.off_mark
        return mix(self.style.panel, end, 0.12 + 0.88 * min(abs(share), 1.0))

    def edge(self, bin_: int, muted: bool = False) -> QPen:
        """Return the pen of a bin of ``bins_of``; muted ones step back for what is pointed at."""
        pen = self._pens.get((bin_, muted))
        if pen is None:
            pen = self._pens[bin_, muted] = self._edge(bin_, muted)
        return pen

    def soft_edge(self, bin_: int, muted: bool = False) -> tuple[QPen, ...]:
        """Return the pens that draw an edge one over the other without antialiasing, in a tenth of its time: one whose
        half tone softens its sides, and a narrower one of at least a pixel, as Qt goes along thinner ones slowly."""
        if bin_ == ODD:
            return (self.edge(bin_, muted),)
        made = self._soft.get((bin_, muted))
        if made is None:
            core, sides = QPen(self.edge(bin_, muted)), QPen(self.edge(bin_, muted))
            core.setWidthF(max(core.widthF() - 0.5, 1.02))
            share = min(max(sides.widthF() - core.widthF(), 0.0), 0.5)
            sides.setColor(
                mix(self.style.panel, sides.color().name(), share)
            )  # what is see-through takes five times as long
            sides.setWidthF(core.widthF() + 1.0)
            made = self._soft[bin_, muted] = (sides, core) if share else (core,)
        return made

    def _edge(self, bin_: int, muted: bool) -> QPen:
        if bin_ == ODD:
            pen = QPen(self.colour("error"), 2.0 * self.ui, Qt.PenStyle.DotLine)
        else:
            share = (bin_ - BINS) / BINS
            pen = QPen(self.signed(share), self.width(abs(share)))
        if muted:
            pen.setColor(mix(self.style.panel, pen.color().name(), 0.22))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def off_edge(self, muted: bool = False) -> QPen:
        """Return the pen of an edge that the mask took away: thin, broken, nearly gone."""
        key = (-2, muted)
        pen = self._pens.get(key)
        if pen is None:
            colour = mix(self.style.panel, self.style.off_mark, 0.18 if muted else 0.5)
            pen = QPen(colour, min(self.ui, 1.0))  # Qt takes four times as long over broken lines of more than a pixel
            pen.setDashPattern([3.0, 4.0])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            self._pens[key] = pen
        return pen

    def text_on(self, level: int) -> QColor:
        """Return the colour of text on a shade of activation, or on ``ODD_STAMP``."""
        return self._fills[level][1] if level >= 0 else reads_on(self.colour("error"))

    def draw_bias(self, painter: QPainter, x: float, y: float, radius: float, bin_: int) -> None:
        """Draw a bias's dot."""
        painter.setPen(QPen(self.colour("panel"), 1.5 * self.ui))
        painter.setBrush(self.colour("error") if bin_ == ODD else self.signed((bin_ - BINS) / BINS))
        painter.drawEllipse(QPointF(x, y), radius, radius)

    def draw_unit(self, painter: QPainter, x: float, y: float, radius: float, level: int) -> None:
        """Draw a unit's circle. One that is off is grey, and crossed out from rim to rim."""
        if level == OFF_STAMP:
            painter.setPen(QPen(self.colour("off_mark"), min(max(1.2, 0.07 * radius), 2.6 * self.ui)))
            painter.setBrush(self.colour("off"))
        else:
            painter.setPen(QPen(self.colour("dim"), min(max(1.0, 0.05 * radius), 2.0 * self.ui)))
            painter.setBrush(self.colour("error") if level == ODD_STAMP else self._fills[level][0])
        painter.drawEllipse(QPointF(x, y), radius, radius)
        if level == OFF_STAMP:
            d = 0.7071 * radius
            painter.drawLines([QLineF(x - d, y - d, x + d, y + d), QLineF(x - d, y + d, x + d, y - d)])

    def faces(self, shares: Floats, on: NDArray[np.bool_]) -> NDArray[np.uint32]:
        """Return the pixels of a grid's units: their shades, grey where they are off, shape (units,)."""
        level = levels_of(shares)
        made = self.shades()[level]
        made[level == ODD_STAMP] = self.colour("error").rgb()
        made[~on] = self.still("off", 0.55).rgb()
        return made

    def shades(self) -> NDArray[np.uint32]:
        """Return the pixels of the activation shades, low to high, shape (LEVELS,)."""
        if not self._shades:
            self._shades.append(np.array([brush.color().rgb() for brush, _ in self._fills], np.uint32))
        return self._shades[0]


def levels_of(shares: Floats) -> NDArray[np.intp]:
    """Return the shade of each share of a span, 0 to ``LEVELS - 1``; ``ODD_STAMP`` for what is not a number."""
    odd = np.isnan(shares)
    return np.where(odd, ODD_STAMP, (np.where(odd, 0.0, shares) * (LEVELS - 1) + 0.5).astype(np.intp))


def bins_of(weights: Floats, limit: float) -> NDArray[np.intp]:
    """Return each weight's bin: 0 is minus the limit or below, ``BINS`` about zero, ``2 * BINS`` the limit or above."""
    odd = ~np.isfinite(weights)
    share = np.clip(np.where(odd, 0.0, weights) / (limit or 1.0), -1.0, 1.0)
    return np.where(odd, ODD, np.rint(share * BINS).astype(np.intp) + BINS)
