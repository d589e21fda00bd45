"""Painting of the Fit view: the band, the thinned networks, the whole one, the examples, and what is what."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.analysis.questions.fit import ArmFit, Array, Scene
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.arm_names import dot
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import faded, round_pen
from dropout_viz.draw.ranges import Range
from dropout_viz.draw.style import MARGIN, Style
from dropout_viz.draw.text import draw_text, elided, fitting, text_width
from dropout_viz.views.fit import words

_LEFT, _BELOW, _LINE = 44, 22, 18
_LOW, _NAMED = 150, 240  # heights from which on there is a line at the foot, and a name below the axis
_APART = 6.0  # pixels from one ring to the next
_FAR = 1e5  # pixels beyond which nothing is drawn


@dataclass(frozen=True)
class FitPointer:
    """What is pointed at. ``place``: of the places along the input, or None. ``chosen``: the example with the ring."""

    place: int | None
    chosen: int


def graph_of(scene: Scene, width: int, height: int, y: Range) -> Graph:
    """Return the mapping to pixels."""
    named = height >= _NAMED
    top = MARGIN + 4 + _LINE * (2 if height >= _LOW else 1)
    foot = MARGIN - 4 + (_LINE if height >= _LOW else 0)
    below = _BELOW + (14 if named else 0)
    area = QRectF(MARGIN + _LEFT, top, width - 2 * MARGIN - _LEFT, max(10.0, height - top - foot - below))
    return Graph(area, (scene.request.line.low, scene.request.line.high), y)


def paint(
    p: QPainter,
    scene: Scene,
    step: int,
    graph: Graph,
    height: int,
    style: Style,
    test: bool,
    pointer: FitPointer,
    fine: bool,
) -> None:
    """Paint everything; ``test``: the test examples too; ``fine``: for a picture."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    left, room = float(MARGIN), graph.area.right() - MARGIN
    said = fitting(words.head(scene, step), look.SMALL, room)
    draw_text(p, left, 14, said, look.SMALL, QColor(style.text), live=True)
    if height >= _LOW:
        _paint_keys(p, scene, QRectF(left, MARGIN + _LINE - 7, room, _LINE), style, test)
        foot = fitting(words.band(scene), look.SMALL, room)
        draw_text(p, left, height - 12, foot, look.SMALL, QColor(style.dim), live=True)
    graph.paint_x(p, style, words.along(scene) if height >= _NAMED else "")
    graph.paint_y(p, style)
    with saved(p):
        p.setClipRect(graph.area.adjusted(-1, -1, 1, 1))
        for arm, fit in reversed(list(enumerate(scene.fits))):
            if fit.n:
                _paint_band(p, scene, fit, graph, style.arm(arm))
        if len(scene.fits) == 1:
            for member in scene.fits[0].members:
                _line(p, scene.x, member, graph, faded(style.arm(0), 0.28), 1.0, fine)
        _paint_examples(p, scene, graph, style, test, pointer.chosen)
        for arm, fit in reversed(list(enumerate(scene.fits))):
            _line(p, scene.x, fit.whole, graph, style.arm(arm), 2.6, fine)
        if pointer.place is not None:
            _paint_place(p, scene, graph, style, pointer.place)


def _points(x: Array, y: Array, graph: Graph) -> Array:
    with np.errstate(all="ignore"):
        return np.c_[graph.px(x), np.clip(graph.py(y), -_FAR, _FAR)]


def _line(p: QPainter, x: Array, y: Array, graph: Graph, colour: QColor, width: float, fine: bool) -> None:
    known = np.isfinite(y)
    if known.sum() > 1:
        p.setBrush(Qt.BrushStyle.NoBrush)
        brush.line(p, _points(x[known], y[known], graph), colour, width, fine or width <= 1)


def _paint_band(p: QPainter, scene: Scene, fit: ArmFit, graph: Graph, colour: QColor) -> None:
    known = np.isfinite(fit.mean) & np.isfinite(fit.deviation)
    if known.sum() < 2:
        return
    x, mean, spread = scene.x[known], fit.mean[known], fit.deviation[known]
    edge = np.r_[_points(x, mean + spread, graph), _points(x, mean - spread, graph)[::-1]]
    brush.fill(p, faded(colour, 0.2))
    p.drawPolygon(brush.polygon(edge))


def _paint_examples(p: QPainter, scene: Scene, graph: Graph, style: Style, test: bool, chosen: int) -> None:
    """Paint the test set as small rings, the training set as discs, and a ring about the chosen one."""
    data, column, k = scene.request.data, scene.request.line.column, scene.request.output
    if test and data.x_test is not None and data.y_test is not None:
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(faded(style.dim, 0.8), 1))
        for x, y in _apart(_points(data.x_test[:, column], data.y_test[:, k], graph)):
            p.drawEllipse(QPointF(x, y), 2.2, 2.2)
    where = _points(data.x[:, column], data.y[:, k], graph)
    radius = min(4.5, max(2.2, 4.5 * (60 / max(60, len(where))) ** 0.4))
    for size, colour in ((radius + 1.2, QColor(style.panel)), (radius, QColor(style.text))):
        p.setPen(round_pen(colour, 2 * size))
        p.drawPoints([QPointF(x, y) for x, y in where.tolist()])
    if 0 <= chosen < len(where):
        p.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((4.0, QColor(style.panel)), (1.8, QColor(style.text))):
            p.setPen(QPen(colour, width))
            p.drawEllipse(QPointF(*where[chosen]), 8.0, 8.0)


def _apart(where: Array) -> list[list[float]]:
    """Return points (n, 2) from left to right without those that would lie over the one before."""
    found: list[list[float]] = []
    for at in where[np.argsort(where[:, 0], kind="stable")].tolist():
        if not found or math.dist(at, found[-1]) >= _APART:
            found.append(at)
    return found


def _paint_place(p: QPainter, scene: Scene, graph: Graph, style: Style, place: int) -> None:
    x = float(graph.px(scene.x[place]))
    p.fillRect(QRectF(x - 0.5, graph.area.top(), 1, graph.area.height()), faded(style.text, 0.35))
    for arm, fit in enumerate(scene.fits):
        if np.isfinite(fit.whole[place]):
            brush.fill(p, style.arm(arm))
            p.drawEllipse(QPointF(x, float(graph.py(fit.whole[place]))), 4, 4)


def _paint_keys(p: QPainter, scene: Scene, box: QRectF, style: Style, test: bool) -> None:
    """Say what is what, as far as there is room: the arms by name, or the kinds of lines; then the examples."""
    middle, x, dim = box.center().y(), box.left(), QColor(style.dim)
    several, hue = len(scene.fits) > 1, style.arm(0)
    entries = (
        [("arm", fit.name, arm) for arm, fit in enumerate(scene.fits)] if several else [("line", "every unit on", 0)]
    )
    if scene.fits[0].n and not several:
        entries += [("thin", "thinned networks", 0), ("band", "mean ± sd", 0)]
    entries.append(("disc", "training", 0))
    if test and scene.request.data.x_test is not None:
        entries.append(("ring", "test", 0))
    share = box.width() / max(1, len(entries))
    for kind, name, arm in entries:
        text = elided(name, look.SMALL, max(30.0, share - 24)) if kind == "arm" else name
        wide = text_width(text, look.SMALL)
        if x + 22 + wide > box.right() + 1:
            return
        if kind == "arm":
            dot(p, arm, x + 7, middle, style)
        elif kind in ("line", "thin"):
            p.setPen(QPen(hue if kind == "line" else faded(hue, 0.45), 2.6 if kind == "line" else 1.0))
            p.drawLine(QPointF(x, middle), QPointF(x + 16, middle))
        elif kind == "band":
            p.fillRect(QRectF(x, middle - 5, 16, 10), faded(hue, 0.3))
        else:
            p.setPen(QPen(dim, 1))
            p.setBrush(QColor(style.text) if kind == "disc" else Qt.BrushStyle.NoBrush)
            p.drawEllipse(QPointF(x + 8, middle), *((4.0, 4.0) if kind == "disc" else (2.5, 2.5)))
        draw_text(p, x + 22, middle, text, look.SMALL, dim)
        x += 22 + wide + 14
