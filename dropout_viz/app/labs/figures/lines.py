"""Painting of a lab's curves with bands, and of its scatter plots."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

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
from dropout_viz.draw import brush
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.numbers import number
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import faded, round_pen
from dropout_viz.draw.ranges import fit, fit_log
from dropout_viz.draw.style import Style
from dropout_viz.labs.figures import Array, FigureCurve, Lines

LEFT, BELOW = 66, 38
_CLOUD = 60  # beyond so many points they are drawn small and see-through


def paint(p: QPainter, figure: Lines, rect: QRectF, style: Style) -> list[Spot]:
    """Paint the figure; return what can be hovered."""
    keys = [
        Key(c.label, hue(style, c.hue, k), c.dashed, dot=c.points and not c.line) for k, c in enumerate(figure.curves)
    ]
    inner = paint_words(p, rect, figure.title, figure.caption, keys, style)
    graph = graph_of(figure, inner.adjusted(LEFT, 6, -14, -BELOW))
    graph.paint_x(p, style, figure.x_label)
    graph.paint_y(p, style)
    if figure.y_label:
        paint_y_name(p, graph.area, inner.left(), figure.y_label, style)
    with saved(p):
        p.setClipRect(graph.area.adjusted(-6, -6, 6, 6))
        for k, curve in reversed(list(enumerate(figure.curves))):
            if curve.line:
                _paint_band(p, graph, curve, hue(style, curve.hue, k))
        spots: list[Spot] = []
        for k, curve in reversed(list(enumerate(figure.curves))):
            spots += _paint_curve(p, graph, curve, hue(style, curve.hue, k), figure)
    paint_marks(p, graph, figure.marks, style)
    return spots


def graph_of(figure: Lines, area: QRectF) -> Graph:
    """Return the mapping to pixels that takes in all curves and marks."""
    curves = figure.curves
    x_low, x_high = extent([numbers(c.x) for c in curves], positive=figure.log_x)
    y_parts = [numbers(v) for c in curves for v in (c.y, c.low, c.high)]
    y_parts.append(np.array([mark.at for mark in figure.marks if mark.axis == "y"]))
    y_low, y_high = extent(y_parts, positive=figure.log_y)
    if figure.log_x:
        x = (math.log10(x_low), math.log10(x_high)) if 0 < x_low < x_high else fit_log(x_low, x_high)
    else:
        x = (x_low, x_high) if x_low < x_high else fit(x_low, x_high)
    if any(c.points for c in curves):
        x = (x[0] - 0.03 * (x[1] - x[0]), x[1] + 0.03 * (x[1] - x[0]))
    if figure.y_range is not None:
        low, high = figure.y_range
        y = (math.log10(low), math.log10(high)) if figure.log_y and low > 0 else figure.y_range
    else:
        y = fit_log(y_low, y_high) if figure.log_y else fit(y_low, y_high, from_zero=0.6)
    return Graph(area, x, y, figure.log_x, figure.log_y)


def _at(graph: Graph, x: Array, y: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        x, y = np.log10(x) if graph.log_x else x, np.log10(y) if graph.log_y else y
    return graph.px(x), graph.py(np.where(np.isneginf(y), graph.y[0] - 1, y))


def _paint_band(p: QPainter, graph: Graph, curve: FigureCurve, colour: QColor) -> None:
    low, high = numbers(curve.low), numbers(curve.high)
    if not len(low) or not len(high):
        return
    known = np.isfinite(low) & np.isfinite(high)  # of too few seeds there is none
    x, bottom = _at(graph, numbers(curve.x)[known], low[known])
    _, top = _at(graph, numbers(curve.x)[known], high[known])
    brush.fill(p, faded(colour, 0.18))
    p.drawPolygon(polygon(np.r_[x, x[::-1]], np.r_[bottom, top[::-1]]))


def _paint_curve(p: QPainter, graph: Graph, curve: FigureCurve, colour: QColor, figure: Lines) -> list[Spot]:
    given_x, given_y = numbers(curve.x), numbers(curve.y)
    x, y = _at(graph, given_x, given_y)
    if curve.line:
        pattern = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        p.setPen(QPen(colour, 2, pattern, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawPolyline(polygon(x, y))
    elif len(numbers(curve.low)):
        p.setPen(QPen(colour, 1.4))
        bottom, top = (_at(graph, given_x, numbers(v))[1] for v in (curve.low, curve.high))
        for at, a, b in zip(x.tolist(), bottom.tolist(), top.tolist(), strict=True):
            p.drawLine(QPointF(at, a), QPointF(at, b))
    if curve.points:
        cloud = len(x) > _CLOUD
        p.setPen(round_pen(faded(colour, 0.35) if cloud else colour, 4 if cloud else 7))
        p.drawPoints(QPolygonF(polygon(x, y)))
    known = np.isfinite(x) & np.isfinite(y) & (y >= graph.area.top() - 6) & (y <= graph.area.bottom() + 6)
    return [
        Spot(
            a,
            b,
            9,
            9,
            f"{curve.label}\n{figure.x_label or 'x'}: {number(gx)}\n{figure.y_label or 'value'}: {number(gy)}",
        )
        for a, b, gx, gy in zip(x[known].tolist(), y[known].tolist(), given_x[known], given_y[known], strict=True)
    ]
