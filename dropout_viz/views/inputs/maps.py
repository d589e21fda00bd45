"""Maps of the plane of two inputs, and the examples on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from dropout_viz.analysis.decision_map import InputPlane
from dropout_viz.analysis.questions.map import InputMap
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.style import Style
from dropout_viz.views.inputs.colours import classes, image_of

Array = NDArray[Any]


def graph_of(plane: InputPlane, area: QRectF) -> Graph:
    """Return the mapping of the two inputs to pixels."""
    (x0, y0), (x1, y1) = plane.low, plane.high
    return Graph(area, (x0, x1), (y0, y1))


def labels(y: Array) -> Array:
    """Return the class of each example, (examples,), from targets (examples, outputs)."""
    return np.asarray(y.argmax(axis=1) if y.shape[1] > 1 else (y[:, 0] > 0.5).astype(np.intp))


def paint_map(p: QPainter, panel: InputMap, area: QRectF, style: Style, width: float) -> None:
    """Paint one map, its boundary so wide."""
    image: QImage = image_of(panel, style)
    n = panel.values.shape[1]
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    # a value belongs to a point, not to a square: the outermost points lie on the picture's edge
    p.drawImage(area, image, QRectF(0.5, 0.5, n - 1, n - 1))
    paint_boundary(p, panel, area, QColor(style.text), width)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(QPen(QColor(style.line), 1))
    p.drawRect(area)


def paint_boundary(p: QPainter, panel: InputMap, area: QRectF, colour: QColor, width: float) -> None:
    """Paint the boundary of a map, if it has one."""
    if panel.lines is None or not len(panel.lines):
        return
    ends = panel.lines * (area.width() / (panel.values.shape[1] - 1))
    ends[..., 1] = area.bottom() - ends[..., 1]
    ends[..., 0] += area.left()
    p.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    p.drawLines([QLineF(*piece) for piece in ends.reshape(-1, 4).tolist()])


def paint_examples(p: QPainter, data: DataSet, plane: InputPlane, area: QRectF, style: Style, test: bool) -> None:
    """Paint test examples small and pale, training examples as discs, wrong labels with a cross."""
    graph, plane_columns = graph_of(plane, area), plane.columns
    hues = classes(style, max(2, data.y.shape[1]))
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


def _places(x: Array, columns: tuple[int, int], graph: Graph) -> Array:
    return np.stack([graph.px(x[:, columns[0]]), graph.py(x[:, columns[1]])], axis=1)


def _discs(p: QPainter, where: Array, radius: float, colour: QColor) -> None:
    if len(where):
        p.setPen(QPen(colour, 2 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        p.drawPoints(QPolygonF([QPointF(*at) for at in where.tolist()]))
