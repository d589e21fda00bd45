"""Painting of the Confusion view: the cells, the names beside them, recall, precision and the scale of shades."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.analysis.questions.confusion import Scene
from dropout_viz.draw import style as look
from dropout_viz.draw.arm_names import told_apart
from dropout_viz.draw.contrast import reads_on
from dropout_viz.draw.numbers import count, share
from dropout_viz.draw.style import Style, mix
from dropout_viz.draw.text import draw_text, elided, fitting, text_width
from dropout_viz.views.confusion import words
from dropout_viz.views.confusion.layout import NAMES, RECALL, TITLE, Layout

_SCALE = (0.0, 0.01, 0.1, 0.5, 1.0)
"""Shares that the scale shows."""


def shade(style: Style, arm: int, part: float) -> QColor:
    """Return the colour of a share of a row: its root, so that the few that are wrong can be seen. None is the ground
    from which all others begin, so that more is never nearer to it."""
    return mix(style.raised, style.arm(arm).name(), 0.95 * math.sqrt(part))


def paint(p: QPainter, scene: Scene, step: int, layout: Layout, style: Style, lit: tuple[int, int, int] | None) -> None:
    """Paint everything; ``lit``: the cell that is pointed at."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    head = layout.head
    if head.height():
        text = fitting(words.head(scene, step), look.SMALL, head.width())
        draw_text(p, head.left(), head.center().y(), text, look.SMALL, QColor(style.dim), live=True)
    short = told_apart([one.name for one in scene.matrices])
    for arm, apart in enumerate(short):
        _paint_title(p, scene, step, layout, style, arm, apart)
        _paint_names(p, scene, layout, style, arm)
        _paint_cells(p, scene, layout, style, arm)
        if layout.sides:
            _paint_sides(p, scene, layout, style, arm)
    if lit is not None and max(lit[1:]) < layout.classes:
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(QColor(style.text), 2))
        p.drawRect(layout.cell_of(*lit))
    _paint_feet(p, scene, layout, style)


def _paint_title(p: QPainter, scene: Scene, step: int, layout: Layout, style: Style, arm: int, apart: str) -> None:
    one, grid = scene.matrices[arm], layout.grids[arm]
    alone = len(scene.matrices) == 1 and grid.width() < 260
    left = layout.head.left() if alone else _left(scene, layout, arm)
    middle = grid.top() - NAMES - TITLE / 2
    room = grid.right() + (RECALL if layout.sides else 0) - left
    wide = 0.0
    if one.name:
        title = fitting([one.name, apart], look.BODY, 0.62 * room, True)
        wide = draw_text(p, left, middle, title, look.BODY, QColor(style.text), bold=True) + 8
    if layout.head.height():
        said = fitting(words.right(one), look.SMALL, room - wide)
    else:
        shown = words.head(scene, step)[-1]
        said = fitting([f"{shown}: {text}" for text in words.right(one)], look.SMALL, layout.head.width())
    draw_text(p, left + wide, middle, said, look.SMALL, QColor(style.text), live=True)


def _left(scene: Scene, layout: Layout, arm: int) -> float:
    names = [elided(words.name(scene, k), look.SMALL, 60) for k in range(layout.classes)]
    return layout.grids[arm].left() - 8 - max(text_width(name, look.SMALL) for name in names)


def _paint_names(p: QPainter, scene: Scene, layout: Layout, style: Style, arm: int) -> None:
    """Paint the classes' names left of the rows and above the columns, as many as have room."""
    grid, cell, dim = layout.grids[arm], layout.cell, QColor(style.dim)
    every = math.ceil(10 / cell)
    for k in range(0, layout.classes, every):
        name = words.name(scene, k)
        row = elided(name, look.SMALL, max(10.0, 0.3 * layout.head.width() / len(layout.grids)))
        draw_text(p, grid.left() - 6, grid.top() + (k + 0.5) * cell, row, look.SMALL, dim, align=1.0)
        column = elided(name, look.SMALL, max(9.0, every * layout.wide - 2))
        draw_text(p, grid.left() + (k + 0.5) * layout.wide, grid.top() - 8, column, look.SMALL, dim, align=0.5)


def _paint_cells(p: QPainter, scene: Scene, layout: Layout, style: Style, arm: int) -> None:
    one, side = scene.matrices[arm], layout.cell
    gap = 1.0 if side > 12 else 0.5
    for truth in range(layout.classes):
        for said in range(layout.classes):
            box, n = layout.cell_of(arm, truth, said), int(one.counts[truth, said])
            colour = shade(style, arm, float(one.shares[truth, said]) if n else 0.0)
            p.fillRect(box.adjusted(gap, gap, -gap, -gap), colour)
            if truth == said:
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(QColor(style.dim), 1))
                p.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            if n:
                _paint_count(p, n, f"{share(float(one.shares[truth, said]), int(one.of[truth]))}", box, colour)


def _paint_count(p: QPainter, n: int, part: str, box: QRectF, ground: QColor) -> None:
    size = look.TITLE if box.width() >= 60 else look.BODY if box.width() >= 34 else look.SMALL
    text, ink, middle = count(n), reads_on(ground), box.center()
    if box.height() < 13 or text_width(text, size) > box.width() - 3:
        return
    below = box.height() >= 46 and text_width(part, look.SMALL) <= box.width() - 4
    bold = box.width() >= 60
    draw_text(p, middle.x(), middle.y() - 8 * below, text, size, ink, bold=bold, align=0.5, live=True)
    if below:
        draw_text(p, middle.x(), middle.y() + 9, part, look.SMALL, ink, align=0.5, live=True)


def _paint_sides(p: QPainter, scene: Scene, layout: Layout, style: Style, arm: int) -> None:
    """Paint recall at the right of the rows and precision below the columns."""
    one, grid, dim = scene.matrices[arm], layout.grids[arm], QColor(style.dim)
    draw_text(p, grid.right() + 6, grid.top() - 8, "recall", look.SMALL, dim)
    draw_text(p, grid.right() + 6, grid.bottom() + 11, "precision", look.SMALL, dim)
    for k in range(layout.classes):
        row, column = (k + 0.5) * layout.cell, (k + 0.5) * layout.wide
        right = _short(words.rate(one.recall[k], one.of[k]), RECALL - 12)
        draw_text(p, grid.right() + 6, grid.top() + row, right, look.SMALL, dim, live=True)
        below = _short(words.rate(one.precision[k], one.said[k]), layout.wide - 6)
        draw_text(p, grid.left() + column, grid.bottom() + 11, below, look.SMALL, dim, align=0.5, live=True)


def _short(text: str, room: float) -> str:
    """Return a share as it fits: without its sign where there is little room."""
    return fitting([text, text.replace(" %", ""), "–"], look.SMALL, room)


def _paint_feet(p: QPainter, scene: Scene, layout: Layout, style: Style) -> None:
    """Paint the scale of shades, and what is mixed up most."""
    if not layout.feet:
        return
    left, right, dim = layout.head.left(), layout.head.right(), QColor(style.dim)
    said = fitting(words.foot(scene), look.SMALL, right - left)
    draw_text(p, left, layout.feet[0], said, look.SMALL, QColor(style.text), live=True)
    if len(layout.feet) == 1:
        return
    middle, x = layout.feet[1], left
    x += draw_text(p, x, middle, "share of the row", look.SMALL, dim) + 8
    for part in _SCALE:
        if x + 50 > right:
            break
        p.fillRect(QRectF(x, middle - 6, 12, 12), shade(style, 0, part))
        x += 16 + draw_text(p, x + 16, middle, f"{100 * part:.0f} %", look.SMALL, dim) + 10
    rule = words.rule(scene)
    if x + text_width(rule, look.SMALL) + 10 < right:
        draw_text(p, right, middle, rule, look.SMALL, dim, align=1.0)
