"""What is said of the thing under the mouse, for views that paint themselves."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from dropout_viz.draw.ink import Ink
from dropout_viz.draw.text import draw_text, text_width


def draw_tip(painter: QPainter, width: float, height: float, ink: Ink, lines: list[str], x: float, y: float) -> None:
    """Draw what is said of the thing under the mouse at x, y, in a box beside it that stays inside the view's size."""
    pad, step = 9 * ink.ui, 17 * ink.ui
    widths = [text_width(t, ink.body if i == 0 else ink.small, i == 0) for i, t in enumerate(lines)]
    wide, tall = max(widths) + 2 * pad, step * len(lines) + 1.2 * pad
    left, top = x + 14 * ink.ui, y + 14 * ink.ui
    if left + wide > width - 4:
        left = x - 10 * ink.ui - wide
    if top + tall > height - 4:
        top = y - 10 * ink.ui - tall
    left, top = max(left, 4.0), max(top, 4.0)
    painter.setPen(QPen(ink.colour("faint"), 1.0))
    painter.setBrush(ink.colour("raised"))
    painter.drawRoundedRect(QRectF(left, top, wide, tall), 6 * ink.ui, 6 * ink.ui)
    middle = top + 0.6 * pad + step / 2
    for index, text in enumerate(lines):
        first = index == 0
        size = ink.body if first else ink.small
        draw_text(painter, left + pad, middle, text, size, ink.colour("text" if first else "dim"), bold=first)
        middle += step
