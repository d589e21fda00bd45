"""Painting of the Twins view: bars of weights and votes, and the two graphs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dropout_viz.analysis.questions.twins import Scene, TwinPair
from dropout_viz.draw import arm_names, brush
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import Graph
from dropout_viz.draw.numbers import number
from dropout_viz.draw.palette import faded
from dropout_viz.draw.ranges import fit, whole_run
from dropout_viz.draw.style import MARGIN, Style
from dropout_viz.draw.text import draw_foot, draw_text, elided, fitting, live_width
from dropout_viz.views.twins import words

Array = NDArray[Any]
_LEFT, _BELOW = 38, 20
_ROW = 13  # pixels that a row of bars has at least
_LOW = 380  # a view less high has no room for what each panel shows
_LEAST = 18  # pixels of a graph's height; two that have less below one another give way to the first alone


@dataclass(frozen=True)
class Layout:
    """The parts, in logical pixels: a head, panels by the names of ``twins_words.PARTS``, and the foot."""

    size: tuple[int, int]
    head: QRectF
    panels: dict[str, QRectF]
    foot: QRectF


def lay_out(width: int, height: int, arms: int) -> Layout:
    """Return the layout for a size and a number of arms."""
    left, right = float(MARGIN), float(width - MARGIN)
    head = QRectF(left, 6, right - left, 22 + 17 * arms)
    lines = 0 if height < 250 else 2 if width >= 760 or height < _LOW else 3
    foot = QRectF(left, height - 8 - 16 * lines, right - left, 16 * lines)
    gap, top, bottom = 22.0, head.bottom() + 8, foot.top() - 10
    wide, tall = (right - left - gap) / 2, bottom - top - 8
    panels = {}
    both = 0.5 * tall - (20 if height < _LOW else 40) - 4 - _BELOW >= _LEAST
    for name, x, upper, share in zip(
        words.PARTS, (0, 0, 1, 1), (True, False, True, False), (0.6, 0.4, 0.5 if both else 1.0, 0.5), strict=True
    ):
        if not upper and x and not both:
            continue
        y = top if upper else bottom - share * tall
        panels[name] = QRectF(left + x * (wide + gap), y, wide, share * tall)
    return Layout((width, height), head, panels, foot)


def colours(style: Style, arms: int) -> tuple[QColor, QColor]:
    """Return the colours of the two units: hues that stand for nothing else with so many arms."""
    return (QColor(style.arms[2]), QColor(style.arms[3])) if arms < 3 else (QColor(style.text), QColor(style.faint))


def paint(p: QPainter, scene: Scene, layout: Layout, style: Style, lit: int | None) -> None:
    """Paint everything. ``lit``: which of the two is pointed at in some view."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_head(p, scene, layout, style, lit)
    for name, area in layout.panels.items():
        draw_text(p, area.left(), area.top() + 8, words.PARTS[name], look.BODY, QColor(style.text), bold=True)
        low = layout.size[1] < _LOW
        if not low:
            text = fitting(words.part(scene, name), look.SMALL, area.width())
            draw_text(p, area.left(), area.top() + 25, text, look.SMALL, QColor(style.dim))
        inner = area.adjusted(0, 20 if low else 40, 0, 0)
        if name in ("incoming", "vote"):
            _paint_bars(p, scene, name, inner, style, lit)
        elif name == "apart":
            _paint_apart(p, scene, inner, style)
        else:
            _paint_silence(p, scene, inner, style)
    draw_foot(p, layout.foot, words.silent(scene), look.SMALL, QColor(style.text), QColor(style.line))


def _paint_head(p: QPainter, scene: Scene, layout: Layout, style: Style, lit: int | None) -> None:
    head, x = layout.head, layout.head.right()
    for k in (1, 0):
        name = words.names(scene)[k]
        x -= draw_text(p, x, head.top() + 9, name, look.SMALL, QColor(style.text), align=1.0, bold=k == lit) + 8
        p.fillRect(QRectF(x - 6, head.top() + 4, 10, 10), colours(style, len(scene.pairs))[k])
        x -= 20
    title = fitting(words.heading(scene), look.TITLE, x - head.left(), True)
    draw_text(p, head.left(), head.top() + 9, title, look.TITLE, QColor(style.text), bold=True)
    for k, (arm, pair) in enumerate(zip(scene.request.arms, scene.pairs, strict=True)):
        x, middle = head.left(), head.top() + 29 + 17 * k
        if len(scene.pairs) > 1:
            arm_names.dot(p, k, x + 4, middle, style, 4)
            x += 14 + draw_text(p, x + 14, middle, f"{arm.name}, ", look.SMALL, QColor(style.text))
        text = fitting(words.state(pair), look.SMALL, head.right() - x)
        draw_text(p, x, middle, text, look.SMALL, QColor(style.text if pair.same else style.dim), live=True)


def _paint_bars(p: QPainter, scene: Scene, name: str, inner: QRectF, style: Style, lit: int | None) -> None:
    """Paint a block of bars for each arm, or for the first where there is no room for two."""
    pairs = scene.pairs if inner.width() >= 250 or len(scene.pairs) == 1 else scene.pairs[:1]
    wide = (inner.width() - 12 * (len(pairs) - 1)) / len(pairs)
    for k, pair in enumerate(pairs):
        box = QRectF(inner.left() + k * (wide + 12), inner.top(), wide, inner.height())
        if len(scene.pairs) > 1:
            arm_names.dot(p, k, box.left() + 4, box.top() + 4, style, 4)
            text = elided(scene.request.arms[k].name, look.SMALL, wide - 14) if wide > 80 else ""  # named above
            draw_text(p, box.left() + 13, box.top() + 4, text, look.SMALL, QColor(style.dim))
            box.setTop(box.top() + 14)
        rows = _weights(scene, pair, box) if name == "incoming" else _votes(pair)
        _bar_rows(p, rows, box, style, colours(style, len(scene.pairs)), lit)


Row = tuple[str, tuple[float, ...], tuple[bool, ...]]
"""A name, a value for each unit, and whether each is on."""


def _weights(scene: Scene, pair: TwinPair, box: QRectF) -> list[Row]:
    """Return the incoming weights, the strongest where there is no room for all."""
    room = max(1, int(box.height() / 15))
    n = pair.incoming.shape[1]
    chosen = np.arange(n)
    if n > room:
        chosen = np.sort(np.argsort(-np.nan_to_num(np.abs(pair.incoming)).max(axis=0), kind="stable")[:room])
    return [(words.weight_name(scene, int(k)), tuple(map(float, pair.incoming[:, k])), (True, True)) for k in chosen]


def _votes(pair: TwinPair) -> list[Row]:
    """Return the votes with every unit on and under this step's mask."""
    rows: list[Row] = [("both on", tuple(map(float, pair.votes)), (True, True))]
    if pair.on is not None and pair.under_mask is not None:
        rows.append(("this step", tuple(map(float, pair.under_mask)), pair.on))
    return rows


def _bar_rows(
    p: QPainter, rows: list[Row], box: QRectF, style: Style, hues: tuple[QColor, QColor], lit: int | None
) -> None:
    """Paint rows of two bars each around a zero line in the middle."""
    rows = rows[: int(box.height() / _ROW)]  # where there is no room for all, the first ones
    if not rows:
        return
    tall = min(44.0, box.height() / len(rows))
    names = min(0.36 * box.width(), max(live_width(name, look.SMALL) for name, _, _ in rows) + 8)
    values = 42.0 if box.width() > 150 else 0.0
    most = max((abs(v) for _, pair, _ in rows for v in pair if math.isfinite(v)), default=0.0) or 1.0
    half = (box.width() - names - values) / 2 - 2
    zero = box.left() + names + half
    p.fillRect(QRectF(zero - 0.5, box.top(), 1, tall * len(rows)), QColor(style.faint))
    for k, (name, pair, on) in enumerate(rows):
        top = box.top() + k * tall
        draw_text(p, box.left(), top + tall / 2, elided(name, look.SMALL, names - 4), look.SMALL, QColor(style.dim))
        each = max(2.0, min(17.0, tall / 2 - 2.5))
        for unit, value in enumerate(pair):
            y = top + tall / 2 + (unit - 1) * (each + 1) + 0.5
            if not on[unit]:
                _paint_off(p, zero, y, each, style)
                text = "off"
            else:
                length = half * min(1.0, abs(value) / most) if math.isfinite(value) else 0.0
                bar = QRectF(zero if value >= 0 else zero - length, y, max(length, 1.0), each)
                colour = hues[unit]
                p.fillRect(bar, colour if lit in (None, unit) else faded(colour, 0.45))
                text = number(value, 3)
            if values and each >= 8:
                draw_text(
                    p,
                    box.right(),
                    y + each / 2,
                    text,
                    style.legible(look.SMALL - 1),
                    QColor(style.dim),
                    align=1.0,
                    live=True,
                )


def _paint_off(p: QPainter, zero: float, y: float, tall: float, style: Style) -> None:
    box = QRectF(zero - tall / 2, y, tall, tall)
    p.fillRect(box, QColor(style.off))
    p.setPen(QPen(QColor(style.off_mark), 1.2))
    c, arm = box.center(), 0.32 * tall
    p.drawLines(
        [
            QLineF(c.x() - arm, c.y() - arm, c.x() + arm, c.y() + arm),
            QLineF(c.x() - arm, c.y() + arm, c.x() + arm, c.y() - arm),
        ]
    )


def _paint_apart(p: QPainter, scene: Scene, inner: QRectF, style: Style) -> None:
    """Paint how far apart they were over the run, one line an arm."""
    known = [pair for pair in scene.pairs if len(pair.steps)]
    area = inner.adjusted(_LEFT, 4, -6, -_BELOW)
    if not known or area.height() < _LEAST:
        return
    finite = np.concatenate([pair.apart[np.isfinite(pair.apart)] for pair in known])
    high = float(finite.max(initial=0.0))
    graph = Graph(area, (0.0, whole_run(max(pair.step for pair in known))), fit(0.0, high) if high else (0.0, 1.0))
    graph.paint_x(p, style)
    graph.paint_y(p, style, 3)
    for k, pair in reversed(list(enumerate(scene.pairs))):
        if len(pair.steps):
            _line(p, graph, pair.steps, pair.apart, style.arm(k))


def _line(p: QPainter, graph: Graph, x: Array, y: Array, colour: QColor, width: float = 2.0) -> None:
    good = np.isfinite(y)
    points = np.c_[graph.px(x[good]), graph.py(y[good])]
    if len(points):
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin))
        p.drawPolyline(QPolygonF([QPointF(*at) for at in points.tolist()]))
        brush.fill(p, colour)
        p.drawEllipse(QPointF(*points[-1]), 4, 4)


def _paint_silence(p: QPainter, scene: Scene, inner: QRectF, style: Style) -> None:
    """Paint the other's vote after one goes off, as a share of what both said together; half and whole are marked."""
    known = [(k, pair.silence) for k, pair in enumerate(scene.pairs) if pair.silence is not None]
    known = [(k, s) for k, s in known if s.both > 0 and np.isfinite(s.votes).all()]
    area = inner.adjusted(_LEFT, 4, -6, -_BELOW)
    if not known or area.height() < _LEAST:
        return
    high = max(1.1, max(float(s.votes.max() / s.both) for _, s in known) * 1.05)
    graph = Graph(area, (0.0, float(len(known[0][1].votes) - 1)), (0.0, high))
    graph.paint_x(p, style)
    for value, name in ((0.5, "half"), (1.0, "both")):
        y = float(graph.py(value))
        p.setPen(QPen(faded(style.text, 0.3), 1, Qt.PenStyle.DashLine))
        p.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if name == "both" or 0.5 / high * area.height() >= 12:  # else the two names would stand on one another
            draw_text(p, area.left() - 6, y, name, look.SMALL, QColor(style.dim), align=1.0)
    colour = None if len(scene.pairs) > 1 else colours(style, len(scene.pairs))[1]
    for k, s in reversed(known):
        _line(p, graph, np.arange(len(s.votes)), s.votes / s.both, colour or style.arm(k))
    said = fitting(words.louder(scene, scene.pairs[0]), look.SMALL, area.width() - 8)
    if len(known) > 1 or area.height() < 60:
        return  # the mouse tells it of each
    votes = known[0][1].votes / known[0][1].both
    curve = np.c_[graph.px(np.arange(len(votes))), graph.py(votes)]
    marks = [float(graph.py(value)) for value in (0.5, 1.0)]
    place = free_corner(area, live_width(said, look.SMALL), curve, marks)
    if place is not None:
        draw_text(p, place.left(), place.center().y(), said, look.SMALL, QColor(style.text), live=True)


def free_corner(area: QRectF, wide: float, curve: Array, marks: Sequence[float]) -> QRectF | None:
    """Return where a line of text lies on neither a curve, (n, 2), nor the marks across the area, or None; a corner at
    the right is best, where the curve ends of which it tells."""
    for y in (area.bottom() - 18, area.top()):
        for x in (area.right() - 4 - wide, area.left() + 4):
            box = QRectF(x, y, wide, 18)
            if any(box.top() <= mark <= box.bottom() for mark in marks):
                continue
            beside = (curve[:, 0] >= box.left() - 4) & (curve[:, 0] <= box.right() + 4)
            if not ((curve[beside, 1] >= box.top() - 2) & (curve[beside, 1] <= box.bottom() + 2)).any():
                return box
    return None
