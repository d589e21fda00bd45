"""Painting of the Activations view: a row for each hidden layer, a histogram of values and one of units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dropout_viz.analysis.activity import Activity
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.numbers import number, share
from dropout_viz.draw.painting import saved
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, text_width
from dropout_viz.words import figure, many, of_arm

Array = NDArray[Any]

_LEAST_ROW = 118.0  # height of a row that can be read
_LEFT, _BELOW, _GAP, _SIDE = 40.0, 20.0, 16.0, 12.0
_NARROW = 360  # below this width only the values are drawn


@dataclass(frozen=True)
class LayerRow:
    """Where one layer is drawn: its text, and its two graphs, of which the second may be missing."""

    layer: int
    text: QRectF
    values: QRectF
    units: QRectF | None


def lay_out(width: int, height: int, layers: int, arms: int, only: int | None) -> list[LayerRow]:
    """Return the rows that there is room for; ``only``: one layer is shown, all the others are not."""
    shown = [only] if only is not None else list(range(layers))
    lines = 18 * (1 + arms)
    free = height - 26.0
    most = max(1, int(free // (_LEAST_ROW + 18 * arms)))
    shown = shown[:most]
    tall = free / len(shown)
    rows = []
    for k, layer in enumerate(shown):
        top = 6 + k * tall
        text = QRectF(_SIDE, top, width - 2 * _SIDE, lines)
        room = QRectF(_SIDE + _LEFT, text.bottom() + 22, width - 2 * _SIDE - _LEFT, tall - lines - 22 - _BELOW - 12)
        if room.height() < 24:  # a very low view
            room.setTop(text.top() + 36)
            room.setHeight(max(16.0, tall - 36 - _BELOW - 6))
        if width < _NARROW:
            rows.append(LayerRow(layer, text, room, None))
            continue
        half = (room.width() - _LEFT - _GAP) / 2
        first = QRectF(room.left(), room.top(), half, room.height())
        rows.append(LayerRow(layer, text, first, QRectF(first.right() + _GAP + _LEFT, room.top(), half, room.height())))
    return rows


def graph_of(shares: Sequence[Array], edges: Array, area: QRectF, log: bool) -> Graph:
    """Return the axes for histograms that are compared."""
    top = max(float(s.max()) for s in shares) or 1.0
    x = (float(edges[0]), float(edges[-1]))
    if not log:
        rest = max(float(np.sort(s)[-2]) for s in shares)  # one bin that towers above all others may leave the picture
        return Graph(area, x, (0.0, 1.08 * top if top < 3 * rest or not rest else 1.8 * rest))
    least = min((float(s[s > 0].min()) for s in shares if (s > 0).any()), default=1e-3)
    low = max(math.floor(math.log10(least)), math.ceil(math.log10(top)) - 6)
    return Graph(area, x, (float(low), max(math.log10(top) + 0.1, low + 1.0)), log_y=True)


def paint_row(
    p: QPainter,
    row: LayerRow,
    name: str,
    arms: Sequence[tuple[str, Activity]],
    style: Style,
    log: bool,
    mark: int | None,
) -> None:
    """Paint a layer. ``arms``: name and activity of each; ``mark``: a unit whose mean is to be marked."""
    _paint_words(p, row, name, arms, style)
    for area, title, pick in (
        (row.values, "activations of all units", "values"),
        (row.units, "mean activation of a unit", "unit_values"),
    ):
        if area is None:
            continue
        shares, edges = [getattr(activity, pick) for _, activity in arms], edges_of(arms[0][1], pick)
        graph = graph_of(shares, edges, area, log)
        draw_text(
            p, area.left(), area.top() - 11, elided(title, look.SMALL, area.width()), look.SMALL, QColor(style.dim)
        )
        _percents(p, graph, style)
        graph.paint_x(p, style)
        with saved(p):
            p.setClipRect(area.adjusted(-2, 0, 2, 1))
            for arm in reversed(range(len(shares))):
                _histogram(p, graph, shares[arm], edges, style.arm(arm), len(shares) > 1)
        _paint_beyond(p, graph, shares, style)
        if pick == "unit_values" and mark is not None:
            for arm, (_, activity) in enumerate(arms):
                if mark < len(activity.unit_means) and math.isfinite(activity.unit_means[mark]):
                    x = graph.px(activity.unit_means[mark])
                    p.setPen(QPen(style.arm(arm), 2))
                    p.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def _paint_beyond(p: QPainter, graph: Graph, shares: Sequence[Array], style: Style) -> None:
    """Write the share of a bin that reaches beyond the top of the picture, and break its bar there."""
    if graph.log_y:
        return
    middle = graph.area.top() + 9
    for arm, values in enumerate(shares):
        k = int(values.argmax())
        if values[k] > graph.y[1]:
            wide = graph.area.width() / len(values)
            x = graph.area.left() + (k + 0.5) * wide
            p.setPen(QPen(QColor(style.panel), 3))
            p.drawLine(QLineF(x - wide / 2 - 1, middle + 3, x + wide / 2 + 1, middle - 3))
            right = x > graph.area.center().x()
            text = f"\N{UPWARDS ARROW} {share(float(values[k]))}"
            x += -12 if right else 12
            draw_text(p, x, middle, text, look.SMALL, style.arm(arm), align=float(right), live=True)
            middle += 15


def _percents(p: QPainter, graph: Graph, style: Style) -> None:
    """Draw the numbers of a vertical axis of shares, as per cent."""
    low, high = (y + 2 if graph.log_y else 100 * y for y in graph.y)
    Graph(graph.area, graph.x, (low, high), log_y=graph.log_y).paint_y(p, style)
    draw_text(p, graph.area.left() - 6, graph.area.top() - 11, "%", look.SMALL, QColor(style.dim), align=1.0)


def _paint_words(p: QPainter, row: LayerRow, name: str, arms: Sequence[tuple[str, Activity]], style: Style) -> None:
    """Paint the layer's name and a line of figures for each arm."""
    left, middle = row.text.left(), row.text.top() + 9
    draw_text(p, left, middle, name, look.BODY, QColor(style.text), bold=True)
    for arm, (title, activity) in enumerate(arms):
        middle = row.text.top() + 9 + 18 * (arm + 1)
        x = left
        if len(arms) > 1:
            brush.fill(p, style.arm(arm))
            p.drawRoundedRect(QRectF(x, middle - 4, 8, 8), 2, 2)
            x += 14
            x += draw_text(p, x, middle, title, look.SMALL, style.arm(arm)) + 12
        for text in figures(activity):
            if x + text_width(text, look.SMALL) <= row.text.right():
                draw_text(p, x, middle, text, look.SMALL, QColor(style.text), live=True)
                break


def figures(activity: Activity) -> list[str]:
    """Return the figures of a layer, the fullest wording first."""
    mean, active = number(activity.size if activity.signed else activity.mean, 3), share(activity.active)
    what = "mean |h|" if activity.signed else "mean activation"
    short = "|h|" if activity.signed else "mean"
    n = len(activity.unit_means)
    silent = f", {many(activity.silent, 'unit', of=n)} never active" if activity.silent else ""
    if activity.lost:
        return [
            f"{what} {mean}: {many(activity.lost, 'unit', of=n)} give none{silent}",
            f"{what} {mean}",
            f"{short} {mean}",
        ]
    return [
        f"{what} {mean}, {active} active{silent}",
        f"{what} {mean}, {active} active",
        f"{short} {mean}, {active} active",
        f"{mean}, {active}",
    ]


def summary(layer: str, arms: Sequence[tuple[str, Activity]], mark: int | None) -> str:
    """Return a layer as a sentence; ``mark``: the unit whose mean is marked."""
    parts = []
    for name, activity in arms:
        text = figures(activity)[0]
        if mark is not None and mark < len(activity.unit_means):
            text += f", unit {mark + 1} has a mean of {number(float(activity.unit_means[mark]), 3)}"
        parts.append(of_arm(name, text))
    return f"{layer}, {many(len(arms[0][1].unit_means), 'unit')}: {'; '.join(parts)}"


def _histogram(p: QPainter, graph: Graph, shares: Array, edges: Array, colour: QColor, several: bool) -> None:
    """Draw one histogram: its outline, and a fill that lets another one shine through."""
    area = graph.area
    with np.errstate(divide="ignore"):
        height = np.log10(shares) if graph.log_y else shares
    y = np.minimum(graph.py(np.where(np.isfinite(height), height, graph.y[0])), area.bottom())
    x = graph.px(np.repeat(edges, 2))
    ends = np.concatenate([[area.bottom()], np.repeat(y, 2), [area.bottom()]])
    fill = QColor(colour)
    fill.setAlphaF(0.22 if several else 0.4)
    p.setBrush(fill)
    p.setPen(QPen(colour, 1.4))
    p.drawPolygon(QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), ends.tolist(), strict=True)]))


def edges_of(activity: Activity, pick: str) -> Array:
    """Return the bins of ``values`` or of ``unit_values``."""
    return activity.edges if pick == "values" else activity.unit_edges


def about_bin(arms: Sequence[tuple[str, Activity]], pick: str, place: float) -> list[str]:
    """Return what is said of the bin at a place of the axis, 0 to 1: its range, and each arm's share."""
    edges = edges_of(arms[0][1], pick)
    k = min(len(edges) - 2, max(0, int((len(edges) - 1) * place)))
    what = "activations" if pick == "values" else "units' means"
    over = k == len(edges) - 2 and any(a.over if pick == "values" else a.unit_over for _, a in arms)
    lines = [f"{what} from {figure(edges[k], 3)} {'up' if over else f'to {figure(edges[k + 1], 3)}'}"]
    for name, activity in arms:
        shares = getattr(activity, pick)
        none = f"; not a number {share(1 - float(shares.sum()))}" if activity.lost else ""
        lines.append(f"{name + ': ' if len(arms) > 1 else ''}{share(float(shares[k]))}{none}")
    return lines
