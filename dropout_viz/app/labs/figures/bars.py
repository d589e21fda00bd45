"""Painting of a lab's bars and violins."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.app.labs.figures.frame import (
    Key,
    Spot,
    extent,
    hue,
    numbers,
    paint_marks,
    paint_words,
    paint_y_name,
    polygon,
)
from dropout_viz.app.labs.figures.lines import LEFT
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph, density
from dropout_viz.draw.numbers import number
from dropout_viz.draw.palette import faded
from dropout_viz.draw.ranges import fit, fit_log
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, wrapped
from dropout_viz.labs.figures import Bars, Violin, Violins

_BELOW, _WIDEST = 34, 64
_BINS, _TALLEST = 40, 120


def paint_bars(p: QPainter, figure: Bars, rect: QRectF, style: Style) -> list[Spot]:
    """Paint bars in groups; return what can be hovered."""
    keys = [Key(s.label, hue(style, s.hue, k)) for k, s in enumerate(figure.series)]
    inner = paint_words(p, rect, figure.title, figure.caption, keys, style)
    parts = [numbers(v) for s in figure.series for v in (s.values, s.low, s.high)]
    low, high = extent([*parts, np.array([m.at for m in figure.marks])], positive=figure.log_y)
    y = fit_log(low, high) if figure.log_y else fit(min(0.0, low), max(0.0, high)) if high >= 0 else fit(low, 0.0)
    graph = Graph(inner.adjusted(LEFT, 6, -14, -_BELOW), (0.0, max(1.0, len(figure.groups))), y, log_y=figure.log_y)
    graph.paint_y(p, style)
    paint_y_name(p, graph.area, inner.left(), figure.y_label, style)
    foot = y[0] if figure.log_y else min(max(0.0, y[0]), y[1])
    pitch = graph.area.width() / max(1, len(figure.groups))
    wide = min(_WIDEST, 0.8 * pitch / max(1, len(figure.series)))
    spots: list[Spot] = []
    for k, series in enumerate(figure.series):
        colour, values = hue(style, series.hue, k), numbers(series.values)
        lows, highs = numbers(series.low), numbers(series.high)
        for g, value in enumerate(values):
            at = math.log10(value) if figure.log_y and value > 0 else value
            if not math.isfinite(at):
                continue
            left = float(graph.px(g + 0.5)) + (k - len(figure.series) / 2) * wide
            top, bottom = sorted((float(graph.py(at)), float(graph.py(foot))))
            bar = QRectF(left + 1, top, wide - 2, max(1.0, bottom - top))
            p.fillRect(bar, faded(colour, 0.85))
            text = f"{figure.groups[g]}, {series.label}\n{figure.y_label}: {number(value)}"
            if len(lows) and len(highs) and math.isfinite(lows[g] + highs[g]):
                _paint_error(p, graph, bar.center().x(), lows[g], highs[g], figure.log_y, style)
                text += f"\n{number(lows[g])} to {number(highs[g])}"
            elif wide > 34:
                draw_text(p, bar.center().x(), top - 9, number(value, 3), look.SMALL, QColor(style.text), align=0.5)
            spots.append(Spot(bar.center().x(), bar.center().y(), wide / 2, max(8.0, bar.height() / 2), text))
    p.fillRect(QRectF(graph.area.left(), graph.py(foot), graph.area.width(), 1), QColor(style.faint))
    for g, name in enumerate(figure.groups):
        _paint_name(p, float(graph.px(g + 0.5)), graph.area.bottom() + 12, name, pitch, style)
    paint_marks(p, graph, figure.marks, style)
    return spots


def _paint_error(p: QPainter, graph: Graph, x: float, low: float, high: float, log: bool, style: Style) -> None:
    ends = [math.log10(v) if log and v > 0 else v for v in (low, high)]
    if all(map(math.isfinite, ends)):
        a, b = (float(graph.py(v)) for v in ends)
        p.setPen(QPen(QColor(style.text), 1.4))
        p.drawLine(QPointF(x, a), QPointF(x, b))
        for y in (a, b):
            p.drawLine(QPointF(x - 4, y), QPointF(x + 4, y))


def _paint_name(p: QPainter, x: float, y: float, name: str, room: float, style: Style) -> None:
    """Write what stands below a group, in one line or two."""
    lines = wrapped(name, look.SMALL, room - 6)
    for k, line in enumerate(lines[:2]):
        text = elided(line if k == 0 or len(lines) < 3 else " ".join(lines[1:]), look.SMALL, max(10.0, room - 4))
        draw_text(p, x, y + 14 * k, text, look.SMALL, QColor(style.dim), align=0.5)


def paint_violins(p: QPainter, figure: Violins, rect: QRectF, style: Style) -> list[Spot]:
    """Paint samples as densities, each with its quartiles and median; return what can be hovered."""
    inner = paint_words(p, rect, figure.title, figure.caption, (), style)
    parts = [numbers(v.values) for v in figure.violins] + [np.array([m.at for m in figure.marks])]
    low, high = extent(parts)
    graph = Graph(
        inner.adjusted(LEFT, 6, -14, -_BELOW), (0.0, max(1.0, len(figure.violins))), fit(low, high, from_zero=0.6)
    )
    graph.paint_y(p, style)
    paint_y_name(p, graph.area, inner.left(), figure.y_label, style)
    pitch = graph.area.width() / max(1, len(figure.violins))
    spots = []
    for k, violin in enumerate(figure.violins):
        x = float(graph.px(k + 0.5))
        spots += _paint_violin(
            p, graph, violin, x, min(_TALLEST, 0.44 * pitch), hue(style, violin.hue, k), style, figure
        )
        _paint_name(p, x, graph.area.bottom() + 12, violin.label, pitch, style)
    paint_marks(p, graph, figure.marks, style)
    return spots


def _paint_violin(
    p: QPainter, graph: Graph, violin: Violin, x: float, half: float, colour: QColor, style: Style, figure: Violins
) -> list[Spot]:
    values = numbers(violin.values)
    values = values[np.isfinite(values)]
    if not len(values):
        return []
    shape, y, (low, high) = density(graph, values, _BINS)
    wide = half * shape / shape.max()
    p.setPen(QPen(colour, 1))
    p.setBrush(faded(colour, 0.4))
    p.drawPolygon(polygon(np.r_[x - wide, (x + wide)[::-1]], np.r_[y, y[::-1]]))
    quarter, median, three = np.quantile(values, [0.25, 0.5, 0.75])
    p.setPen(QPen(QColor(style.text), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    p.drawLine(QPointF(x, float(graph.py(quarter))), QPointF(x, float(graph.py(three))))
    brush.fill(p, QColor(style.text))
    p.drawEllipse(QPointF(x, float(graph.py(median))), 3.5, 3.5)
    top, bottom = float(graph.py(high)), float(graph.py(low))
    text = (
        f"{violin.label}: {len(values):,} values\nmedian {number(median)}, mean {number(float(values.mean()))}\n"
        f"half of them from {number(quarter)} to {number(three)}"
    )
    return [Spot(x, (top + bottom) / 2, half, max(8.0, (bottom - top) / 2), text)]
