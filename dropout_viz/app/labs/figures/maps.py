"""Painting of a lab's heat maps and rows of small images."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from dropout_viz.app.labs.figures.frame import Spot, paint_words, paint_y_name
from dropout_viz.draw import style as look
from dropout_viz.draw.contrast import reads_on
from dropout_viz.draw.numbers import number
from dropout_viz.draw.painting import saved
from dropout_viz.draw.style import Style, mix
from dropout_viz.draw.text import draw_text, elided, text_width
from dropout_viz.labs.figures import HeatMap, ImageRow, Images

Array = NDArray[Any]
_SCALE, _BELOW = 74, 38  # room for the scale of colours, and for the names below
_SHADES = 255


def paint_heat_map(p: QPainter, figure: HeatMap, rect: QRectF, style: Style) -> list[Spot]:
    """Paint a heat map with its scale; return what can be hovered."""
    inner = paint_words(p, rect, figure.title, figure.caption, (), style)
    values = np.asarray(figure.values, float)
    rows, columns = values.shape
    left = 30 + min(150.0, max((text_width(name, look.SMALL) for name in figure.y), default=0.0))
    area = inner.adjusted(left, 6, -_SCALE, -_BELOW)
    wide, tall = area.width() / max(1, columns), area.height() / max(1, rows)
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if figure.signed:
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    span = high - low or 1.0
    spots = []
    for (r, c), value in np.ndenumerate(values):
        cell = QRectF(area.left() + c * wide, area.bottom() - (r + 1) * tall, wide, tall)
        colour = _colour((value - low) / span, figure.signed, style) if math.isfinite(value) else QColor(style.panel)
        p.fillRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), colour)
        text = number(value, 3) if math.isfinite(value) else "none yet"
        if wide > text_width(text, look.SMALL) + 8 and tall > 16:
            draw_text(p, cell.center().x(), cell.center().y(), text, look.SMALL, reads_on(colour), align=0.5)
        where = f"{figure.y_label} {figure.y[r]}, {figure.x_label} {figure.x[c]}"
        said = f"{where}\n{figure.value_label}: {number(value) if math.isfinite(value) else text}"
        spots.append(Spot(cell.center().x(), cell.center().y(), wide / 2, tall / 2, said))
    if figure.chosen is not None:
        r, c = figure.chosen
        p.setPen(QPen(QColor(style.text), 2))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRect(QRectF(area.left() + c * wide, area.bottom() - (r + 1) * tall, wide, tall))
    _name_cells(p, figure, area, inner, style)
    _paint_scale(p, QRectF(area.right() + 14, area.top(), 12, area.height()), low, high, figure, style)
    return spots


def _name_cells(p: QPainter, figure: HeatMap, area: QRectF, inner: QRectF, style: Style) -> None:
    """Write what stands at columns and rows; where there is little room, at some of them."""
    dim = QColor(style.dim)
    wide, tall = area.width() / max(1, len(figure.x)), area.height() / max(1, len(figure.y))
    widest = max((text_width(name, look.SMALL) for name in figure.x), default=0.0) + 8
    for c in range(0, len(figure.x), max(1, math.ceil(widest / wide))):
        draw_text(p, area.left() + (c + 0.5) * wide, area.bottom() + 12, figure.x[c], look.SMALL, dim, align=0.5)
    for r in range(0, len(figure.y), max(1, math.ceil(16 / tall))):
        name = elided(figure.y[r], look.SMALL, 150)
        draw_text(p, area.left() - 6, area.bottom() - (r + 0.5) * tall, name, look.SMALL, dim, align=1.0)
    draw_text(p, area.center().x(), area.bottom() + 28, figure.x_label, look.SMALL, dim, align=0.5)
    paint_y_name(p, area, inner.left(), figure.y_label, style)


def _paint_scale(p: QPainter, bar: QRectF, low: float, high: float, figure: HeatMap, style: Style) -> None:
    steps = max(2, int(bar.height()))
    for k in range(steps):
        shade = _colour(1 - (k + 0.5) / steps, figure.signed, style)
        p.fillRect(
            QRectF(bar.left(), bar.top() + k * bar.height() / steps, bar.width(), bar.height() / steps + 1), shade
        )
    for share in (0.0, 0.5, 1.0):
        text = number(low + share * (high - low), 3)
        draw_text(p, bar.right() + 6, bar.bottom() - share * bar.height(), text, look.SMALL, QColor(style.dim))
    with saved(p):
        p.translate(bar.right() + 50, bar.center().y())
        p.rotate(-90)
        draw_text(
            p, 0, 0, elided(figure.value_label, look.SMALL, bar.height()), look.SMALL, QColor(style.dim), align=0.5
        )


def _colour(share: float, signed: bool, style: Style) -> QColor:
    return style.signed(2 * share - 1, 1.0) if signed else style.activation(share)


def paint_images(p: QPainter, figure: Images, rect: QRectF, style: Style) -> list[Spot]:
    """Paint rows of small images as large as they fit; return what can be hovered."""
    inner = paint_words(p, rect, figure.title, figure.caption, (), style)
    heights = [_wanted(row) for row in figure.images]
    spots: list[Spot] = []
    top, whole = inner.top(), sum(heights) or 1
    beside = len(figure.images) > 1 and inner.width() > 1.5 * inner.height()
    for k, row in enumerate(figure.images):
        if beside:
            each = inner.width() / len(figure.images)
            place = QRectF(inner.left() + k * each, inner.top(), each - 16, inner.height())
        else:
            place = QRectF(inner.left(), top, inner.width(), inner.height() * heights[k] / whole - 6)
            top += inner.height() * heights[k] / whole
        spots += _paint_row(p, row, place, figure, style)
    return spots


def _wanted(row: ImageRow) -> float:
    return math.ceil(math.sqrt(max(1, len(row.images))))


def _paint_row(p: QPainter, row: ImageRow, place: QRectF, figure: Images, style: Style) -> list[Spot]:
    if row.label:
        draw_text(p, place.left(), place.top() + 8, row.label, look.SMALL, QColor(style.text), bold=True)
        place = place.adjusted(0, 20, 0, 0)
    n, height, width = row.images.shape
    under = 18 if len(row.captions) else 0
    side, columns = 0.0, 1
    for across in range(1, n + 1):
        fits = min(place.width() / across / width, (place.height() / math.ceil(n / across) - under) / height)
        if fits > side:
            side, columns = fits, across
    if side <= 0:
        return []
    shades = _shades(style, figure.signed)
    most = np.abs(row.images).max() or 1.0
    spots = []
    for k, image in enumerate(row.images):
        own = (np.abs(image).max() or 1.0) if figure.own_scale else most
        share = (image / own / 2 + 0.5) if figure.signed else image / own
        levels = np.ascontiguousarray((np.nan_to_num(share).clip(0, 1) * (_SHADES - 1) + 0.5).astype(np.uint8))
        picture = QImage(levels.data, width, height, width, QImage.Format.Format_Indexed8)
        picture.setColorTable(shades)
        cell = QRectF(
            place.left() + k % columns * side * width,
            place.top() + k // columns * (side * height + under),
            side * width,
            side * height,
        )
        p.drawImage(cell.adjusted(1, 1, -1, -1), picture)
        text = row.captions[k] if len(row.captions) else f"{row.label} {k + 1}".strip()
        if under:
            draw_text(
                p,
                cell.center().x(),
                cell.bottom() + 9,
                elided(text, look.SMALL, cell.width()),
                look.SMALL,
                QColor(style.dim),
                align=0.5,
            )
        spots.append(
            Spot(
                cell.center().x(),
                cell.center().y(),
                cell.width() / 2,
                cell.height() / 2,
                f"{text}\n{number(float(image.min()), 3)} to {number(float(image.max()), 3)}",
            )
        )
    return spots


def _shades(style: Style, signed: bool) -> list[int]:
    levels = [k / (_SHADES - 1) for k in range(_SHADES)]
    return [(style.signed(2 * s - 1, 1.0) if signed else mix("#000000", "#ffffff", s)).rgb() for s in levels]
