"""Draws the edges of the Network view: sorted by pen, so that a few calls draw them all."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from dropout_viz.draw.ink import BINS, ODD, Ink, bins_of
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.network.columns import Array
from dropout_viz.views.network.layout import Layout
from dropout_viz.views.network.model import Edges, Strongest
from dropout_viz.views.network.reading import Reading

SMOOTH = 16_000.0
"""Length of lines in logical pixels that is antialiased even in a frame that another follows at once."""
LIT = 24
"""The most edges on either side that light up with a unit."""


def edge_lines(layout: Layout, edges: Edges) -> Array:
    """Return the lines of a weight layer's drawn edges: x1, y1, x2, y2, shape (edges, 4)."""
    a, b = layout.columns[edges.layer], layout.columns[edges.layer + 1]
    return np.column_stack((a.x[edges.source], a.y[edges.source], b.x[edges.target], b.y[edges.target]))


@lru_cache(maxsize=64)
def _whole(layout: Layout, layer: int) -> list[QLineF]:
    """Return the lines of a weight layer that is drawn whole, in the order of its flattened weights."""
    a, b = layout.columns[layer], layout.columns[layer + 1]
    ends = list(zip(b.x.tolist(), b.y.tolist(), strict=True))
    return [QLineF(x1, y1, x2, y2) for x1, y1 in zip(a.x.tolist(), a.y.tolist(), strict=True) for x2, y2 in ends]


def _lines(layout: Layout, edges: Edges) -> list[QLineF]:
    if edges.complete:  # the reader lists those in the order of the weights
        return _whole(layout, edges.layer)
    return [QLineF(*ends) for ends in edge_lines(layout, edges).tolist()]


def draw_edges(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, muted: bool, fine: bool) -> None:
    """Draw every edge on show: first those that are off, then from weak to strong.

    ``fine`` lines are antialiased whatever it costs; else only as long as there is not too much of them.
    """
    away: list[QLineF] = []
    by_bin: list[list[QLineF]] = [[] for _ in range(ODD + 1)]
    for edges in reading.edges:
        bins = bins_of(edges.weight, reading.limits[edges.layer]).tolist()
        for line, bin_, on in zip(_lines(layout, edges), bins, edges.on.tolist(), strict=True):
            (by_bin[bin_] if on or bin_ == ODD else away).append(line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine or is_cheap(layout, reading))
    if away:
        painter.setPen(ink.off_edge(muted))
        painter.drawLines(away)
    for bin_ in sorted(range(ODD + 1), key=lambda b: abs(b - BINS)):
        if by_bin[bin_]:
            painter.setPen(ink.edge(bin_, muted))
            painter.drawLines(by_bin[bin_])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def draw_weak_choice(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, weight: Weight) -> None:
    """Draw the chosen weight's edge where it is not among the strongest: its mark must not hang in the air."""
    if lit_by(reading, weight):
        edges = reading.edges[weight.layer]
        if not edges.complete and not ((edges.source == weight.source) & (edges.target == weight.target)).any():
            draw_lit(painter, layout, reading, ink, [weight], rim=False)


def is_cheap(layout: Layout, reading: Reading) -> bool:
    """Return whether antialiasing the edges fits a frame at any speed."""
    length = 0.0
    for edges in reading.edges:
        left, right = layout.gap(edges.layer)
        length += (right - left) * (len(edges.on) + int(np.count_nonzero(edges.on))) / 2  # broken lines cost half
    return length <= SMOOTH


def lit_by(reading: Reading, thing: Unit | Weight | None) -> list[Weight]:
    """Return the edges that light up with a unit (its strongest, at most ``LIT`` a side) or a weight (itself)."""
    sizes = reading.sizes
    if isinstance(thing, Weight):
        return [thing] if thing.is_in(sizes) else []
    if thing is None or not 0 <= thing.layer < len(sizes) or thing.index >= sizes[thing.layer]:
        return []
    lit = []
    weights = reading.snapshot.weights
    if thing.layer > 0:
        into = weights[thing.layer - 1][:, thing.index]
        lit += [Weight(thing.layer - 1, int(k), thing.index) for k in Strongest().pick(into, LIT)]
    if thing.layer < len(sizes) - 1:
        out = weights[thing.layer][thing.index]
        lit += [Weight(thing.layer, thing.index, int(k)) for k in Strongest().pick(out, LIT)]
    return lit


def draw_lit(
    painter: QPainter, layout: Layout, reading: Reading, ink: Ink, lit: list[Weight], rim: bool = True
) -> None:
    """Draw edges that are pointed at in their own colour; one alone on a rim that lifts it off the others."""
    rim = rim and len(lit) == 1
    under = QPen(ink.colour("text"), 1.0)
    under.setCapStyle(Qt.PenCapStyle.FlatCap)
    for weight in lit:
        value = reading.snapshot.weights[weight.layer][weight.source, weight.target]
        on = reading.on[weight.layer][weight.source] and reading.on[weight.layer + 1][weight.target]
        line = QLineF(*layout.ends(weight))
        pen = QPen(ink.edge(int(bins_of(np.array([value]), reading.limits[weight.layer])[0])))
        if rim:
            under.setWidthF(max(pen.widthF(), 1.6 * ink.ui) + 3.0 * ink.ui)
            painter.setPen(under)
            painter.drawLine(line)
            pen.setWidthF(max(pen.widthF(), 1.6 * ink.ui))
        if not on:
            pen.setColor(ink.colour("off_mark"))
            pen.setDashPattern([3.0, 3.0])
            pen.setWidthF(1.2 * ink.ui)
            if rim:
                painter.setPen(QPen(ink.colour("panel"), 2.4 * ink.ui))
                painter.drawLine(line)
        painter.setPen(pen)
        painter.drawLine(line)


def draw_chosen(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, weight: Weight) -> None:
    """Mark the weight that the landscape is of: a small diamond on its edge."""
    if not lit_by(reading, weight):
        return
    x1, y1, x2, y2 = layout.ends(weight)
    left, right = layout.gap(weight.layer)
    share = 0.5 if x2 == x1 else ((left + right) / 2 - x1) / (x2 - x1)
    share = min(max(share, 0.2), 0.8) - 0.16
    x, y, r = x1 + share * (x2 - x1), y1 + share * (y2 - y1), 5.0 * ink.ui
    painter.setPen(QPen(ink.colour("panel"), 1.6 * ink.ui))
    painter.setBrush(ink.colour("accent"))
    painter.drawPolygon([QPointF(x - r, y), QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r)])
