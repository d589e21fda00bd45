"""A small graph painted by hand: the mapping of values to pixels, ticks, a light grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count, written
from dropout_viz.draw.ranges import nice
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import draw_text
from dropout_viz.words import figure, superscript

Array = NDArray[Any]
Range = tuple[float, float]


@dataclass(frozen=True)
class Graph:
    """A rectangle and the ranges that it shows. Logarithmic ranges are given as exponents of ten."""

    area: QRectF
    x: Range
    y: Range
    log_x: bool = False
    log_y: bool = False

    def px(self, value: Any) -> Any:
        """Return where a value of the horizontal axis lies, in pixels."""
        return self.area.left() + (value - self.x[0]) / (self.x[1] - self.x[0]) * self.area.width()

    def py(self, value: Any) -> Any:
        """Return where a value of the vertical axis lies, in pixels."""
        return self.area.bottom() - (value - self.y[0]) / (self.y[1] - self.y[0]) * self.area.height()

    def value_at(self, x: float) -> float:
        """Return the value of the horizontal axis at a pixel."""
        return self.x[0] + (x - self.area.left()) / self.area.width() * (self.x[1] - self.x[0])

    def value_up(self, y: float) -> float:
        """Return the value of the vertical axis at a pixel."""
        return self.y[0] + (self.area.bottom() - y) / self.area.height() * (self.y[1] - self.y[0])

    def paint_x(self, p: QPainter, style: Style, name: str = "") -> None:
        """Draw the horizontal axis with its ticks' numbers below, and its name at the right below them."""
        area, colour = self.area, QColor(style.dim)
        p.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), QColor(style.faint))
        for value, text in ticks(self.x, max(3, int(area.width() / 70)), self.log_x):
            x = self.px(value)
            p.fillRect(QRectF(x - 0.5, area.bottom(), 1, 4), QColor(style.faint))
            draw_text(p, x, area.bottom() + 12, text, look.SMALL, colour, align=0.5)
        if name:
            draw_text(p, area.center().x(), area.bottom() + 26, name, look.SMALL, colour, align=0.5)

    def paint_y(self, p: QPainter, style: Style, most: int | None = None, lines: bool = True) -> None:
        """Draw the numbers of the vertical axis at its left, at most so many, and their grid ``lines``."""
        area, grid = self.area, QColor(style.text)
        grid.setAlphaF(0.08)
        for value, text in ticks(self.y, most or max(2, int(area.height() / 34)), self.log_y):
            y = self.py(value)
            if lines:
                p.fillRect(QRectF(area.left(), round(y), area.width(), 1), grid)
            draw_text(p, area.left() - 6, y, text, look.SMALL, QColor(style.dim), align=1.0)


def ticks(span: Range, most: int, log: bool = False) -> Sequence[tuple[float, str]]:
    """Return at most ``most`` round values of a range, and some fewer, each with its text."""
    low, high = span
    if not (math.isfinite(high - low) and high > low):
        return []
    if log:
        every = max(1, math.ceil((high - low) / most))
        powers = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1, every)
        if len(powers) < 3:  # few decades: 1, 2, 5 in each, or all round numbers where even those are few
            for parts in ((1, 2, 5), range(1, 10)):
                found = _between(low, high, parts)
                if 3 <= len(found) <= 2 * most:
                    return found
            if len(powers) < 2:  # far less than a decade
                return [(math.log10(v), text) for v, text in ticks((10.0**low, 10.0**high), most) if v > 0]
        return [(float(k), _power(k)) for k in powers]
    every_value = nice((high - low) / most)
    decimals = max(0, -math.floor(math.log10(every_value) + 1e-9))
    first, last = math.ceil(low / every_value - 1e-9), math.floor(high / every_value + 1e-9)
    return [(k * every_value, written(k * every_value, decimals)) for k in range(first, last + 1)]


def _between(low: float, high: float, parts: Sequence[int]) -> list[tuple[float, str]]:
    """Return ticks at these multiples of the powers of ten in a range of exponents."""
    values = [m * 10.0**k for k in range(math.floor(low), math.ceil(high) + 1) for m in parts]
    places = [(math.log10(v), figure(v)) for v in values]
    return [(at, text) for at, text in places if low - 1e-9 <= at <= high + 1e-9]


def _power(k: int) -> str:
    if 0 <= k <= 4:
        return count(10**k)
    return f"{10.0**k:g}" if -3 <= k < 0 else f"10{superscript(k)}"


def density(graph: Graph, values: Array, bins: int) -> tuple[Array, Array, tuple[float, float]]:
    """Return a sample as a violin has it: how dense it is, where upwards, both (bins,), and the ends of its range.

    ``values``: finite, one at least. A sample without spread is given three pixels of height.
    """
    low, high = float(values.min()), float(values.max())
    least = 3 / graph.area.height() * (graph.y[1] - graph.y[0])
    if high - low < least:
        low, high = (low + high - least) / 2, (low + high + least) / 2
    heights, edges = np.histogram(values, bins, (low, high))
    smooth = np.convolve(np.r_[0, 0, heights, 0, 0], [1, 4, 6, 4, 1], "valid")
    return smooth, np.asarray(graph.py((edges[:-1] + edges[1:]) / 2)), (low, high)
