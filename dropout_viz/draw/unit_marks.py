"""Marks of the units of a column: circles and what is written in them, cells, dots beside them, rings around them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dropout_viz.draw.cells import cell_pixels, draw_pixels, make_cells
from dropout_viz.draw.columns import Column, tile_units
from dropout_viz.draw.ink import OFF_STAMP, Floats, Ink, levels_of
from dropout_viz.draw.sheet import PictureSheet, around
from dropout_viz.draw.text import draw_text, live_width, text_reach, text_width

NUMBER_RADIUS = 13.0
"""The least radius of a circle that holds a number."""
DOT_RADIUS = 11.0
"""The least radius of a circle that has a dot beside it."""

_DIGIT = 0.73  # the height of a digit, of the size of its font


def factor_ring(radius: float, ink: Ink) -> float:
    """Return the width of the ring that shows a factor."""
    return max(1.5, min(0.22 * radius, 6 * ink.ui))


def dot_radius(ink: Ink) -> float:
    """Return the radius of a dot beside a circle."""
    return 4.0 * ink.ui


def draw_circles(sheet: PictureSheet, column: Column, shares: Floats, on: NDArray[np.bool_], ink: Ink) -> list[int]:
    """Draw circles in the shades of these shares of the scale, those that are off crossed out; return their shades as
    ``Ink.draw_unit`` takes them."""
    r = column.radius
    levels = np.where(on, levels_of(shares), OFF_STAMP).tolist()
    reach = around(r + 2.0)  # with its rim
    for x, y, level in zip(column.x.tolist(), column.y.tolist(), levels, strict=True):
        sheet.paste(("unit", r, level), x, y, reach, partial(ink.draw_unit, radius=r, level=level))
    return levels


def write_in_circles(
    sheet: PictureSheet, column: Column, levels: Sequence[int], wordings: Sequence[Sequence[str]], ink: Ink
) -> None:
    """Write into every circle that is on the first of its wordings that fits it, if any does; each is painted once more
    below: letters may reach its rim."""
    r = column.radius
    size = ink.style.legible(max(10, min(round(0.62 * r), round(1.35 * ink.body))))
    for x, y, level, texts in zip(column.x.tolist(), column.y.tolist(), levels, wordings, strict=True):
        sized = ((text, size if len(text) <= 5 else ink.style.legible(max(10, size - 3))) for text in texts)
        text, pixels = next((one for one in sized if _fits(*one, r)), ("", size))
        if level == OFF_STAMP or not text:
            continue
        reach = text_reach(text, pixels).translated(-text_width(text, pixels) / 2, 0.0)
        draw = partial(_draw_written, radius=r, level=level, text=text, pixels=pixels, ink=ink)
        sheet.paste((text, pixels, r, level), x, y, reach, draw)


def _fits(text: str, pixels: int, radius: float) -> bool:
    """Return whether a number's corners lie in a circle."""
    return math.hypot(live_width(text, pixels) / 2, _DIGIT * pixels / 2) <= radius


def _draw_written(p: QPainter, x: float, y: float, radius: float, level: int, text: str, pixels: int, ink: Ink) -> None:
    ink.draw_unit(p, x, y, radius, level)
    draw_text(p, x, y, text, pixels, ink.text_on(level), align=0.5)


def draw_factor_rings(painter: QPainter, column: Column, shares: Floats, ink: Ink) -> None:
    """Draw a ring around each circle in the shade of its factor: 0 at their mean, -1 and 1 at the scale's ends."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    wide = factor_ring(column.radius, ink)
    r = column.radius + 0.5 * wide + 1
    for x, y, share in zip(column.x.tolist(), column.y.tolist(), shares.tolist(), strict=True):
        painter.setPen(QPen(ink.factor(share), wide))
        painter.drawEllipse(QPointF(x, y), r, r)


def draw_dots(sheet: PictureSheet, column: Column, bins: NDArray[np.intp], ink: Ink, scale: float) -> None:
    """Draw a dot at each circle's lower left, in the colour of these bins of ``bins_of``."""
    r = dot_radius(ink)
    reach = around(r + 2.0 * ink.ui)
    aside = round(0.7071 * column.radius * scale) / scale
    for x, y, bin_ in zip(column.x.tolist(), column.y.tolist(), bins.tolist(), strict=True):
        sheet.paste(("bias", bin_), x - aside, y + aside, reach, partial(ink.draw_bias, radius=r, bin_=bin_))


def draw_cells(
    painter: QPainter, column: Column, shares: Floats, on: NDArray[np.bool_], ink: Ink, scale: float
) -> None:
    """Draw a grid's cells in the shades of these shares of the scale. ``scale``: device pixels per logical pixel."""
    faces, tiles = ink.faces(shares, on), column.tiles
    assert tiles is not None
    if tiles.gap:  # small pictures on the panel: maps are never off, and -1 is the ground
        pixels = np.append(faces, np.uint32(ink.colour("panel").rgb()))[tile_units(tiles)]
    else:
        pixels = cell_pixels(make_cells(len(column.x), tiles.width, tiles.height, tiles.cell), faces, on, ink)
    draw_pixels(painter, column.box.left, column.box.top, pixels, scale)


def draw_ring(painter: QPainter, column: Column, index: int, ink: Ink) -> None:
    """Ring a unit that is pointed at."""
    (x, y), r = column.centre(index), column.radius
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.colour("text"), 2.2 * ink.ui))
    if column.tiles is not None:
        r = max(r, 2.0) + 1.0
        painter.drawRect(QRectF(x - r, y - r, 2 * r, 2 * r))
    else:
        r += 2.5 * ink.ui
        painter.drawEllipse(QPointF(x, y), r, r)


def draw_struck_ring(painter: QPainter, column: Column, index: int, ink: Ink) -> None:
    """Ring a unit that is taken away, with a bar through the ring that leaves out the unit's number."""
    x, y = column.centre(index)
    r = max(column.radius, 2.0) + 4.5 * ink.ui
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.colour("warning"), 1.8 * ink.ui, Qt.PenStyle.DashLine))
    painter.drawEllipse(QPointF(x, y), r, r)
    painter.setPen(QPen(ink.colour("warning"), 1.8 * ink.ui))
    end, free = 0.7 * r, 0.7 * ink.small if column.radius >= NUMBER_RADIUS else 0.0
    for way in (-1, 1):
        painter.drawLine(QPointF(x + way * free, y - way * free), QPointF(x + way * end, y - way * end))
