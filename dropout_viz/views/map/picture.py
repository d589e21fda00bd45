"""Painting of the Map view: maps with their boundary, the examples on them, titles and the colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from dropout_viz.analysis.decision_map import InputPlane
from dropout_viz.analysis.questions.map import InputMap, Scene
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.arm_names import told_apart
from dropout_viz.draw.cells import stretch_pixels
from dropout_viz.draw.numbers import plain, written
from dropout_viz.draw.painting import painted
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, elided, fitting, is_vector, text_width
from dropout_viz.views.inputs.colours import classes, table
from dropout_viz.views.inputs.maps import _discs, graph_of, paint_boundary, paint_examples, paint_map
from dropout_viz.views.map import words
from dropout_viz.views.map.layout import Layout
from dropout_viz.views.unit_names import input_name

Array = NDArray[Any]


class MapsPicture:
    """Paints a scene. The examples are painted once and copied."""

    def __init__(self) -> None:
        self._points: dict[float, QPixmap] = {}
        self._key: object = None

    def paint(
        self,
        p: QPainter,
        scene: Scene,
        layout: Layout,
        style: Style,
        chosen: int,
        test: bool,
        lit: InputMap | None,
        drawn: DataSet | None,
        hint: Sequence[str],
    ) -> None:
        """Paint everything. ``chosen``: the chosen example; ``test``: show test examples; ``lit``: a small map;
        ``drawn``: in place of the run's examples; ``hint``: in place of the scale."""
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        data, plane = drawn or scene.request.data, scene.request.plane
        short = told_apart([panel.title for panel in scene.large])
        for panel, apart, area in zip(scene.large, short, layout.large, strict=True):
            paint_map(p, panel, area, style, 2.0)
            self._paint_points(p, data, plane, area, style, test)
            if not hint:
                _paint_chosen(p, data, plane, area, style, chosen)
            left = area.left() - 4 if not layout.ticks else area.left()
            _paint_title(p, panel, apart, QRectF(max(left, area.left()), area.top() - 17, area.width(), 16), style)
            if layout.ticks:
                graph = graph_of(plane, area)
                graph.paint_y(p, style, 5, lines=False)
                graph.paint_x(p, style)
        if scene.apart is not None and layout.apart is not None and layout.beside is not None:
            _paint_apart(p, scene, scene.apart, layout.apart, layout.beside, style)
        for panel, area in zip(scene.small, layout.small, strict=True):
            paint_map(p, panel, area, style, 1.0)
            if area.width() > 40 and panel.title:
                text = elided(panel.title.replace(" of ", "/") if area.width() < 62 else panel.title, look.SMALL, 90)
                draw_text(p, area.left(), area.top() - 7, text, look.SMALL, QColor(style.dim))
            if panel is lit:
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(QColor(style.text), 2))
                p.drawRect(area.adjusted(-1.5, -1.5, 1.5, 1.5))
        if layout.legend is not None and hint:
            box = layout.legend
            draw_text(
                p, box.left(), box.center().y(), fitting(hint, look.SMALL, box.width()), look.SMALL, QColor(style.text)
            )
        elif layout.legend is not None:
            _paint_legend(p, scene, layout.legend, style, test)

    def paint_cursor(
        self, p: QPainter, scene: Scene, layout: Layout, style: Style, at: tuple[float, float] | None
    ) -> None:
        """Paint where the keys draw."""
        if at is None:
            return
        for area in layout.large:
            graph = graph_of(scene.request.plane, area)
            x, y = graph.px(at[0]), graph.py(at[1])
            for width, colour in ((4.0, style.panel), (1.6, style.text)):
                p.setPen(QPen(QColor(colour), width))
                p.drawLines([QLineF(x - 11, y, x - 4, y), QLineF(x + 4, y, x + 11, y)])
                p.drawLines([QLineF(x, y - 11, x, y - 4), QLineF(x, y + 4, x, y + 11)])

    def _paint_points(
        self, p: QPainter, data: DataSet, plane: InputPlane, area: QRectF, style: Style, test: bool
    ) -> None:
        if is_vector(p):
            paint_examples(p, data, plane, area, style, test)
            return
        ratio = brush.pixels(p)
        key = (data, plane, style.name, test, ratio)
        if key != self._key:
            self._key, self._points = key, {}
        side = area.width()
        if side not in self._points:
            if len(self._points) > 8:
                self._points.clear()
            whole = QRectF(0, 0, side, side)
            self._points[side] = painted(
                side, side, ratio, lambda own: paint_examples(own, data, plane, whole, style, test)
            )
        p.drawPixmap(area.topLeft(), self._points[side])


def _paint_chosen(p: QPainter, data: DataSet, plane: InputPlane, area: QRectF, style: Style, chosen: int) -> None:
    """Ring the chosen example."""
    if 0 <= chosen < len(data.x):
        graph = graph_of(plane, area)
        a, b = plane.columns
        at = QPointF(graph.px(data.x[chosen, a]), graph.py(data.x[chosen, b]))
        p.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((4.0, style.panel), (1.8, style.text)):
            p.setPen(QPen(QColor(colour), width))
            p.drawEllipse(at, 7.5, 7.5)


def _paint_title(p: QPainter, panel: InputMap, apart: str, box: QRectF, style: Style) -> None:
    middle = box.center().y()
    title = fitting([panel.title, apart], look.BODY, box.width(), True)
    wide = draw_text(p, box.left(), middle, title, look.BODY, QColor(style.text), bold=True, live=True)
    room = box.width() - wide - 10
    short = panel.note.replace("right: ", "")
    for text in (panel.note, short, short.split(", ")[-1]):
        if text and text_width(text, look.SMALL) <= room:
            draw_text(p, box.right(), middle, text, look.SMALL, QColor(style.dim), align=1.0, live=True)
            break


def _paint_apart(p: QPainter, scene: Scene, apart: InputMap, area: QRectF, beside: QRectF, style: Style) -> None:
    """Paint how far two arms are apart, the boundary of each in its own hue, and say beside it what that is."""
    paint_map(p, apart, area, style, 2.0)
    for arm, panel in enumerate(scene.large):
        paint_boundary(p, panel, area, QColor(style.arm(arm)), 2.0)
    _paint_title(p, apart, apart.title, QRectF(area.left(), area.top() - 17, area.width(), 16), style)
    middle = beside.top() + 8
    x = beside.left()
    x += draw_text(p, x, middle, "apart by", look.SMALL, QColor(style.dim)) + 8
    x += draw_text(p, x, middle, "0", look.SMALL, QColor(style.dim)) + 5
    _paint_strip(p, apart, QRectF(x, middle - 5, 56, 10), style)
    draw_text(p, x + 61, middle, plain(apart.high), look.SMALL, QColor(style.dim))
    for arm, (name, _) in enumerate(scene.request.arms):
        middle += 18
        p.setPen(QPen(QColor(style.arm(arm)), 2))
        p.drawLine(QLineF(beside.left(), middle, beside.left() + 18, middle))
        said = elided(f"boundary {name}", look.SMALL, beside.width() - 26)
        draw_text(p, beside.left() + 26, middle, said, look.SMALL, QColor(style.dim))
    for text in words.apart(scene):
        middle += 18
        if text_width(text, look.SMALL) <= beside.width():
            draw_text(p, beside.left(), middle, text, look.SMALL, QColor(style.text), live=True)


def _paint_legend(p: QPainter, scene: Scene, box: QRectF, style: Style, test: bool) -> None:
    """Paint the colour scale at the left and the signs of the examples at the right."""
    panel, middle, dim = scene.large[-1], box.center().y(), QColor(style.dim)
    x = box.left()
    name = {"output": "output", "unit": "activation", "deviation": "standard deviation"}[panel.kind]
    if panel.kind != "output" or len(panel.values) == 1:  # else it is the mixture of the classes' hues
        x += draw_text(p, x, middle, name, look.SMALL, dim) + 8
        x += draw_text(p, x, middle, written(panel.low, 0), look.SMALL, dim) + 5
        _paint_strip(p, panel, QRectF(x, middle - 5, 56, 10), style)
        x += 61
        high = written(panel.high, 0 if panel.high == round(panel.high) else 1)
        x += draw_text(p, x, middle, high, look.SMALL, dim) + 16
    data = scene.request.data
    hues = classes(style, max(2, data.y.shape[1]))
    entries = [(hues[k % len(hues)], f"class {c}", False) for k, c in enumerate(data.classes[: len(hues)])]
    if data.flipped is not None:
        wrong = int(data.flipped.sum())
        room = box.right() - x - sum(text_width(text, look.SMALL) + 26 for _, text, _ in entries) - 26
        whole = f"wrong label ({wrong} of {len(data.x)})"
        entries.append((hues[1], fitting([whole, "wrong label", "wrong"], look.SMALL, room), True))
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


def _paint_strip(p: QPainter, panel: InputMap, box: QRectF, style: Style) -> None:
    """Paint the scale of a map's colours; where each class has its own hue, one below the other."""
    if len(panel.values) == 1:
        stretch_pixels(p, box, table(style, panel.kind, panel.signed)[None])
        return
    tall = box.height() / len(panel.values)
    for k, hue in enumerate(classes(style, len(panel.values))):
        scale = brush.shading(box.left(), box.right(), [QColor(style.raised), hue])
        p.fillRect(QRectF(box.left(), box.top() + k * tall, box.width(), tall), scale)


def axis_names(data: DataSet, plane: InputPlane) -> tuple[str, str]:
    """Return the names of the two inputs."""
    return input_name(data, plane.columns[0]), input_name(data, plane.columns[1])
