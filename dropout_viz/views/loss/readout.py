"""The small panel beside a cursor: the step, and the exact value of each line there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.draw.numbers import count
from dropout_viz.draw.style import SMALL, Style
from dropout_viz.draw.text import draw_text, live_width, text_width
from dropout_viz.views.loss.kinds import Kind
from dropout_viz.views.loss.legend import line_colour, sample

_ROW, _PAD, _SAMPLE = 16, 8, 14


@dataclass(frozen=True)
class LossReading:
    """What a line recorded: the arm, the kind, the recorded step nearest to the cursor, the value there, as text."""

    arm: int
    kind: Kind
    step: int
    value: float
    text: str


def paint_readout(
    painter: QPainter,
    area: QRectF,
    x: float,
    step: int,
    readings: Sequence[LossReading],
    style: Style,
    free: float = -8.0,
) -> None:
    """Paint the panel beside ``x``, in pixels, within ``area``: a row for each kind of line, a column for each arm.

    ``free`` is how many pixels at the right to leave alone.
    """
    kinds = list(dict.fromkeys(r.kind for r in readings))
    arms = sorted({r.arm for r in readings})
    cells = {(r.kind, r.arm): r for r in readings}
    names = {}
    for kind in kinds:
        at = {r.step for r in readings if r.kind == kind}
        names[kind] = kind.name if at == {step} else f"{kind.name} at {' and '.join(map(count, sorted(at)))}"
    square = 12 if len(arms) > 1 else 0
    columns = [square + max(live_width(r.text, SMALL) for r in readings if r.arm == arm) for arm in arms]
    title = f"step {count(step)}"
    first = _SAMPLE + 6 + max((text_width(name, SMALL) for name in names.values()), default=0.0)
    width = max(first + sum(12 + column for column in columns), live_width(title, SMALL, True))
    box = QRectF(x + 12, area.top() + 6, width + 2 * _PAD, _ROW * (1 + len(kinds)) + _PAD)
    if box.right() > area.right() - free:
        box.moveRight(x - 12)
    box.moveLeft(max(box.left(), area.left() - 44))
    if box.bottom() > area.bottom() - 2:  # a low chart: rather over its ticks than cut off
        box.moveTop(max(2.0, area.bottom() - 2 - box.height()))
    painter.setPen(QPen(QColor(style.line), 1))
    ground = QColor(style.raised)
    ground.setAlpha(240)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 5, 5)

    left, y = box.left() + _PAD, box.top() + _PAD / 2 + _ROW / 2

    draw_text(painter, left, y, title, SMALL, QColor(style.text), bold=True, live=True)
    for kind in kinds:
        y += _ROW
        hue = line_colour(style, arms[0], kind) if len(arms) == 1 else QColor(style.dim)
        sample(painter, QPointF(left, y), kind, hue, ground)
        draw_text(painter, left + _SAMPLE + 6, y, names[kind], SMALL, QColor(style.dim))
        right = left + first
        for arm, column in zip(arms, columns, strict=True):
            right += 12 + column
            reading = cells.get((kind, arm))
            if reading is not None:
                draw_text(painter, right, y, reading.text, SMALL, QColor(style.text), align=1.0, live=True)
                if square:
                    painter.fillRect(QRectF(right - column, y - 4, 8, 8), style.arm(arm))
