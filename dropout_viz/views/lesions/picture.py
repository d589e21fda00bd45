"""Painting of the Ablation view: the units, the damage, and a frame around each panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.analysis.questions.lesions import Scene
from dropout_viz.draw import arm_names
from dropout_viz.draw import style as look
from dropout_viz.draw.brush import shading
from dropout_viz.draw.contrast import reads_on
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text, fitting, live_width
from dropout_viz.nn.parts import Unit
from dropout_viz.views.lesions import curve as lesions_curve
from dropout_viz.views.lesions import strangers as lesions_strangers
from dropout_viz.views.lesions import violins as lesions_violins
from dropout_viz.views.lesions import words
from dropout_viz.views.lesions.layout import ROW, Layout

_STRIP = 48  # pixels of the scale of shades
TITLE_ROOM = 40  # above a panel's plot: its title and what it shows


@dataclass(frozen=True)
class LesionPointer:
    """What is pointed at: a hidden unit, and where on a panel the mouse is."""

    unit: Unit | None = None
    at: QPointF | None = None


def paint(p: QPainter, scene: Scene, layout: Layout, style: Style, pointer: LesionPointer) -> None:
    """Paint everything."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_head(p, scene, layout, style)
    _paint_units(p, scene, layout, style, pointer.unit)
    _paint_table(p, scene, layout, style)
    for name, area in layout.panels.items():
        said = {"curve": words.curve, "worth": words.worth, "strangers": words.strangers}[name](scene)
        title = fitting(words.TITLES[name], look.BODY, area.width(), True)
        draw_text(p, area.left(), area.top() + 8, title, look.BODY, QColor(style.text), bold=True)
        text = fitting(said, look.SMALL, area.width())
        draw_text(p, area.left(), area.top() + 26, text, look.SMALL, QColor(style.dim))
        inner = area.adjusted(0, TITLE_ROOM, 0, 0)
        if name == "curve":
            lesions_curve.paint(p, scene, inner, style, pointer.at)
        elif name == "worth":
            lesions_violins.paint(p, scene, inner, style, pointer.unit)
        else:
            lesions_strangers.paint(p, scene, inner, style)


def _paint_head(p: QPainter, scene: Scene, layout: Layout, style: Style) -> None:
    head = layout.head
    title = fitting(words.heading(scene), look.TITLE, head.width(), True)
    wide = draw_text(p, head.left(), head.center().y(), title, look.TITLE, QColor(style.text), bold=True)
    note = "the run goes on with all of them"
    if scene.request.off and wide + live_width(note, look.SMALL) + 16 < head.width():
        draw_text(p, head.right(), head.center().y(), note, look.SMALL, QColor(style.dim), align=1.0)


def _paint_units(p: QPainter, scene: Scene, layout: Layout, style: Style, lit: Unit | None) -> None:
    """Paint a cell for each unit; those away are grey and crossed out."""
    sizes = scene.request.arms[0][1].sizes
    side, worths = layout.side, scene.depths[0].worths
    shares = {}
    if worths is not None:
        most = float(max(np.nan_to_num(worths.mean).max(initial=0.0), 1e-300))
        means = np.nan_to_num(worths.mean).clip(0.0) / most
        shares = dict(zip(worths.units.tolist(), means.tolist(), strict=True))
    flat, cross = 0, []
    round_ = side / 2 if side >= 9 else 0.0
    for layer, cells in enumerate(layout.cells, 1):
        if len(layout.cells) > 1:
            at = layout.labels[layer - 1]
            draw_text(p, at.x(), at.y(), f"hidden {layer}", look.SMALL, QColor(style.dim))
        for index, cell in enumerate(cells):
            box = QRectF(cell.x(), cell.y(), side, side)
            away = Unit(layer, index) in scene.request.off
            share = shares.get(flat + index)
            colour = style.activation(0.25 + 0.75 * (share if share is not None else 0.4))
            p.setPen(QPen(QColor(style.faint), 1) if side >= 9 else Qt.PenStyle.NoPen)
            p.setBrush(QColor(style.off if side >= 9 else style.warning) if away else colour)  # too small for a cross
            if round_:
                p.drawEllipse(box)
            else:
                p.fillRect(box, p.brush())
            if away and side >= 9:
                arm = 0.3 * side
                c = box.center()
                cross.append(QLineF(c.x() - arm, c.y() - arm, c.x() + arm, c.y() + arm))
                cross.append(QLineF(c.x() - arm, c.y() + arm, c.x() + arm, c.y() - arm))
            elif not away and side >= 18 and sizes[layer] <= 99:
                middle = box.center()
                draw_text(p, middle.x(), middle.y(), f"{index + 1}", look.SMALL, reads_on(colour), align=0.5)
            if lit == Unit(layer, index):
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(QColor(style.text), 2))
                out = box.adjusted(-2.5, -2.5, 2.5, 2.5)
                p.drawEllipse(out) if round_ else p.drawRect(out)
        flat += len(cells)
    p.setPen(QPen(QColor(style.off_mark), max(1.0, side / 12)))
    p.drawLines(cross)
    if shares:
        _paint_shades(p, scene, layout, style)


def _paint_shades(p: QPainter, scene: Scene, layout: Layout, style: Style) -> None:
    """Say beside the units what their shades mean, or above them at the right, where there is room."""
    cells = [cell for layer in layout.cells for cell in layer]
    left = max(cell.x() for cell in cells) + layout.side + 14
    middle = cells[-1].y() + layout.side / 2
    before, after = "worth: 0 or less", "the most"
    wide = live_width(before, look.SMALL) + live_width(after, look.SMALL) + _STRIP + 12
    if left + wide > layout.head.right():
        title = live_width(words.heading(scene)[0], look.TITLE, True)
        if scene.request.off or title + wide + 16 > layout.head.width():
            return
        left, middle = layout.head.right() - wide, layout.head.center().y()
    left += draw_text(p, left, middle, before, look.SMALL, QColor(style.dim)) + 6
    strip = shading(left, left + _STRIP, [style.activation(0.25), style.activation(1.0)])
    p.fillRect(QRectF(left, middle - 5, _STRIP, 10), strip)
    draw_text(p, left + _STRIP + 6, middle, after, look.SMALL, QColor(style.dim))


def _paint_table(p: QPainter, scene: Scene, layout: Layout, style: Style) -> None:
    """Paint loss and accuracy of each arm, as they are and as they were, and over which examples."""
    if over := words.over(scene):
        few = fitting(over, look.SMALL, layout.table.width())
        draw_text(p, layout.table.left(), layout.note, few, look.SMALL, QColor(style.dim))
    table, arms = layout.table, scene.request.arms
    names = 0.0
    if len(arms) > 1:
        names = min(0.3 * table.width(), max(live_width(name, look.SMALL) for name, _ in arms) + 24)
    headings = words.columns(scene)
    wide = min(150.0, (table.width() - names) / len(headings))
    for c, text in enumerate(headings):
        x = table.left() + names + c * wide
        text = fitting([text, text.replace("training", "train")], look.SMALL, wide - 6)
        draw_text(p, x, layout.columns, text, look.SMALL, QColor(style.dim))
    for k, (name, _) in enumerate(arms):
        top = table.top() + k * layout.row
        if names:
            arm_names.dot(p, k, table.left() + 4, top + 10, style, 4)
            said = fitting([name, name.replace(" dropout", "")], look.SMALL, names - 18)
            draw_text(p, table.left() + 14, top + 10, said, look.SMALL, QColor(style.text))
        for c, (now, before, worse) in enumerate(words.cells(scene, k)):
            x = table.left() + names + c * wide
            colour = QColor(style.error if worse else style.text)
            used = draw_text(p, x, top + 10, now, look.BODY, colour, bold=True, live=True)
            if layout.row >= ROW:
                draw_text(p, x, top + 25, before, look.SMALL, QColor(style.dim), live=True)
            elif used + live_width(before, look.SMALL) + 12 < wide:
                draw_text(p, x + used + 6, top + 10, before, look.SMALL, QColor(style.dim), live=True)


def panel_at(layout: Layout, at: QPointF) -> tuple[str, QRectF] | None:
    """Return the name of the panel under a point and its inner area."""
    for name, area in layout.panels.items():
        if area.contains(at):
            return name, area.adjusted(0, TITLE_ROOM, 0, 0)
    return None
