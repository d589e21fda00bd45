"""Draws the edges of the Network view: sorted by pen, so that a few calls draw them all."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.analysis.strongest import Ends
from dropout_viz.draw.columns import Array
from dropout_viz.draw.ink import BINS, ODD, Ink, bins_of
from dropout_viz.draw.near import nearest_line
from dropout_viz.draw.sheet import PictureSheet, around
from dropout_viz.nn.parts import Weight
from dropout_viz.views.network.layout import Layout

FEW = 24
"""Edges that are antialiased even in a frame that another follows at once."""
_LAST = ODD + 1
_TURN = np.argsort(sorted(range(_LAST), key=lambda bin_: abs(bin_ - BINS)))
"""When the edges of a bin are drawn: weak ones first."""


def edge_lines(layout: Layout, ends: Ends) -> Array:
    """Return the lines of a weight layer's drawn edges: x1, y1, x2, y2, shape (edges, 4)."""
    a, b = layout.columns[ends.layer], layout.columns[ends.layer + 1]
    return np.column_stack((a.x[ends.source], a.y[ends.source], b.x[ends.target], b.y[ends.target]))


def edge_at(layout: Layout, reading: Reading, x: float, y: float, reach: float) -> Weight | None:
    """Return the drawn edge that passes nearest a point within ``reach``, or None."""
    ends = [edges.ends for edges in reading.edges]
    found = nearest_line(x, y, np.concatenate([edge_lines(layout, one) for one in ends]), reach)
    if found is None:
        return None
    for one in ends:
        if found < len(one.source):
            return Weight(one.layer, int(one.source[found]), int(one.target[found]))
        found -= len(one.source)
    return None


@lru_cache(maxsize=64)
def _lines(layout: Layout, ends: Ends) -> list[QLineF]:
    return [QLineF(*line) for line in edge_lines(layout, ends).tolist()]


def draw_edges(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, muted: bool, fine: bool) -> None:
    """Draw every edge on show: first those that are off, then from weak to strong.

    Lines are antialiased where they are ``fine``, or few; else softened, which can hardly be told in motion.
    """
    lines = [line for edges in reading.edges for line in _lines(layout, edges.ends)]
    fine = fine or len(lines) <= FEW
    bins = np.concatenate([bins_of(e.weight, limit) for e, limit in zip(reading.edges, reading.limits, strict=True)])
    on = np.concatenate([e.on for e in reading.edges])
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


def draw_weak_choice(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, weight: Weight) -> None:
    """Draw the chosen weight's edge where it is not among the strongest: its mark must not hang in the air."""
    if reading.has(weight) and not reading.edges[weight.layer].ends.holds(weight.source, weight.target):
        painter.setPen(ink.edge(_bin_of(reading, weight)) if reading.is_on(weight) else ink.off_edge())
        painter.drawLine(QLineF(*layout.ends(weight)))


def _bin_of(reading: Reading, weight: Weight) -> int:
    layer, source, target = weight
    return int(bins_of(reading.snapshot.weights[layer][source, target, None], reading.limits[layer])[0])


def draw_lit(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, lit: list[Weight]) -> None:
    """Draw edges that are pointed at in their own colour; one alone on a rim that lifts it off the others."""
    rim = len(lit) == 1
    under = QPen(ink.colour("text"), 1.0)
    under.setCapStyle(Qt.PenCapStyle.FlatCap)
    for weight in lit:
        line = QLineF(*layout.ends(weight))
        pen = QPen(ink.edge(_bin_of(reading, weight)))
        if rim:
            under.setWidthF(max(pen.widthF(), 1.6 * ink.ui) + 3.0 * ink.ui)
            painter.setPen(under)
            painter.drawLine(line)
            pen.setWidthF(max(pen.widthF(), 1.6 * ink.ui))
        if not reading.is_on(weight):
            pen.setColor(ink.colour("off_mark"))
            pen.setDashPattern([3.0, 3.0])
            pen.setWidthF(1.2 * ink.ui)
            if rim:
                painter.setPen(QPen(ink.colour("panel"), 2.4 * ink.ui))
                painter.drawLine(line)
        painter.setPen(pen)
        painter.drawLine(line)


def draw_chosen(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, weight: Weight) -> None:
    """Mark the weight that the landscape is of: a small diamond on its edge."""
    if not reading.has(weight):
        return
    x1, y1, x2, y2 = layout.ends(weight)
    left, right = layout.gap(weight.layer)
    share = 0.5 if x2 == x1 else ((left + right) / 2 - x1) / (x2 - x1)
    share = min(max(share, 0.2), 0.8) - 0.16
    r = 5.0 * ink.ui

    def draw(painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QPen(ink.colour("panel"), 1.6 * ink.ui))
        painter.setBrush(ink.colour("accent"))
        painter.drawPolygon([QPointF(x - r, y), QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r)])

    sheet.paste("chosen", x1 + share * (x2 - x1), y1 + share * (y2 - y1), around(r + 2.0 * ink.ui), draw)
