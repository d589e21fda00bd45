"""The scale of the factors that noise multiplies units by: two-sided, about 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.draw.brush import shading
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import MINUS
from dropout_viz.draw.text import draw_text

ENDS = (f"1 {MINUS} 2σ", "1", "1 + 2σ")
"""What the scale's ends and middle stand for, σ being the standard deviation of a layer's factors."""
_LEVELS = 65


def shaded_bar(painter: QPainter, left: float, y: float, wide: float, colours: Sequence[QColor], ink: Ink) -> None:
    """Draw a bar with round ends that goes through some colours, ``y`` its middle."""
    painter.setPen(QPen(ink.colour("dim"), 1.0))
    painter.setBrush(shading(left, left + wide, colours))
    half = 4.5 * ink.ui
    painter.drawRoundedRect(QRectF(left, y - half, wide, 2 * half), half, half)


def draw_scale(painter: QPainter, left: float, y: float, wide: float, ink: Ink) -> None:
    """Draw the scale as a bar, ``y`` its middle, with its ends below."""
    shaded_bar(painter, left, y, wide, [ink.factor(stop / 5 - 1) for stop in range(11)], ink)
    for at, text in zip((0.0, 0.5, 1.0), ENDS, strict=True):
        draw_text(painter, left + at * wide, y + 14 * ink.ui, text, ink.tiny, ink.colour("dim"), align=0.5)


def shades(shares: NDArray[np.floating], ink: Ink) -> NDArray[np.uint32]:
    """Return the pixels of places on the scale, -1 to 1, beyond which they are clamped: the same shape."""
    table = np.array([ink.factor(2 * k / (_LEVELS - 1) - 1).rgb() for k in range(_LEVELS)], np.uint32)
    known = np.nan_to_num(np.clip(shares, -1, 1))
    return table[np.rint((known + 1) / 2 * (_LEVELS - 1)).astype(np.intp)]
