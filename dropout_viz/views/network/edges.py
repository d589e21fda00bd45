"""Draws the edges of the Network view: which there are, which is pointed at, and which is chosen."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.analysis.strongest import Ends
from dropout_viz.draw import edges as kit
from dropout_viz.draw.columns import Array
from dropout_viz.draw.ink import Ink, bins_of
from dropout_viz.draw.near import nearest_line
from dropout_viz.draw.sheet import PictureSheet
from dropout_viz.nn.parts import Weight
from dropout_viz.views.network.layout import Layout


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
    """Draw every edge on show."""
    lines = [line for edges in reading.edges for line in _lines(layout, edges.ends)]
    bins = np.concatenate([bins_of(e.weight, limit) for e, limit in zip(reading.edges, reading.limits, strict=True)])
    on = np.concatenate([e.on for e in reading.edges])
    kit.draw_edges(painter, lines, bins, on, ink, muted=muted, fine=fine)


def draw_weak_choice(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, weight: Weight) -> None:
    """Draw the chosen weight's edge where it is not among the strongest: its mark must not hang in the air."""
    if reading.has(weight) and not reading.edges[weight.layer].ends.holds(weight.source, weight.target):
        painter.setPen(ink.edge(_bin_of(reading, weight)) if reading.is_on(weight) else ink.off_edge())
        painter.drawLine(QLineF(*layout.ends(weight)))


def _bin_of(reading: Reading, weight: Weight) -> int:
    layer, source, target = weight
    return int(bins_of(reading.snapshot.weights[layer][source, target, None], reading.limits[layer])[0])


def draw_lit(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, lit: list[Weight]) -> None:
    """Draw edges that are pointed at; one alone has a rim."""
    for weight in lit:
        line, bin_ = QLineF(*layout.ends(weight)), _bin_of(reading, weight)
        kit.draw_lit_edge(painter, line, bin_, reading.is_on(weight), ink, rim=len(lit) == 1)


def draw_chosen(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, weight: Weight) -> None:
    """Mark the weight that the landscape is of, a little before the middle of its edge, clear of others' ends."""
    if not reading.has(weight):
        return
    x1, y1, x2, y2 = layout.ends(weight)
    left, right = layout.gap(weight.layer)
    share = 0.5 if x2 == x1 else ((left + right) / 2 - x1) / (x2 - x1)
    share = min(max(share, 0.2), 0.8) - 0.16
    kit.mark_edge(sheet, x1 + share * (x2 - x1), y1 + share * (y2 - y1), ink)
