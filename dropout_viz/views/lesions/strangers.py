"""Painting of two disjoint halves of the hidden units: their decision maps, or how far they agree over several cuts."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from dropout_viz.analysis.decision_map import plane_of
from dropout_viz.analysis.questions.lesions import HalvesAlone, Scene
from dropout_viz.analysis.questions.map import InputMap
from dropout_viz.draw import arm_names, brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import faded
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, fitting
from dropout_viz.views.inputs.maps import paint_examples, paint_map
from dropout_viz.views.lesions import words

_LINE = 18


def paint(p: QPainter, scene: Scene, inner: QRectF, style: Style) -> None:
    """Paint a row for each arm: two maps and how far they agree, or the agreement of each cut on a scale."""
    arms = len(scene.halves)
    across = inner.width() > 1.9 * inner.height() and arms > 1
    for k, found in enumerate(scene.halves):
        if found is None:
            continue
        if across:
            wide = (inner.width() - 16) / arms
            box = QRectF(inner.left() + k * (wide + 16), inner.top(), wide, inner.height())
        else:
            tall = inner.height() / arms
            box = QRectF(inner.left(), inner.top() + k * tall, inner.width(), tall - 6)
        _paint_head(p, scene, k, found, box, style)
        rest = box.adjusted(0, _LINE, 0, 0)
        if found.maps:
            _paint_maps(p, scene, found, rest, style)
        else:
            _paint_cuts(p, scene, k, found, rest, style)


def _paint_head(p: QPainter, scene: Scene, k: int, found: HalvesAlone, box: QRectF, style: Style) -> None:
    x, middle = box.left(), box.top() + 8
    name = scene.request.arms[k][0]
    if name:
        arm_names.dot(p, k, x + 4, middle, style, 4)
        x += 14
    said = words.agree(scene, found)
    wordings = [f"{name}: {text}" if name else text for text in said] + said
    draw_text(p, x, middle, fitting(wordings, look.SMALL, box.right() - x), look.SMALL, QColor(style.text))


def _paint_maps(p: QPainter, scene: Scene, found: HalvesAlone, box: QRectF, style: Style) -> None:
    plane = plane_of(scene.request.data)
    beside, below = (min((box.width() - 10) / 2, box.height() - 4), min(box.width(), (box.height() - 14) / 2))
    side, (dx, dy) = max((beside, (1, 0)), (below, (0, 1)))
    if plane is None or side < 24:
        return
    for k, values in enumerate(found.maps):
        area = QRectF(box.left() + k * dx * (side + 10), box.top() + k * dy * (side + 10), side, side)
        low = -1.0 if scene.request.arms[0][1].config.output == "tanh" else 0.0
        lines = found.lines[k] if found.lines else None
        paint_map(p, InputMap("", "", values, "output", low, 1.0, True, lines), area, style, 1.6)
        with saved(p):
            p.setClipRect(area)
            paint_examples(p, scene.request.data, plane, area, style, False)


def _paint_cuts(p: QPainter, scene: Scene, k: int, found: HalvesAlone, box: QRectF, style: Style) -> None:
    """Paint the agreement of each cut as a dot on a scale from 0 to 1, the one that is named ringed."""
    area = QRectF(box.left() + 6, box.top() + 4, box.width() - 24, min(box.height() - 26, 46))
    if area.height() < 16:
        return
    values = found.agree[np.isfinite(found.agree)]
    low = 0.0 if not len(values) or values.min() >= 0 else -1.0
    graph = Graph(area, (low, 1.0), (0.0, 1.0))
    middle = area.center().y()
    p.fillRect(QRectF(area.left(), middle - 3, area.width(), 6), faded(style.text, 0.07))
    brush.fill(p, faded(style.arm(k), 0.65))
    for value in values.tolist():
        p.drawEllipse(QPointF(float(graph.px(value)), middle), 6, 6)
    if np.isfinite(found.shown):
        p.setBrush(QColor(style.text))
        p.drawEllipse(QPointF(float(graph.px(found.shown)), middle), 2.5, 2.5)
    graph.paint_x(p, style, "each cut: how far they agree" if box.height() > 76 else "")
