"""Edges between units, whose colour, width and softness say their weight: sorted by pen, so that a few calls draw all.

``bins`` are those of ``bins_of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from dropout_viz.draw.brush import shading
from dropout_viz.draw.ink import BINS, ODD, Ink
from dropout_viz.draw.sheet import PictureSheet, around

FEW = 24
"""Edges that are antialiased even in a frame that another follows at once."""
_LAST = ODD + 1
_TURN = np.argsort(sorted(range(_LAST), key=lambda bin_: abs(bin_ - BINS)))
"""When the edges of a bin are drawn: weak ones first."""


def draw_edges(
    painter: QPainter,
    lines: Sequence[QLineF],
    bins: NDArray[np.intp],
    on: NDArray[np.bool_],
    ink: Ink,
    *,
    muted: bool,
    fine: bool,
) -> None:
    """Draw edges: first those that are off, then from weak to strong.

    Lines are antialiased where they are ``fine``, or few; else softened, which can hardly be told in motion. ``muted``
    ones step back for what is pointed at.
    """
    fine = fine or len(lines) <= FEW
    turn = np.where(on | (bins == ODD), _TURN[bins], -1)
    order = np.argsort(turn, kind="stable")
    ends = np.flatnonzero(np.diff(turn[order], append=_LAST)) + 1
    begun, in_turn, of_bin = 0, order.tolist(), bins.tolist()
    for end in ends.tolist():
        alike = [lines[k] for k in in_turn[begun:end]]
        if turn[in_turn[begun]] < 0:
            pens: tuple[QPen, ...] = (ink.off_edge(muted),)
        else:
            bin_ = of_bin[in_turn[begun]]
            pens = (ink.edge(bin_, muted),) if fine else ink.soft_edge(bin_, muted)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
        for pen in pens:
            painter.setPen(pen)
            painter.drawLines(alike)
        begun = end
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def draw_lit_edge(painter: QPainter, line: QLineF, bin_: int, on: bool, ink: Ink, *, rim: bool) -> None:
    """Draw an edge that is pointed at in its own colour, broken where it is off; with a ``rim`` that lifts it off the
    others."""
    pen = QPen(ink.edge(bin_))
    if rim:
        pen.setWidthF(max(pen.widthF(), 1.6 * ink.ui))
        under = QPen(ink.colour("text"), pen.widthF() + 3.0 * ink.ui)
        under.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(under)
        painter.drawLine(line)
    if not on:
        pen.setColor(ink.colour("off_mark"))
        pen.setDashPattern([3.0, 3.0])
        pen.setWidthF(1.2 * ink.ui)
        if rim:
            painter.setPen(QPen(ink.colour("panel"), 2.4 * ink.ui))
            painter.drawLine(line)
    painter.setPen(pen)
    painter.drawLine(line)


def mark_edge(sheet: PictureSheet, x: float, y: float, ink: Ink) -> None:
    """Mark an edge that is chosen: a small diamond on it."""
    r = 5.0 * ink.ui
    sheet.paste("chosen", x, y, around(r + 2.0 * ink.ui), partial(_draw_diamond, r=r, ink=ink))


def _draw_diamond(painter: QPainter, x: float, y: float, r: float, ink: Ink) -> None:
    painter.setPen(QPen(ink.colour("panel"), 1.6 * ink.ui))
    painter.setBrush(ink.colour("accent"))
    painter.drawPolygon([QPointF(x - r, y), QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r)])


def draw_edge_scale(painter: QPainter, left: float, y: float, wide: float, ink: Ink) -> None:
    """Draw the scale of edges, ``y`` its middle: their colours and widths from the least weight to the greatest."""
    right, centre = left + wide, left + wide / 2
    thick, thin = ink.width(1.0) / 2, ink.width(0.0) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shading(left, right, [ink.signed(stop / 5 - 1) for stop in range(11)]))
    above = [QPointF(left, y - thick), QPointF(centre, y - thin), QPointF(right, y - thick)]
    below = [QPointF(right, y + thick), QPointF(centre, y + thin), QPointF(left, y + thick)]
    painter.drawPolygon([*above, *below])
