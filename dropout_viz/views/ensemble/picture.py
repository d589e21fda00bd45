"""Painting of the Ensemble view: the networks, their averages below, and how the Monte-Carlo mean settles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dropout_viz.analysis.questions.ensemble import BINS, Scene
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.numbers import PLUS_MINUS, number
from dropout_viz.draw.painting import saved
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, fitting, live_width
from dropout_viz.views.ensemble import words
from dropout_viz.views.ensemble.layout import Layout
from dropout_viz.views.unit_names import output_name

Array = NDArray[Any]

_LEVELS = 6  # sizes of dots


@dataclass(frozen=True, eq=False)
class MemberDots:
    """Where each network is drawn: ``x``, ``y`` (networks,) in pixels, and the largest dot's radius."""

    x: Array
    y: Array
    radius: float


def axis_of(scene: Scene, layout: Layout) -> Graph:
    """Return the mapping of predictions to pixels."""
    return Graph(layout.plot, scene.span, (0.0, 1.0))


def dots_of(scene: Scene, layout: Layout) -> MemberDots:
    """Return where the networks are drawn one by one: at their prediction, stacked where there are several."""
    plot = layout.plot
    n = len(scene.members.outputs)
    radius = min(max(7.0, plot.height() / 24), max(1.4, 0.28 * math.sqrt(plot.width() * plot.height() / max(1, n))))
    x = np.nan_to_num(axis_of(scene, layout).px(scene.members.outputs), nan=-1e6)
    column = np.floor((x - plot.left()) / (2 * radius + 1)).astype(np.intp)
    order = np.lexsort((-scene.members.probabilities, column))
    ranks = np.empty(n)
    starts = np.flatnonzero(np.r_[True, np.diff(column[order]) != 0])
    lengths = np.diff(np.r_[starts, n])
    ranks[order] = np.arange(n) - np.repeat(starts, lengths)
    step = min(2 * radius + 1, (plot.height() - 2 * radius - 16) / max(1, ranks.max())) if n > 1 else 0.0
    return MemberDots(x, plot.bottom() - radius - 3 - ranks * step, radius)


def paint(
    p: QPainter, scene: Scene, layout: Layout, style: Style, hover: object, graph: Graph | None, fine: bool
) -> None:
    """Paint everything. ``hover``: a member's index, an average's name or a bin as ("bin", index), or None."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_head(p, scene, layout, style)
    _paint_cells(p, scene, layout, style)
    axis = axis_of(scene, layout)
    _paint_guides(p, scene, layout, style, axis)
    if scene.histogram is not None:
        _paint_density(p, scene, layout, style, hover)
    else:
        _paint_dots(p, scene, layout, style, hover)
    _paint_rows(p, scene, layout, style, axis, hover)
    if graph is not None:
        _paint_graph(p, scene, graph, style, fine)
    notes = [words.plain_answer(scene), words.verdict(scene), words.overview(scene)]
    if notes[0] == notes[1]:
        del notes[0]
    for middle, said in zip(layout.notes, notes, strict=False):
        first = middle == layout.notes[0]
        size, colour = (look.BODY, style.text) if first else (look.SMALL, style.dim)
        text = fitting(said, size, layout.head.width())
        draw_text(p, layout.head.left(), middle, text, size, QColor(colour), live=True)


def _paint_head(p: QPainter, scene: Scene, layout: Layout, style: Style) -> None:
    head = layout.head
    title = fitting(words.title(scene), look.TITLE, head.width(), True)
    title = title[0].upper() + title[1:]
    wide = draw_text(p, head.left(), head.top() + 10, title, look.TITLE, QColor(style.text), bold=True, live=True)
    room = head.width() - wide - 16
    subject = words.subject(scene)
    if room > live_width(subject[-1], look.BODY):
        text = fitting(subject, look.BODY, room)
        draw_text(p, head.right(), head.top() + 10, text, look.BODY, QColor(style.text), align=1.0, live=True)
    said = fitting(words.held(scene), look.SMALL, head.width())
    wide = draw_text(p, head.left(), head.top() + 30, said, look.SMALL, QColor(style.dim), live=True)
    dots = ["each dot is what one thinned network answers", "a dot a network's answer"]
    if not scene.request.network.n:
        dots = ["the dot is what the whole network answers: no unit can be off", "the whole network's answer"]
    hill = ["the hill shows where thinned networks' answers lie", "the networks' answers"]
    what = fitting(dots if scene.histogram is None else hill, look.SMALL, head.width() - wide - 16)
    if live_width(what, look.SMALL) + wide + 16 <= head.width():
        draw_text(p, head.right(), head.top() + 30, what, look.SMALL, QColor(style.dim), align=1.0)


def _paint_cells(p: QPainter, scene: Scene, layout: Layout, style: Style) -> None:
    """Paint a cell for each output: its name and a bar for what the scaled network says."""
    request = scene.request
    for k, cell in enumerate(layout.cells):
        chosen, wanted = k == request.output, request.data.y[request.example, k] > 0.5
        brush.fill(p, QColor(style.raised))
        p.drawRoundedRect(cell, 4, 4)
        share = float(np.clip(np.nan_to_num(scene.scaled[k]), 0, 1))
        bar = QRectF(cell.left() + 3, cell.bottom() - 6, max(0.0, (cell.width() - 6) * share), 3)
        p.setBrush(QColor(style.arms[0]))
        p.drawRect(bar)
        if chosen:
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(QPen(QColor(style.arms[0]), 1.6))
            p.drawRoundedRect(cell.adjusted(0.8, 0.8, -0.8, -0.8), 4, 4)
        name = output_name(request.data, k, len(layout.cells))
        hued = 2 < len(request.data.classes) == len(layout.cells) <= len(style.classes)
        text = elided(name, look.SMALL, cell.width() - (22 if hued else 6), wanted)
        colour = QColor(style.text if chosen or wanted else style.dim)
        middle = cell.center().x() + 5 * hued
        wide = draw_text(p, middle, cell.top() + 11, text, look.SMALL, colour, align=0.5, bold=bool(wanted))
        if hued:  # as the class has it on maps
            brush.fill(p, QColor(style.classes[k]))
            p.drawEllipse(QPointF(middle - wide / 2 - 9, cell.top() + 11), 4, 4)


def _paint_guides(p: QPainter, scene: Scene, layout: Layout, style: Style, axis: Graph) -> None:
    """Paint the prediction axis, the target and faint lines from the averages up to the networks."""
    below = layout.rows[-1].bottom() if layout.rows else layout.plot.bottom()
    whole = QRectF(layout.plot.left(), layout.plot.top(), layout.plot.width(), below - layout.plot.top())
    Graph(whole, scene.span, (0.0, 1.0)).paint_x(p, style)
    faint = QColor(style.text)
    faint.setAlphaF(0.14)
    p.fillRect(QRectF(whole.left(), layout.plot.bottom(), whole.width(), 1), faint)
    wanted = axis.px(scene.request.target)
    p.setPen(QPen(QColor(style.dim), 1, Qt.PenStyle.DashLine))
    p.drawLine(QPointF(wanted, whole.top() + 12), QPointF(wanted, whole.bottom()))
    right = wanted > whole.center().x()
    label = words.target(scene)
    draw_text(
        p, wanted + (2 if right else -2), whole.top() + 4, label, look.SMALL, QColor(style.dim), align=float(right)
    )
    for row, mean, colour in reversed(list(zip(layout.rows, scene.averages, _colours(style), strict=False))):
        if math.isfinite(mean):
            line = QColor(colour)
            line.setAlphaF(0.5)
            p.setPen(QPen(line, 1))
            x = axis.px(mean)
            p.drawLine(QPointF(x, layout.plot.top() + 14), QPointF(x, row.center().y()))


def _colours(style: Style) -> list[str]:
    return [style.arms[0], style.text, style.dim, style.activation_high]


def _paint_dots(p: QPainter, scene: Scene, layout: Layout, style: Style, hover: object) -> None:
    """Paint each network as a dot, the larger and the more solid the more probable it is."""
    dots, chance = dots_of(scene, layout), scene.members.probabilities
    share = np.sqrt(chance / (chance.max() or 1.0))
    level = np.minimum((share * _LEVELS).astype(np.intp), _LEVELS - 1)
    for k in range(_LEVELS):
        rows = np.flatnonzero(level == k)
        if not len(rows):
            continue
        grown = (k + 1) / _LEVELS
        colour = QColor(style.activation_high)
        colour.setAlphaF(0.35 + 0.6 * grown)
        pen = QPen(colour, 2 * dots.radius * (0.35 + 0.65 * grown))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        p.setPen(pen)
        p.drawPoints(QPolygonF([QPointF(dots.x[i], dots.y[i]) for i in rows.tolist()]))
    if isinstance(hover, int):
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(QColor(style.text), 1.6))
        p.drawEllipse(QPointF(dots.x[hover], dots.y[hover]), dots.radius + 2, dots.radius + 2)


def _paint_density(p: QPainter, scene: Scene, layout: Layout, style: Style, hover: object) -> None:
    """Paint the share of the networks, weighted by their probabilities, over the prediction axis."""
    assert scene.histogram is not None
    plot = layout.plot
    top = float(scene.histogram.max()) or 1.0
    height = (plot.height() - 18) * scene.histogram / top
    edges = np.linspace(plot.left(), plot.right(), BINS + 1)
    x = np.repeat(edges, 2)
    y = np.concatenate([[0.0], np.repeat(height, 2), [0.0]])
    fill = QColor(style.activation_high)
    fill.setAlphaF(0.45)
    p.setPen(QPen(QColor(style.activation_high), 1))
    p.setBrush(fill)
    p.drawPolygon(QPolygonF([QPointF(a, plot.bottom() - b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]))
    if isinstance(hover, tuple):
        k = hover[1]
        mark = QColor(style.text)
        mark.setAlphaF(0.25)
        p.fillRect(QRectF(float(edges[k]), plot.top() + 14, plot.width() / BINS, plot.height() - 14), mark)


def _paint_rows(p: QPainter, scene: Scene, layout: Layout, style: Style, axis: Graph, hover: object) -> None:
    """Paint a row for each average, and for what other arms say: a mark at its value, its name beside it."""
    k = scene.request.output
    errors = (0.0, float(scene.means.shift[0, k]), float(scene.means.error[0, k]), scene.monte_carlo_error)
    entries = [
        (words.label(scene, name), words.value(scene, name), mean, error, colour, name)
        for name, mean, error, colour in zip(words.NAMES, scene.averages, errors, _colours(style), strict=True)
    ]
    for arm, (name, said) in enumerate(scene.others, start=1):
        entries.append((name, number(said), said, 0.0, style.arms[arm % len(style.arms)], name))
    for row, (name, text, mean, error, colour, key) in zip(layout.rows, entries, strict=False):
        if hover == key:
            p.fillRect(row, QColor(style.raised))
        middle, ink = row.center().y(), QColor(colour)
        x = axis.px(mean) if math.isfinite(mean) else row.left()
        right = x > row.center().x()
        first, gap = (row.left(), 8.0) if right else (row.right(), -8.0)
        value = draw_text(p, first, middle, text, look.SMALL, QColor(style.text), align=float(not right), live=True)
        at = first + (value + gap if right else -value + gap)
        room = abs(x - at) - 10 - (abs(axis.px(error) - axis.px(0.0)) if error > 0 else 0)
        if room > 40:
            short = elided(name, look.SMALL, room)
            draw_text(p, at, middle, short, look.SMALL, QColor(style.dim), align=float(not right), live=True)
        if not math.isfinite(mean):
            continue
        if error > 0:
            low, high = (min(max(axis.px(mean + s * error), row.left()), row.right()) for s in (-1, 1))
            p.fillRect(QRectF(low, middle - 1, high - low, 2), ink)
        _mark(p, key, x, middle, ink, QColor(style.panel))


def _mark(p: QPainter, key: str, x: float, y: float, colour: QColor, ground: QColor) -> None:
    """Draw an average's own sign: a disc, a diamond, a square, a ring."""
    p.setPen(QPen(ground, 1.2))
    p.setBrush(colour)
    if key == "geometric":
        p.drawPolygon(QPolygonF([QPointF(x - 6, y), QPointF(x, y - 6), QPointF(x + 6, y), QPointF(x, y + 6)]))
    elif key == "arithmetic":
        p.drawRect(QRectF(x - 4.5, y - 4.5, 9, 9))
    elif key == "monte carlo":
        p.setPen(QPen(colour, 2))
        p.setBrush(ground)
        p.drawEllipse(QPointF(x, y), 4.2, 4.2)
    else:
        p.drawEllipse(QPointF(x, y), 5.5, 5.5)


def _paint_graph(p: QPainter, scene: Scene, graph: Graph, style: Style, fine: bool) -> None:
    """Paint how the mean of the first k networks drawn settles, over a logarithmic axis of k."""
    area = graph.area
    if not all(map(math.isfinite, scene.averages)):
        return
    graph.paint_y(p, style)
    graph.paint_x(p, style, "networks drawn")
    titles = (
        f"Monte-Carlo mean; band: the arithmetic mean {PLUS_MINUS} one standard error of so many networks drawn",
        f"Monte-Carlo mean; band: {PLUS_MINUS} one standard error",
        f"Monte-Carlo mean {PLUS_MINUS} standard error",
        f"mean {PLUS_MINUS} standard error",
    )
    title = fitting(titles, look.SMALL, area.width())
    draw_text(p, area.left(), area.top() - 10, title, look.SMALL, QColor(style.dim))
    with saved(p):
        p.setClipRect(area.adjusted(0, -1, 0, 1))
        scaled, _, arithmetic, _ = scene.averages
        n = len(scene.drawn)
        k = np.unique(np.geomspace(1, n, 160).round().astype(np.intp))
        x = graph.px(np.log10(k))
        cone = QColor(style.activation_high)
        cone.setAlphaF(0.16)
        brush.fill(p, cone)
        reach = scene.spread / np.sqrt(k)
        upper, lower = graph.py(arithmetic + reach), graph.py(arithmetic - reach)
        p.drawPolygon(brush.polygon(np.stack([np.r_[x, x[::-1]], np.r_[upper, lower[::-1]]], axis=1)))
        apart = abs(graph.py(arithmetic) - graph.py(scaled)) > 26
        for mean, colour, pattern in (
            (arithmetic, style.dim, Qt.PenStyle.SolidLine),
            (scaled, style.arms[0], Qt.PenStyle.DashLine),
        ):
            y = graph.py(mean)
            p.setPen(QPen(QColor(colour), 1.4, pattern))
            p.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if apart:  # the arithmetic mean needs no name: that is where the line comes to rest
            name = "scaled network" if words.is_scaled(scene.request.network) else words.used(scene)
            y = graph.py(scaled) + (9 if scaled < arithmetic and graph.py(scaled) < area.bottom() - 16 else -9)
            draw_text(p, area.right() - 4, y, name, look.SMALL, QColor(style.arms[0]), align=1.0)
        running = (np.cumsum(scene.drawn) / np.arange(1, n + 1))[k - 1]
        brush.line(p, np.stack([x, graph.py(running)], axis=1), QColor(style.activation_high), 1.6, fine)
        at, value = graph.px(math.log10(scene.request.k)), graph.py(scene.averages[3])
        _mark(p, "monte carlo", at, value, QColor(style.activation_high), QColor(style.panel))
