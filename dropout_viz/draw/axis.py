"""An axis with round ticks written out, in our font, with a grid behind the curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import MINUS
from dropout_viz.draw.painting import saved
from dropout_viz.draw.ranges import nice
from dropout_viz.draw.style import Style
from dropout_viz.words import superscript

LEFT, BOTTOM = 52, 22  # room for the ticks' text, in pixels
NAME = 15  # more room for the axis's name
END, INSIDE = 18, 10  # room beyond the end of an axis, and how far into it text may reach


class PlotAxis(pg.AxisItem):
    """An axis whose ticks are round numbers, written out, and whose text is in our font.

    Attributes:
        whole: no ticks between whole numbers (steps, units).
        write: how a tick's value is written, or None for the plain number.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=0)
        self.whole = False
        self.write: Callable[[float], str] | None = None
        self.setFlag(self.GraphicsItemFlag.ItemHasNoContents)  # the plot draws it, see ``draw``
        self.enableAutoSIPrefix(False)
        self.setStyle(tickTextOffset=6, maxTickLevel=0, maxTextLevel=0, tickAlpha=255, hideOverlappingLabels=False)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Return one level of ticks: (their distance, their values), none outside the range."""
        low, high = sorted((minVal, maxVal))
        if not (math.isfinite(low) and math.isfinite(high) and high > low):
            return []
        every, values = self._powers(low, high, size) if self.logMode else self._rounds(low, high, size)
        slack = (high - low) * 1e-9  # a tick at the very end is in, and rounding must not throw it out
        return [(every, [min(max(v, low), high) for v in values if low - slack <= v <= high + slack])]

    def _rounds(self, low: float, high: float, size: float) -> tuple[float, list[float]]:
        """Return ticks at 1, 2 or 5 times a power of ten, 84 px apart across or 44 px upwards at least.

        A low plot in which that leaves a single tick has them closer, as close as lines of text may be: one number
        alone is no scale.
        """
        for room in (84,) if self.orientation == "bottom" else (44, 22, 13):
            every = nice((high - low) * room / max(size, 1.0))
            every = max(1.0, every) if self.whole else every
            first, last = math.ceil(low / every), math.floor(high / every)
            if last > first:
                break
        return every, [k * every for k in range(first - 1, last + 2)]

    def _powers(self, low: float, high: float, size: float) -> tuple[float, list[float]]:
        """Return ticks at powers of ten, and between them where they would be few; values are exponents."""
        room = 64 if self.orientation == "bottom" else 26
        decade = size / (high - low)
        every = max(1, math.ceil(room / decade))
        if every > 1 or decade < 3.4 * room:
            between: tuple[int, ...] = (1,)
        elif decade < 9 * room:
            between = (1, 2, 5)
        elif decade < 24 * room:
            between = (1, 2, 3, 4, 5, 6, 7, 8, 9)
        else:  # far less than a decade is in sight: plain round numbers serve better
            step, values = self._rounds(10**low, 10**high, size)
            return step, [math.log10(v) for v in values if v > 0]
        powers = range(math.floor(low / every) * every, math.ceil(high) + 1, every)
        return float(every), [k + math.log10(m) for k in powers for m in between]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the ticks as text; on a logarithmic axis ``values`` are powers of ten."""
        if self.write is not None:
            return [self.write(10.0**v if self.logMode else v) for v in values]
        if self.logMode:
            return [power_of_ten(v) for v in values]
        return [round_number(v, spacing) for v in values]

    def paint(self, p: QPainter, opt: Any, widget: Any) -> None:
        """Paint nothing: the plot draws the axes into its background (``draw``), which Qt keeps from frame to frame."""

    def draw(self, painter: QPainter) -> None:
        """Draw the axis and its grid, in the scene's units."""
        with saved(painter):
            painter.setTransform(self.sceneTransform(), True)
            super().paint(painter, None, None)

    def _updateLabel(self) -> None:
        """Set the name's text where there is a name: that takes longer than all the rest of an axis."""
        if self.labelText:
            super()._updateLabel()
        else:
            self._adjustSize()
            self.picture = None
            self.update()

    def labelString(self) -> str:
        """Return the name as rich text, in which a < of its own begins no tag."""
        return str(super().labelString()).replace(self.labelText, escape(self.labelText, quote=False))

    @property
    def stale(self) -> bool:
        """Whether the axis has changed since it was drawn."""
        return self.picture is None

    def generateDrawSpecs(self, p: QPainter) -> Any:
        """Return what to draw, with the text at the ends of the axis kept inside."""
        specs = super().generateDrawSpecs(p)
        if specs is not None and self.orientation == "bottom":
            right = self.mapRectFromParent(self.geometry()).right() + INSIDE
            for rect, _, _ in specs[2]:
                if rect.right() > right:
                    rect.moveRight(right)
        return specs

    def boundingRect(self) -> QRectF:
        """Return the axis, its grid, and the text at its ends (which pyqtgraph would leave out)."""
        return super().boundingRect().adjusted(-2 * END, -END, 3 * END, END)

    def resizeEvent(self, ev: Any = None) -> None:
        """Put the name where it belongs: in the middle, right under the ticks."""
        super().resizeEvent(ev)
        if self.label is not None:
            box, size = self.label.boundingRect(), self.size()
            if self.orientation == "bottom":
                self.label.setPos(QPointF((size.width() - box.width()) / 2, size.height() - box.height() + 3))
            else:
                self.label.setPos(QPointF(-4, (size.height() + box.width()) / 2))

    def name(self, text: str) -> None:
        """Name the axis; ``""`` takes the name and its room away."""
        self.label.setFont(look.font(look.SMALL))
        self.setLabel(text or None, **self.labelStyle)
        more = NAME if text else 0
        if not self.style["showValues"]:
            more -= BOTTOM - 6
        if self.orientation == "bottom":
            self.setHeight(BOTTOM + more)
        else:
            self.setWidth(LEFT + more)

    def show_values(self, on: bool) -> None:
        """Write the ticks' values, or only draw the grid."""
        if on != self.style["showValues"]:
            self.setStyle(showValues=on)
            self.name(self.labelText)

    def take(self, style: Style) -> None:
        """Take a theme's colours."""
        self.setPen(None)
        self.setTickPen(pg.mkPen(style.line))
        self.setTextPen(pg.mkPen(style.dim))
        self.setTickFont(look.font(look.SMALL))
        self.setGrid(255)
        self.labelStyle = {"color": style.dim}
        self.name(self.labelText)


def round_number(value: float, spacing: float) -> str:
    """Return a multiple of ``spacing`` with the decimals that it needs: 0.25, 60,000, 2×10⁻⁷."""
    if abs(value) < spacing * 1e-6:
        return "0"
    decimals = max(0, -math.floor(math.log10(spacing) + 1e-9))
    if decimals <= 6 and abs(value) < 1e7:
        return f"{value:,.{decimals}f}".replace("-", MINUS)
    digits = max(0, math.floor(math.log10(abs(value))) - math.floor(math.log10(spacing) + 1e-9))
    mantissa, _, power = f"{value:.{min(digits, 6)}e}".partition("e")
    return f"{mantissa}×10{superscript(int(power))}".replace("-", MINUS)


def power_of_ten(exponent: float) -> str:
    """Return 10 to a power as text, to three digits: 0.01, 20, 5×10⁻⁶."""
    whole = math.floor(exponent + 1e-9)
    mantissa = round(10 ** (exponent - whole), 2)
    if -4 <= whole <= 5:
        return f"{mantissa * 10.0**whole:.6f}".rstrip("0").rstrip(".") if whole < 3 else f"{mantissa * 10**whole:,.0f}"
    return f"10{superscript(whole)}" if mantissa == 1 else f"{mantissa:g}×10{superscript(whole)}"
