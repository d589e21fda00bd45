"""Painting of the Map view: maps with their boundary, the examples on them, titles and the colour scale."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from dropout_viz.analysis.decision_map import Plane
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph, written
from dropout_viz.draw.painting import painting
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, is_vector, text_width
from dropout_viz.views.map_colours import classes, image_of, table
from dropout_viz.views.map_layout import Layout
from dropout_viz.views.map_scene import Panel, Scene
from dropout_viz.views.network_words import input_name

Array = NDArray[Any]


def graph_of(plane: Plane, area: QRectF) -> Graph:
    """Return the mapping of the two inputs to pixels."""
    (x0, y0), (x1, y1) = plane.low, plane.high
    return Graph(area, (x0, x1), (y0, y1))


class Picture:
    """Paints a scene. The examples are painted once and copied."""

    def __init__(self) -> None:
        self._points: dict[float, QPixmap] = {}
        self._key: object = None

    def paint(
        self, p: QPainter, scene: Scene, layout: Layout, style: Style, chosen: int, test: bool, lit: Panel | None
    ) -> None:
        """Paint everything. ``chosen``: the chosen example; ``test``: show test examples; ``lit``: a small map."""
        p.fillRect(QRectF(0, 0, *layout.size), QColor(style.panel))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        data, plane = scene.request.data, scene.request.plane
        for panel, area in zip(scene.large, layout.large, strict=True):
            paint_map(p, panel, area, style, 2.0)
            self._paint_points(p, data, plane, area, style, test)
            _paint_chosen(p, data, plane, area, style, chosen)
            left = area.left() - 4 if not layout.ticks else area.left()
            _paint_title(p, panel, QRectF(max(left, area.left()), area.top() - 17, area.width(), 16), style)
            if layout.ticks:
                graph = graph_of(plane, area)
                graph.paint_y(p, style, 5, lines=False)
                graph.paint_x(p, style)
        for panel, area in zip(scene.small, layout.small, strict=True):
            paint_map(p, panel, area, style, 1.0)
            if area.width() > 40 and panel.title:
                text = elided(panel.title.replace(" of ", "/") if area.width() < 62 else panel.title, look.SMALL, 90)
                draw_text(p, area.left(), area.top() - 7, text, look.SMALL, QColor(style.dim))
            if panel is lit:
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(QColor(style.accent), 2))
                p.drawRect(area.adjusted(-1.5, -1.5, 1.5, 1.5))
        if layout.legend is not None:
            _paint_legend(p, scene, layout.legend, style, test)

    def _paint_points(self, p: QPainter, data: DataSet, plane: Plane, area: QRectF, style: Style, test: bool) -> None:
        if is_vector(p):
            paint_examples(p, data, graph_of(plane, area), style, test)
            return
        ratio = brush.pixels(p)
        key = (id(data), style.name, test, ratio)
        if key != self._key:
            self._key, self._points = key, {}
        side = area.width()
        if side not in self._points:
            if len(self._points) > 8:
                self._points.clear()
            made = QPixmap(math.ceil(side * ratio), math.ceil(side * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            with painting(made) as own:
                own.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_examples(own, data, graph_of(plane, QRectF(0, 0, side, side)), style, test)
            self._points[side] = made
        p.drawPixmap(area.topLeft(), self._points[side])


def labels(y: Array) -> Array:
    """Return the class of each example, (examples,), from targets (examples, outputs)."""
    return np.asarray(y.argmax(axis=1) if y.shape[1] > 1 else (y[:, 0] > 0.5).astype(np.intp))


def paint_map(p: QPainter, panel: Panel, area: QRectF, style: Style, width: float) -> None:
    """Paint one map, its boundary so wide."""
    image: QImage = image_of(panel, style)
    n = panel.values.shape[1]
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    # a value belongs to a point, not to a square: the outermost points lie on the picture's edge
    p.drawImage(area, image, QRectF(0.5, 0.5, n - 1, n - 1))
    if panel.lines is not None and len(panel.lines):
        ends = panel.lines * (area.width() / (n - 1))
        ends[..., 1] = area.bottom() - ends[..., 1]
        ends[..., 0] += area.left()
        p.setPen(QPen(QColor(style.text), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        p.drawLines([QLineF(*piece) for piece in ends.reshape(-1, 4).tolist()])
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(QColor(style.line), 1))
    p.drawRect(area)


def paint_examples(p: QPainter, data: DataSet, graph: Graph, style: Style, test: bool) -> None:
    """Paint test examples small and pale, training examples as discs, wrong labels with a cross."""
    hues = classes(style, max(2, data.y.shape[1]))
    plane_columns = _columns(data)
    radius = min(5.0, max(2.0, graph.area.width() / 70 * min(1.0, (300 / max(1, len(data.x))) ** 0.3)))
    if test and data.x_test is not None and data.y_test is not None:
        where, kinds = _places(data.x_test, plane_columns, graph), labels(data.y_test)
        for kind, hue in enumerate(hues):
            pale = QColor(hue)
            pale.setAlphaF(0.75)
            _discs(p, where[kinds == kind], radius * 0.45, pale)
    where, kinds = _places(data.x, plane_columns, graph), labels(data.y)
    _discs(p, where, radius + 1.2, QColor(style.panel))
    for kind, hue in enumerate(hues):
        _discs(p, where[kinds == kind], radius, hue)
    if data.flipped is not None:
        arm = 0.62 * radius
        p.setPen(QPen(QColor(style.panel), max(1.2, 0.38 * radius), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for x, y in where[data.flipped].tolist():
            p.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
            p.drawLine(QPointF(x - arm, y + arm), QPointF(x + arm, y - arm))


def _columns(data: DataSet) -> tuple[int, int]:
    varying = np.flatnonzero(np.ptp(data.x, axis=0) > 0)
    return int(varying[0]), int(varying[1])


def _places(x: Array, columns: tuple[int, int], graph: Graph) -> Array:
    return np.stack([graph.px(x[:, columns[0]]), graph.py(x[:, columns[1]])], axis=1)


def _discs(p: QPainter, where: Array, radius: float, colour: QColor) -> None:
    if len(where):
        p.setPen(QPen(colour, 2 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        p.drawPoints(QPolygonF([QPointF(*at) for at in where.tolist()]))


def _paint_chosen(p: QPainter, data: DataSet, plane: Plane, area: QRectF, style: Style, chosen: int) -> None:
    """Ring the chosen example."""
    if 0 <= chosen < len(data.x):
        graph = graph_of(plane, area)
        a, b = plane.columns
        at = QPointF(graph.px(data.x[chosen, a]), graph.py(data.x[chosen, b]))
        p.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((4.0, style.panel), (1.8, style.text)):
            p.setPen(QPen(QColor(colour), width))
            p.drawEllipse(at, 7.5, 7.5)


def _paint_title(p: QPainter, panel: Panel, box: QRectF, style: Style) -> None:
    middle = box.center().y()
    title = elided(panel.title, look.BODY, box.width(), True)
    wide = draw_text(p, box.left(), middle, title, look.BODY, QColor(style.text), bold=True, live=True)
    room = box.width() - wide - 10
    short = panel.note.replace("right: ", "")
    for text in (panel.note, short, short.split(", ")[-1]):
        if text and text_width(text, look.SMALL) <= room:
            draw_text(p, box.right(), middle, text, look.SMALL, QColor(style.dim), align=1.0, live=True)
            break


def _paint_legend(p: QPainter, scene: Scene, box: QRectF, style: Style, test: bool) -> None:
    """Paint the colour scale at the left and the signs of the examples at the right."""
    panel, middle, dim = scene.large[-1], box.center().y(), QColor(style.dim)
    x = box.left()
    name = {"output": "output", "unit": "activation", "deviation": "standard deviation"}[panel.kind]
    x += draw_text(p, x, middle, name, look.SMALL, dim) + 8
    if panel.kind != "output" or len(panel.values) == 1:
        x += draw_text(p, x, middle, written(panel.low, 0), look.SMALL, dim) + 5
        shades = table(style, panel.kind, panel.signed)
        strip = QImage(shades.data, len(shades), 1, 4 * len(shades), QImage.Format.Format_RGB32)
        p.drawImage(QRectF(x, middle - 5, 56, 10), strip)
        x += 61
        high = written(panel.high, 0 if panel.high == round(panel.high) else 1)
        x += draw_text(p, x, middle, high, look.SMALL, dim) + 16
    data = scene.request.data
    hues = classes(style, max(2, data.y.shape[1]))
    entries = [(hues[k % len(hues)], f"class {c}", False) for k, c in enumerate(data.classes[: len(hues)])]
    if data.flipped is not None:
        wrong = int(data.flipped.sum())
        entries.append((hues[1], f"wrong label ({wrong} of {len(data.x)})", True))
    width = sum(text_width(text, look.SMALL) + 26 for _, text, _ in entries)
    while entries and x + width > box.right():
        width -= text_width(entries.pop()[1], look.SMALL) + 26
    x = box.right() - width + 10
    for hue, text, crossed in entries:
        _discs(p, np.array([[x, middle]]), 4.5, hue)
        if crossed:
            p.setPen(QPen(QColor(style.panel), 1.5))
            p.drawLine(QPointF(x - 2.5, middle - 2.5), QPointF(x + 2.5, middle + 2.5))
            p.drawLine(QPointF(x - 2.5, middle + 2.5), QPointF(x + 2.5, middle - 2.5))
        draw_text(p, x + 8, middle, text, look.SMALL, dim)
        x += text_width(text, look.SMALL) + 26


def axis_names(data: DataSet, plane: Plane) -> tuple[str, str]:
    """Return the names of the two inputs."""
    return input_name(data, plane.columns[0]), input_name(data, plane.columns[1])
