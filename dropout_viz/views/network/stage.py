"""Slow motion in the Network view: the network as it is at a moment of a step, with what the moment touches lit."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.analysis.touched import masked, slopes, touch
from dropout_viz.draw import brush
from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import count, short
from dropout_viz.draw.palette import faded
from dropout_viz.draw.text import draw_text, text_width
from dropout_viz.draw.unit_marks import NUMBER_RADIUS
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.views.network.layout import Layout
from dropout_viz.views.network.scene import Scene

UNKNOWN, DIMMED = 0.9, 0.68
"""How much of the panel's colour lies over a layer that is not computed yet, and over one that is not touched."""


def draw_moment(painter: QPainter, scene: Scene, taken: Dissection, moment: int) -> None:
    """Dim what the moment does not touch, write δ under the units that it gives one, and say what the moment is."""
    layout, ink = scene.layout, scene.ink
    found = touch(taken, moment)
    top, bottom = layout.area.top - 2, layout.area.bottom + 2

    def cover(left: float, right: float, share: float) -> None:
        painter.fillRect(QRectF(left, top, right - left, bottom - top), faded(ink.style.panel, share))

    painter.setPen(Qt.PenStyle.NoPen)
    for column in layout.columns:
        if column.layer not in found.layers:
            left = column.box.left - 3 * ink.ui if column.layer else 0.0  # with the names beside the first and the last
            right = layout.width if column is layout.columns[-1] else column.box.right + 3 * ink.ui
            cover(left, right, UNKNOWN if column.layer in found.unknown else DIMMED)
    for layer in range(len(layout.columns) - 1):
        left, right = layout.gap(layer)
        if layer not in found.gaps:
            cover(left + 3 * ink.ui, right - 3 * ink.ui, DIMMED)
        elif found.way:
            _draw_way(painter, layout, ink, (left + right) / 2, found.way)
    _draw_masks(painter, layout, scene.reading, ink, taken, moment)
    last = taken.plan.layers
    if last in found.layers and taken.value(f"a{last}", moment) is None:  # z, which is no prediction yet
        cover(layout.columns[-1].box.right + 3 * ink.ui, layout.width, 1.0)
    _draw_deltas(painter, layout, scene.reading, ink, taken, moment)
    _draw_banner(painter, layout, ink, taken, moment)


def _draw_way(painter: QPainter, layout: Layout, ink: Ink, x: float, way: int) -> None:
    y, r = layout.area.bottom - 6 * ink.ui, 7 * ink.ui
    painter.setPen(QPen(ink.colour("accent"), 2.2 * ink.ui))
    painter.drawLine(QPointF(x - 2.4 * r, y), QPointF(x + 2.4 * r, y))
    brush.fill(painter, ink.colour("accent"))
    brush.arrow_head(painter, x + way * 3.2 * r, y, way * 1.3 * r, 0.7 * r)


def _draw_masks(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, taken: Dissection, moment: int) -> None:
    """Write the mask into the units that are kept, or its factor into each, while they have no activation yet."""
    for layer in masked(taken, moment):
        column = layout.columns[layer]
        if column.kind == "grid" or column.radius < NUMBER_RADIUS or layer == 0:
            continue
        words = ["kept"] * len(column.x)
        if reading.factors:
            words = [f"× {short(value, 2)}" for value in reading.factors[layer].tolist()]
        on = reading.on[layer].tolist()
        for x, y, kept, said in zip(column.x.tolist(), column.y.tolist(), on, words, strict=True):
            if kept:
                brush.fill(painter, ink.colour("activation_low"))
                painter.drawEllipse(QPointF(x, y), 0.8 * column.radius, 0.8 * column.radius)
                draw_text(painter, x, y, said, ink.small, ink.colour("text"), align=0.5)


def _draw_deltas(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, taken: Dissection, moment: int) -> None:
    for layer, symbol, values in slopes(taken, moment, reading.shown.row):
        column = layout.columns[layer]
        if column.kind == "grid" or column.radius < NUMBER_RADIUS:
            continue
        for x, y, value in zip(column.x.tolist(), column.y.tolist(), values.tolist(), strict=True):
            words = f"{symbol} {short(value, 3)}"
            wide = text_width(words, ink.small) + 8 * ink.ui
            middle = y + column.radius + 9 * ink.ui
            brush.fill(painter, ink.colour("raised"))
            painter.drawRoundedRect(QRectF(x - wide / 2, middle - 7.5 * ink.ui, wide, 15 * ink.ui), 4, 4)
            draw_text(painter, x, middle, words, ink.small, ink.colour("text"), align=0.5, live=True)


def _draw_banner(painter: QPainter, layout: Layout, ink: Ink, taken: Dissection, moment: int) -> None:
    now = taken.moments[moment]
    tall = 22 * ink.ui
    box = Box(layout.chooser.left, layout.counts - tall / 2, layout.chooser.width, tall)
    painter.fillRect(QRectF(box.left, box.top, box.width, tall), ink.colour("panel"))
    stage = taken.plan.noise_kind.thing if now.stage == "mask" else now.stage
    head = f"Slow motion, step {count(taken.step)}:  {stage}"
    wide = text_width(head, ink.body, True) + 18 * ink.ui
    ink.plate(painter, Box(box.left, box.top, wide, tall), ink.colour("accent"))
    ink.write(painter, box.left + 9 * ink.ui, layout.counts, head, "accent_text", size=ink.body, bold=True)
    x, room = box.left + wide + 10 * ink.ui, max(0.0, box.width - wide - 12 * ink.ui)
    ink.write(painter, x, layout.counts, now.formula, "text", size=ink.body, room=room)
