"""Painting of the ablation curves: how loss or accuracy goes as units are removed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dropout_viz.analysis.lesion import LesionCurve
from dropout_viz.analysis.questions.lesions import Scene
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import faded
from dropout_viz.draw.ranges import fit
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, text_width

_LEFT, _BELOW, _KEYS = 40, 34, 18


def graph_of(scene: Scene, inner: QRectF) -> Graph | None:
    """Return the mapping to pixels, or None before there are curves."""
    found = [c for depth in scene.depths for c in (depth.plain, depth.rescaled) if c is not None]
    if not found or inner.height() < 50:
        return None
    area = inner.adjusted(_LEFT, _KEYS + 4, -8, -_BELOW if inner.height() > 110 else -18)
    if scene.request.data.classes:
        return Graph(area, (0.0, 1.0), (0.0, 1.0))
    # of what a few choices at the far end do there is no telling: the means decide, and the bands as far as they go
    values = np.concatenate([np.r_[c.mean[:, 0], c.high[:, 0]] for c in found])
    values = values[np.isfinite(values)]
    return Graph(area, (0.0, 1.0), fit(0.0, float(values.max(initial=0.0)) or 1.0))


def nearest(scene: Scene, graph: Graph, x: float) -> int | None:
    """Return the point of the curves that lies nearest to a pixel."""
    found = scene.depths[0].plain
    if found is None or not graph.area.left() - 6 <= x <= graph.area.right() + 6:
        return None
    return int(np.abs(found.removed / found.removed[-1] - graph.value_at(x)).argmin())


def paint(p: QPainter, scene: Scene, inner: QRectF, style: Style, at: QPointF | None) -> None:
    """Paint the curves: solid as they are, broken with what is left scaled up; the band is of what is chosen."""
    graph = graph_of(scene, inner)
    if graph is None:
        return
    column = int(bool(scene.request.data.classes))
    graph.paint_x(p, style, "share of the hidden units removed" if inner.height() > 110 else "")
    graph.paint_y(p, style)
    with saved(p):
        p.setClipRect(graph.area.adjusted(-4, -4, 4, 1))
        for k, depth in reversed(list(enumerate(scene.depths))):
            chosen, other = (depth.rescaled, depth.plain) if scene.request.rescaled else (depth.plain, depth.rescaled)
            if chosen is None or other is None:
                continue
            x = graph.px(chosen.removed / chosen.removed[-1])
            band = np.r_[np.c_[x, graph.py(chosen.low[:, column])], np.c_[x, graph.py(chosen.high[:, column])][::-1]]
            brush.fill(p, faded(style.arm(k), 0.2))
            p.drawPolygon(_polygon(band))
        for k, depth in reversed(list(enumerate(scene.depths))):
            for found, rescaled in ((depth.plain, False), (depth.rescaled, True)):
                if found is not None:
                    _line(p, graph, found, column, style.arm(k), rescaled)
    step = nearest(scene, graph, at.x()) if at is not None and inner.contains(at) else None
    if step is not None and (found := scene.depths[0].plain) is not None:
        x = float(graph.px(found.removed[step] / found.removed[-1]))
        p.fillRect(QRectF(x - 0.5, graph.area.top(), 1, graph.area.height()), faded(style.text, 0.4))
    _paint_key(p, inner, style, column, alike(scene, graph, column))


def _polygon(points: np.ndarray) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in np.nan_to_num(points, nan=0.0, posinf=1e5, neginf=-1e5).tolist()])


def _line(p: QPainter, graph: Graph, found: LesionCurve, column: int, colour: QColor, rescaled: bool) -> None:
    points = np.c_[graph.px(found.removed / found.removed[-1]), graph.py(found.mean[:, column])]
    style = Qt.PenStyle.DashLine if rescaled else Qt.PenStyle.SolidLine
    p.setPen(QPen(colour, 2, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin))
    p.drawPolyline(_polygon(points[np.isfinite(points).all(axis=1)]))


def alike(scene: Scene, graph: Graph, column: int) -> bool:
    """Return whether the broken lines lie on the solid ones, so that they cannot be seen."""
    pairs = [(d.plain, d.rescaled) for d in scene.depths if d.plain is not None and d.rescaled is not None]
    gaps = [np.abs(graph.py(one.mean[:, column]) - graph.py(other.mean[:, column])) for one, other in pairs]
    return bool(gaps) and all(bool((gap < 1.0).all()) for gap in gaps)


def _paint_key(p: QPainter, inner: QRectF, style: Style, column: int, same: bool) -> None:
    """Say what is drawn, above the plot; ``same``: both kinds of line lie on one another."""
    middle, x = inner.top() + _KEYS / 2, inner.left()
    x += draw_text(p, x, middle, "classed right" if column else "loss", look.SMALL, QColor(style.text)) + 16
    scaled = "scaled up: the same" if same else "scaled up"
    for name, pen in (("others as they were", Qt.PenStyle.SolidLine), (scaled, Qt.PenStyle.DashLine)):
        if x + 28 + text_width(name, look.SMALL) > inner.right():
            return
        p.setPen(QPen(QColor(style.dim), 2, pen, Qt.PenCapStyle.FlatCap))
        p.drawLine(QPointF(x, middle), QPointF(x + 20, middle))
        x += 26 + draw_text(p, x + 26, middle, name, look.SMALL, QColor(style.dim)) + 16
