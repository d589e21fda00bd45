"""Drawing the numbers as a table: name and meaning, how it went, the value of each arm, and which way it points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from dropout_viz.analysis.questions.redundancy import Scene
from dropout_viz.analysis.redundancy import MEASURES
from dropout_viz.draw import arm_names, brush
from dropout_viz.draw.numbers import count
from dropout_viz.draw.palette import faded
from dropout_viz.draw.style import BODY, GAP, MARGIN, SMALL, TITLE, Style
from dropout_viz.draw.text import draw_foot, draw_text, elided, first_fitting, fitting, text_width
from dropout_viz.views.redundancy import words

Array = NDArray[Any]

_HEAD, _COLUMNS, _HEAD_TIGHT = 44.0, 18.0, 26.0  # the heading; the names of the columns; both where there is no room
_VALUE, _VALUE_TIGHT, _WAY, _WAY_SHORT = 58.0, 44.0, 76.0, 48.0
_RANK = 12.0  # width of one arm's dot in the column that ranks more than two
_NAME = 96.0  # the least room for the numbers' names, for which the trends give way
_LEAST_ROW = 16.5  # height of a row below which its text would touch the next one
_TWO_LINES = 33.0  # height of a row from which its meaning is written below its name
_WAYS = {1: ("more alike", "more", "▲"), -1: ("less alike", "less", "▼"), 0: ("the same", "same", "≈")}


@dataclass(frozen=True)
class Layout:
    """Where everything is, in pixels of the widget.

    Attributes:
        rows: one for each of ``MEASURES``. name, trend: left and right of these columns.
        detailed: whether there is room for the line of details. arms: top of the arms' names, where there are several;
            lines: how many they may take.
        values: the right end of each arm's column; none where there is no room.
        way: the left end of the last column, or None with one arm.
        short: whether there is only room for short words. foot: the sentences at the bottom.
    """

    rows: tuple[QRectF, ...]
    name: tuple[float, float]
    trend: tuple[float, float]
    detailed: bool
    arms: float | None
    lines: int
    values: tuple[float, ...]
    way: float | None
    short: bool
    foot: QRectF

    def row_at(self, at: QPointF) -> int | None:
        """Return which row lies at a point."""
        return next((k for k, row in enumerate(self.rows) if row.contains(at)), None)


def _lines(tight: bool) -> int:
    """Return how many lines the arms' names may take."""
    return 1 if tight else 3


def lay_out(width: float, height: float, names: Sequence[str]) -> Layout:
    """Return the layout for a widget of this size and arms of these names."""
    arms = len(names)
    short, tight = width < 560, height < 230
    foot_lines = 0 if tight else 2 if width >= 760 else 3 if width >= 420 else 4
    named = arm_names.LINE * arm_names.lines(names, width - 2 * MARGIN, _lines(tight)) if arms > 1 else 0
    # what gives way first where the rows have no room: the line of details, then lines at the foot, then all of it
    for head, feet in ((_HEAD, foot_lines), *((_HEAD_TIGHT, n) for n in range(foot_lines, -1, -1) if n != 1)):
        top = _HEAD_TIGHT if tight else head
        legend = top if arms > 1 else None
        top += named + (_COLUMNS if arms > 1 and not tight else 0)
        foot = QRectF(MARGIN, height - GAP - 16 * feet, width - 2 * MARGIN, 16.0 * feet)
        each = min(96.0, (foot.top() - 6 - top) / len(MEASURES))
        if each >= _LEAST_ROW:
            break
    rows = tuple(QRectF(0, top + k * each, width, each) for k in range(len(MEASURES)))
    right = width - MARGIN
    way = None
    if arms > 1:
        wide = _RANK * arms if arms > 2 else _WAY_SHORT if short else _WAY
        way = right - wide
        right = way - 10
    column = _VALUE if arms < 3 and width >= 300 else _VALUE_TIGHT
    values = tuple(right - column * (arms - 1 - k) for k in range(arms))
    if right - column * arms - MARGIN < 40:
        values = ()  # no room for numbers beside one another: their order is left
    right -= column * len(values) + 8
    trend_width = 0.0 if width < 330 else (0.24 if width < 1200 else 0.32) * width
    trend_width = max(0.0, min(trend_width, right - 2 * MARGIN - _NAME))
    trend = (right - trend_width, right)
    detailed = not tight and head == _HEAD
    return Layout(rows, (MARGIN, trend[0] - 12), trend, detailed, legend, _lines(tight), values, way, short, foot)


def paint(p: QPainter, layout: Layout, scene: Scene, mouse: QPointF | None, told: list[str], style: Style) -> None:
    """Draw the table, and at its foot what is told of the row under the mouse, or else of all."""
    hover, step = _under(layout, scene, mouse)
    _paint_heading(p, layout, scene, style)
    _paint_arms(p, layout, scene, style)
    for k, measure in enumerate(MEASURES):
        row = layout.rows[k]
        if k == hover:
            p.fillRect(row.adjusted(4, 0, -4, 0), QColor(style.raised))
        elif k:
            p.fillRect(QRectF(MARGIN, row.top(), row.width() - 2 * MARGIN, 1), faded(style.line, 0.6))
        _paint_name(p, layout, row, measure.key, style)
        _paint_trend(p, layout, row, k, scene, step if k == hover else None, style)
        _paint_values(p, layout, row, measure.key, scene, style)
    tone = QColor(style.text if hover is None else style.dim)
    draw_foot(p, layout.foot, told or words.verdict(scene), SMALL, tone, QColor(style.line))


def said(layout: Layout, scene: Scene, at: QPointF) -> list[str]:
    """Return what is said of the row at a point, at the step under it where that is over a trend."""
    row, step = _under(layout, scene, at)
    if row is None:
        return []
    key = MEASURES[row].key
    return [words.about(key, scene) if step is None else words.at_step(key, scene, step)]


def _under(layout: Layout, scene: Scene, at: QPointF | None) -> tuple[int | None, float | None]:
    """Return the row at a point, and the step where the point is over its trend."""
    row = None if at is None else layout.row_at(at)
    if at is None or row is None:
        return None, None
    return row, step_at(layout, at.x(), scene.request.frame.snapshot.step)


def _paint_heading(p: QPainter, layout: Layout, scene: Scene, style: Style) -> None:
    width = layout.rows[0].width()
    title = elided("How alike the hidden units are", TITLE, width - 2 * MARGIN, True)
    draw_text(p, MARGIN, GAP + 9, title, TITLE, QColor(style.text), bold=True)
    if not layout.detailed:
        return
    wide = width - 2 * MARGIN
    text = first_fitting(words.details(scene), SMALL, wide)
    draw_text(p, MARGIN, GAP + 28, text, SMALL, QColor(style.dim))


def _paint_arms(p: QPainter, layout: Layout, scene: Scene, style: Style) -> None:
    """Name the arms beside their colours, mark whose column is whose, and say what the last column compares."""
    if layout.arms is None or layout.way is None:
        return
    names = [arm.name for arm in scene.request.frame.arms]
    arm_names.paint(p, names, MARGIN, layout.arms, layout.rows[0].width() - 2 * MARGIN, style, layout.lines)
    middle = layout.rows[0].top() - _COLUMNS / 2 - 2
    if middle < layout.arms + arm_names.LINE:
        return  # no room for a heading of the columns: they are in the order of the names
    for k, right in enumerate(layout.values):
        arm_names.dot(p, k, right - 12, middle, style)
    if len(names) > 2:
        draw_text(p, layout.rows[0].right() - MARGIN, middle, "more alike →", SMALL, QColor(style.dim), align=1.0)
        return
    pair = words.pair_of([arm.snapshot.config for arm in scene.request.frame.arms])
    arm_names.dot(p, pair.of, layout.way + 5, middle, style)
    room = layout.rows[0].width() - MARGIN - layout.way - 14
    head = "alike" if layout.short else fitting([names[pair.of], arm_names.told_apart(names)[pair.of]], SMALL, room)
    draw_text(p, layout.way + 14, middle, head, SMALL, QColor(style.dim))


def _paint_name(p: QPainter, layout: Layout, row: QRectF, key: str, style: Style) -> None:
    text, (left, right) = words.TEXTS[key], layout.name
    room = right - left
    name = next((n for n in (text.name, text.short) if text_width(n, BODY) <= room), elided(text.short, BODY, room))
    meaning = elided(text.meaning, SMALL, room)
    two = row.height() >= _TWO_LINES and room >= 280
    middle = row.center().y() - (8 if two else 0)
    draw_text(p, left, middle, name, BODY, QColor(style.text))
    if two:
        draw_text(p, left, row.center().y() + 9, meaning, SMALL, QColor(style.dim))


def _paint_trend(
    p: QPainter, layout: Layout, row: QRectF, column: int, scene: Scene, step: float | None, style: Style
) -> None:
    """Draw how the number went in each arm, on one scale for all."""
    left, right = layout.trend
    area = QRectF(left, row.top() + 5, right - left, row.height() - 10)
    values = np.concatenate([t.values[:, column] for t in scene.trends])
    values = values[np.isfinite(values)]
    if not values.size or area.height() < 4 or area.width() < 10:
        return
    low, high = float(values.min()), float(values.max())
    last = max(1.0, float(scene.request.frame.snapshot.step))
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    for k in range(len(scene.trends) - 1, -1, -1):
        trend, colour = scene.trends[k], style.arm(k)
        good = np.isfinite(trend.values[:, column])
        x = left + trend.steps[good] / last * area.width()
        share = (trend.values[good, column] - low) / (high - low) if high > low else np.full(len(x), 0.5)
        points = np.column_stack([x, area.bottom() - share * area.height()])
        if len(points) > 1:
            brush.line(p, points, colour, 1.5, True)
        if len(points):
            brush.fill(p, colour)
            p.drawEllipse(QPointF(*points[-1]), 2.6, 2.6)
            if step is not None:
                near = int(np.abs(trend.steps[good] - step).argmin())
                p.setBrush(QColor(style.text))
                p.drawEllipse(QPointF(*points[near]), 3.2, 3.2)


def _paint_values(p: QPainter, layout: Layout, row: QRectF, key: str, scene: Scene, style: Style) -> None:
    middle = row.center().y()
    numbers = [found.numbers[key] for found in scene.now]
    errors = words.errors_of(key, scene.now)
    for right, amount, error in zip(layout.values, numbers, errors, strict=False):
        known = math.isfinite(amount)
        colour = QColor(style.text if known else style.dim)
        draw_text(p, right, middle, words.value(key, amount, error), BODY, colour, bold=True, align=1.0, live=True)
    if layout.way is None:
        return
    if len(numbers) > 2:
        _paint_standing(p, layout.way, middle, words.standing(key, numbers, errors), style)
    elif all(map(math.isfinite, numbers)):
        pair = words.pair_of([arm.snapshot.config for arm in scene.request.frame.arms])
        way = words.compared(key, numbers[pair.of], numbers[pair.against], math.hypot(*errors))
        long, brief, sign = _WAYS[way]
        colour = QColor(style.dim if way == 0 else style.text)
        draw_text(p, layout.way, middle, f"{sign} {brief if layout.short else long}", SMALL, colour)


def _paint_standing(p: QPainter, left: float, middle: float, order: list[list[int]], style: Style) -> None:
    """Draw the arms' dots from the least alike to the most alike; a line joins those that count as the same."""
    x = left + _RANK / 2
    for same in order:
        end = x + _RANK * (len(same) - 1)
        p.fillRect(QRectF(x, middle - 0.75, end - x, 1.5), QColor(style.dim))
        for arm in same:
            arm_names.dot(p, arm, x, middle, style)
            x += _RANK


def step_at(layout: Layout, x: float, last: int) -> float | None:
    """Return the step that a pixel of the trends stands for, or None beside them."""
    left, right = layout.trend
    return (x - left) / (right - left) * last if left - 3 <= x <= right + 3 else None


def summary(scene: Scene) -> list[str]:
    """Return the table in sentences, for those who cannot see it."""
    lines = []
    arms = scene.request.frame.arms
    names = [f"{arm.name} " if len(arms) > 1 else "" for arm in arms]
    for measure in MEASURES:
        values = [
            words.value(measure.key, found.numbers[measure.key], error)
            for found, error in zip(scene.now, words.errors_of(measure.key, scene.now), strict=True)
        ]
        values = ["unknown" if value == words.UNKNOWN else value for value in values]
        parts = [f"{name}{value}" for name, value in zip(names, values, strict=True)]
        lines.append(f"{words.TEXTS[measure.key].name}: {' against '.join(parts)}")
    step = count(scene.request.frame.snapshot.step)
    return [f"Step {step}, {words.details(scene)[0]}", "; ".join(lines), words.verdict(scene)[0]]
