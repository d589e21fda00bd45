"""The legend of the Network view: what width, colour, fill, cross and dot mean, with the values at the scales' ends."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.draw.edges import draw_edge_scale
from dropout_viz.draw.ends import ends_of
from dropout_viz.draw.factors import draw_scale, shaded_bar
from dropout_viz.draw.ink import OFF_STAMP, Ink
from dropout_viz.draw.legend import LegendEntry, in_rows, scale, sign
from dropout_viz.draw.numbers import MINUS, plain
from dropout_viz.draw.text import text_width
from dropout_viz.draw.unit_marks import dot_radius
from dropout_viz.views.network.words import span_words


def legend_rows(reading: Reading, ink: Ink, width: float) -> list[list[LegendEntry]]:
    """Return the entries in as few rows as they fit a width, with fewer words where that makes it less."""
    rows = in_rows(_entries(reading, ink, False), width, ink)
    return rows if len(rows) == 1 else in_rows(_entries(reading, ink, True), width, ink)


def _entries(reading: Reading, ink: Ink, brief: bool) -> list[LegendEntry]:
    """Return the entries that this reading needs. ``brief`` ones use fewer words."""
    ui, used = ink.ui, reading.snapshot.used
    entries = [_weights(reading, ink, brief), _activations(reading, ink, brief)]
    if used.noise_kind.on_off:
        wide, words = 14 * ui + (14 if brief else 22) * ui, "off" if brief else "off for this example"
        entries.append(sign(words, wide, partial(_draw_off, ink=ink, wide=wide), ink))
    elif any(used.drop_probabilities):
        bar = (64 if brief else 110) * ui
        draw = partial(draw_scale, wide=bar, ink=ink)
        entries.append(scale("circle's ring: factor", bar, draw, (), ink, (0.0, 14 * ui)))
    if any(len(b) for b in reading.snapshot.biases):
        entries.append(sign("bias", 2 * dot_radius(ink), partial(_draw_bias, ink=ink), ink, gap=5.0))
    if reading.odd:
        entries.append(sign("not a finite number", 22 * ui, partial(_draw_odd, ink=ink), ink, colour="error"))
    return entries


def _weights(reading: Reading, ink: Ink, brief: bool) -> LegendEntry:
    ui, tick, limits = ink.ui, ink.tiny, reading.limits
    bar = (80 if brief else 150) * ui
    alike = len(set(limits)) == 1
    marks = (
        (f"≤ {MINUS}{plain(limits[0])}", "0", f"≥ {plain(limits[0])}") if alike else ("", ends_of(limits, brief), "")
    )
    side = max(14 * ui, text_width(marks[0], tick) / 2, (text_width(marks[1], tick) - bar) / 2)

    def draw(painter: QPainter, left: float, y: float) -> None:
        draw_edge_scale(painter, left, y, bar, ink)
        if not alike:
            ink.write(painter, left - 3 * ui, y, MINUS, "dim", align=1.0)
            ink.write(painter, left + bar + 3 * ui, y, "+", "dim")

    return scale("weight", bar, draw, list(zip((0.0, 0.5, 1.0), marks, strict=True)), ink, (side, side))


def _activations(reading: Reading, ink: Ink, brief: bool) -> LegendEntry:
    words = span_words(reading.spans, brief, reading.before[0].span if reading.before else None)
    bar = max((64 if brief else 110) * ink.ui, text_width(words, ink.tiny))
    shades = [ink.style.activation(0.0), ink.style.activation(1.0)]
    draw = partial(shaded_bar, wide=bar, colours=shades, ink=ink)
    return scale("activation", bar, draw, [(0.5, words)], ink)


def _draw_off(painter: QPainter, x: float, y: float, ink: Ink, wide: float) -> None:
    r = 7 * ink.ui
    painter.setPen(ink.off_edge())
    painter.drawLine(QLineF(x + 2 * r, y, x + wide, y))
    ink.draw_unit(painter, x + r, y, r, OFF_STAMP)


def _draw_bias(painter: QPainter, x: float, y: float, ink: Ink) -> None:
    r = dot_radius(ink)
    painter.setPen(QPen(ink.colour("dim"), 1.0))
    painter.setBrush(ink.colour("neutral"))
    painter.drawEllipse(QPointF(x + r, y), r, r)


def _draw_odd(painter: QPainter, x: float, y: float, ink: Ink) -> None:
    painter.setPen(QPen(ink.colour("error"), 2.0 * ink.ui, Qt.PenStyle.DotLine))
    painter.drawLine(QLineF(x, y, x + 22 * ink.ui, y))
