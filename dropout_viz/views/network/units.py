"""Draws the units of the Network view: circles with their numbers, or grids with one cell a unit."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dropout_viz.analysis.questions.network import Reading, ShownLayer
from dropout_viz.draw.cells import cell_pixels, draw_pixels, make_cells
from dropout_viz.draw.columns import Column, tile_units
from dropout_viz.draw.ink import OFF_STAMP, Ink, bins_of, levels_of
from dropout_viz.draw.numbers import plain
from dropout_viz.draw.sheet import PictureSheet, around
from dropout_viz.draw.text import draw_text, text_reach, text_width
from dropout_viz.nn.parts import Unit
from dropout_viz.views.network.layout import Layout
from dropout_viz.views.network.words import value_words
from dropout_viz.views.unit_names import factor_reach, p_of

NUMBER_RADIUS = 13.0
"""The least radius of a circle that holds its activation as a number."""
BIAS_RADIUS = 11.0
"""The least radius of a circle that has its bias beside it."""


def draw_units(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, scale: float) -> None:
    """Draw every layer. ``scale`` is device pixels per logical pixel."""
    for column in layout.every:
        if column.kind == "grid":
            _draw_grid(sheet.painter, column, reading.layer(column.layer), ink, scale)
        else:
            _draw_circles(sheet, column, reading, ink)


def _draw_circles(sheet: PictureSheet, column: Column, reading: Reading, ink: Ink) -> None:
    layer, r = column.layer, column.radius
    shades = levels_of(reading.spans[layer].share(reading.values[layer]))
    levels = np.where(reading.on[layer], shades, OFF_STAMP).tolist()
    reach = around(r + 2.0)  # with its rim
    xs, ys = column.x.tolist(), column.y.tolist()
    for x, y, level in zip(xs, ys, levels, strict=True):
        sheet.paste(("unit", r, level), x, y, reach, partial(ink.draw_unit, radius=r, level=level))
    if reading.factors and layer < len(reading.factors) and p_of(reading.snapshot, layer):
        _draw_factors(sheet.painter, column, reading, ink)
    if r < NUMBER_RADIUS:
        return
    size = ink.style.legible(max(10, min(round(0.62 * r), round(1.35 * ink.body))))
    for x, y, level, value in zip(xs, ys, levels, reading.values[layer].tolist(), strict=True):
        if level != OFF_STAMP:
            words = plain(value) if layer == 0 else value_words(reading, layer, value)
            pixels = size if len(words) <= 5 else ink.style.legible(max(10, size - 3))
            _write_in(sheet, x, y, r, level, words, pixels, ink)


def _write_in(
    sheet: PictureSheet, x: float, y: float, radius: float, level: int, words: str, pixels: int, ink: Ink
) -> None:
    """Write into a unit's circle, which is painted once more below: letters may reach its rim."""

    def draw(p: QPainter, x: float, y: float) -> None:
        ink.draw_unit(p, x, y, radius, level)
        draw_text(p, x, y, words, pixels, ink.text_on(level), align=0.5)

    reach = text_reach(words, pixels).translated(-text_width(words, pixels) / 2, 0.0)
    sheet.paste((words, pixels, radius, level), x, y, reach, draw)


def factor_shares(reading: Reading, layer: int) -> NDArray[np.floating]:
    """Return where a layer's factors lie on their scale: 0 at their mean 1, -1 and 1 at two standard deviations."""
    return (reading.factors[layer] - 1) / factor_reach(reading.snapshot, layer)


def _draw_factors(painter: QPainter, column: Column, reading: Reading, ink: Ink) -> None:
    """Draw each unit's factor as a ring about it, in the shade of that factor."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    wide = factor_ring(column.radius, ink)
    r = column.radius + 0.5 * wide + 1
    shares = factor_shares(reading, column.layer).tolist()
    for x, y, share in zip(column.x.tolist(), column.y.tolist(), shares, strict=True):
        painter.setPen(QPen(ink.factor(share), wide))
        painter.drawEllipse(QPointF(x, y), r, r)


def factor_ring(radius: float, ink: Ink) -> float:
    """Return the width of the ring that shows a factor."""
    return max(1.5, min(0.22 * radius, 6 * ink.ui))


def draw_biases(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, scale: float) -> None:
    """Draw each bias as a small dot at its circle's lower left, in the colour of a weight."""
    for layer, biases in enumerate(reading.snapshot.biases, start=1):
        column = layout.columns[layer]
        if not len(biases) or column.kind == "grid" or column.radius < BIAS_RADIUS:
            continue
        r = bias_radius(ink)
        reach = around(r + 2.0 * ink.ui)
        aside = round(0.7071 * column.radius * scale) / scale
        bins = bins_of(biases, reading.limits[layer - 1]).tolist()
        for x, y, bin_ in zip(column.x.tolist(), column.y.tolist(), bins, strict=True):
            draw = partial(ink.draw_bias, radius=r, bin_=bin_)
            sheet.paste(("bias", bin_), x - aside, y + aside, reach, draw)


def bias_radius(ink: Ink) -> float:
    """Return the radius of a bias's dot."""
    return 4.0 * ink.ui


def _draw_grid(painter: QPainter, column: Column, shown: ShownLayer, ink: Ink, scale: float) -> None:
    faces = ink.faces(shown.span.share(shown.values), shown.on)
    tiles = column.tiles
    assert tiles is not None
    if not tiles.gap:
        cells = make_cells(len(column.x), tiles.width, tiles.height, tiles.cell)
        pixels = cell_pixels(cells, faces, shown.on, ink)
    else:  # small pictures on the panel: maps are never off, and -1 is the ground
        pixels = np.append(faces, np.uint32(ink.colour("panel").rgb()))[tile_units(tiles)]
    draw_pixels(painter, column.box.left, column.box.top, pixels, scale)


def draw_ring(painter: QPainter, layout: Layout, ink: Ink, unit: Unit) -> None:
    """Ring the unit that is pointed at."""
    column = layout.every[len(layout.before) + unit.layer]
    x, y, r = float(column.x[unit.index]), float(column.y[unit.index]), column.radius
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.colour("text"), 2.2 * ink.ui))
    if column.kind == "grid":
        r = max(r, 2.0) + 1.0
        painter.drawRect(QRectF(x - r, y - r, 2 * r, 2 * r))
    else:
        r += 2.5 * ink.ui
        painter.drawEllipse(QPointF(x, y), r, r)


def draw_lesion(painter: QPainter, layout: Layout, ink: Ink, unit: Unit) -> None:
    """Ring a unit that is taken away beside the run, with a bar through the ring: the run itself has it."""
    column = layout.every[len(layout.before) + unit.layer]
    x, y = float(column.x[unit.index]), float(column.y[unit.index])
    r = max(column.radius, 2.0) + 4.5 * ink.ui
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.colour("warning"), 1.8 * ink.ui, Qt.PenStyle.DashLine))
    painter.drawEllipse(QPointF(x, y), r, r)
    painter.setPen(QPen(ink.colour("warning"), 1.8 * ink.ui))
    painter.drawLine(QPointF(x - 0.7 * r, y + 0.7 * r), QPointF(x + 0.7 * r, y - 0.7 * r))
