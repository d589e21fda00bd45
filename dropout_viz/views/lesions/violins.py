"""Painting of what each unit is worth: violins over all sets of partners, and the share that single units explain."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dropout_viz.analysis.questions.lesions import Scene
from dropout_viz.draw import arm_names, brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph, density
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import faded
from dropout_viz.draw.ranges import nice
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, fitting
from dropout_viz.nn.parts import Unit
from dropout_viz.views.lesions import words

Array = NDArray[Any]
_LEFT, _BELOW, _BAR = 46, 18, 18
_BINS = 30
_TAILS = 0.02  # share of a unit's values at either end that may lie beyond the axis
_FEW = 100  # values of a unit of which none may: its violin would be cut where it is wide
_LEAST = 40  # pixels of a plot's height


def order_of(scene: Scene) -> list[int]:
    """Return the units, counted over all layers, that have violins: the one worth most in the first arm first."""
    found = scene.depths[0].worths
    return [] if found is None else [int(u) for u in found.units[np.argsort(-np.nan_to_num(found.mean), kind="stable")]]


def _bars(scene: Scene, inner: QRectF) -> list[QRectF]:
    """Return where the bars of shares stand: below one another, or beside one another where the violins would have no
    room else."""
    arms = len(scene.depths)
    if inner.height() - _BAR * arms - 8 - _BELOW >= 1.5 * _LEAST:
        return [QRectF(inner.left(), inner.top() + k * _BAR, inner.width(), _BAR) for k in range(arms)]
    wide = inner.width() / arms
    return [QRectF(inner.left() + k * wide, inner.top(), wide - 12 * (k < arms - 1), _BAR) for k in range(arms)]


def _plot(scene: Scene, inner: QRectF) -> QRectF:
    return inner.adjusted(_LEFT, _bars(scene, inner)[-1].bottom() - inner.top() + 8, 0, -_BELOW)


def unit_at(scene: Scene, inner: QRectF, at: QPointF) -> Unit | None:
    """Return the unit whose violin is at a point."""
    plot, order = _plot(scene, inner), order_of(scene)
    if not order or not plot.contains(at):
        return None
    flat = order[min(len(order) - 1, int((at.x() - plot.left()) / plot.width() * len(order)))]
    return unit_of(scene, flat)


def unit_of(scene: Scene, flat: int) -> Unit:
    """Return a unit by its place among all hidden units."""
    layer = 1
    for size in scene.request.arms[0][1].sizes[1:-1]:
        if flat < size:
            break
        flat, layer = flat - size, layer + 1
    return Unit(layer, flat)


def paint(p: QPainter, scene: Scene, inner: QRectF, style: Style, lit: Unit | None) -> None:
    """Paint the bars of shares and the violins; two arms have half a violin each, more a narrow one each."""
    arms = len(scene.depths)
    for k, (depth, row) in enumerate(zip(scene.depths, _bars(scene, inner), strict=True)):
        _paint_share(p, scene, k, row, style)
        if depth.worths is None:
            return
    plot, order = _plot(scene, inner), order_of(scene)
    if plot.height() < _LEAST or not order:
        return
    graph = Graph(plot, (0.0, float(len(order))), _range(scene))
    graph.paint_y(p, style, max(3, int(plot.height() / 25)))
    zero = float(graph.py(0.0))
    p.fillRect(QRectF(plot.left(), zero - 0.5, plot.width(), 1), QColor(style.faint))
    pitch = plot.width() / len(order)
    each = max(1, math.ceil((36 if len(scene.request.arms[0][1].sizes) > 3 else 22) / pitch))
    with saved(p):
        p.setClipRect(plot)
        for place, flat in enumerate(order):
            unit, centre = unit_of(scene, flat), plot.left() + (place + 0.5) * pitch
            if unit == lit:
                p.fillRect(QRectF(centre - pitch / 2, plot.top(), pitch, plot.height()), faded(style.text, 0.08))
            for k, depth in enumerate(scene.depths):
                found = depth.worths
                if found is None or flat not in found.units:
                    continue
                at = int(np.flatnonzero(found.units == flat)[0])
                half, middle, sides = 0.44 * min(pitch, 70), centre, (-1, 1)
                if arms == 2:
                    sides = ((-1, 0), (0, 1))[k]
                elif arms > 2:
                    each_wide = min(pitch, 140) / arms
                    half, middle = 0.44 * each_wide, centre + (k - (arms - 1) / 2) * each_wide
                _violin(p, graph, found.values[at], float(found.mean[at]), middle, half, sides, style, k)
    many = len(scene.request.arms[0][1].sizes) > 3
    for place, flat in enumerate(order):
        unit = unit_of(scene, flat)
        if place % each == 0:
            name = f"{unit.layer}.{unit.index + 1}" if many else f"{unit.index + 1}"
            colour, x = QColor(style.text if unit == lit else style.dim), plot.left() + (place + 0.5) * pitch
            draw_text(p, x, plot.bottom() + 11, name, look.SMALL, colour, align=0.5)


def _range(scene: Scene) -> tuple[float, float]:
    """Return the range of worths: all means, and of each unit all but the furthest of its values."""
    lows, highs = [0.0], [0.0]
    for depth in scene.depths:
        if depth.worths is not None:
            values, means = depth.worths.values, depth.worths.mean
            tails = 0.0 if values.shape[1] < _FEW else _TAILS
            known = np.isfinite(values).all(axis=1) & np.isfinite(means)
            if known.any():
                low, high = np.quantile(values[known], [tails, 1 - tails], axis=1)
                lows += [float(low.min()), float(means[known].min())]
                highs += [float(high.max()), float(means[known].max())]
    low, high = min(lows), max(highs)
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return -1.0, 1.0
    step = nice((high - low) / 5)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _violin(
    p: QPainter,
    graph: Graph,
    values: Array,
    mean: float,
    centre: float,
    half: float,
    sides: tuple[int, int],
    style: Style,
    arm: int,
) -> None:
    """Paint the density of some values, to one side of a line or to both."""
    values = values[np.isfinite(values)]
    if not len(values) or not math.isfinite(mean):
        return
    shape, y, _ = density(graph, values, _BINS)
    wide = half * shape / shape.max()
    left, right = centre + sides[0] * wide, centre + sides[1] * wide
    outline = np.r_[np.c_[left, y], np.c_[right, y][::-1]]
    colour = style.arm(arm)
    p.setPen(QPen(colour, 1))
    p.setBrush(faded(colour, 0.45))
    p.drawPolygon(QPolygonF([QPointF(*at) for at in outline.tolist()]))
    at = float(graph.py(mean))
    brush.fill(p, QColor(style.text))
    shift = sum(sides) * half * 0.35
    p.drawEllipse(QPointF(centre + shift, at), 2.4, 2.4)


def _paint_share(p: QPainter, scene: Scene, k: int, row: QRectF, style: Style) -> None:
    """Paint how much of the variance single units explain."""
    found = scene.depths[k].worths
    if found is None:
        return
    middle, left = row.center().y(), row.left() + 12
    if words.can_tell_share(found):
        bar = QRectF(row.left(), middle - 5, min(90.0, 0.24 * row.width()), 10)
        brush.fill(p, faded(style.arm(k), 0.25))
        p.drawRoundedRect(bar, 2, 2)
        p.setBrush(style.arm(k))
        full = QRectF(bar.topLeft(), bar.size())
        full.setWidth(bar.width() * min(1.0, max(0.0, found.alone)))
        p.drawRoundedRect(full, 2, 2)
        left = bar.right() + 8
    else:
        arm_names.dot(p, k, row.left() + 4, middle, style)  # whose sentence it is: a bar would claim a share
    text = fitting(words.alone(scene.depths[k]), look.SMALL, row.right() - left - 2)
    draw_text(p, left, middle, text, look.SMALL, QColor(style.text))
