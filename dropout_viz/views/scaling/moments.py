"""Draws what noise of mean 1 does to a layer: mean and variance before it, after it, and with every unit on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from dropout_viz.analysis.scaling import Moments
from dropout_viz.draw import brush
from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import TIMES, borne, number, plain, with_error
from dropout_viz.draw.style import mix
from dropout_viz.draw.text import text_width

ROWS = ("before noise", "after noise", "test")


@dataclass(frozen=True)
class MomentsBox:
    """One number of one layer: ``name`` and ``formula``, the values of ``ROWS`` with their standard errors (0 where no
    noise was drawn), and where it stands."""

    layer: str
    name: str
    formula: str
    values: tuple[float, float, float]
    errors: tuple[float, float, float]
    expected: float
    box: Box

    def sentence(self) -> str:
        """Return it as a sentence."""
        title, _, *values = self.lines()
        return f"{title[0].upper()}{title[1:]}: {'; '.join(values)}"

    def lines(self) -> list[str]:
        """Return what is said of it, name first."""
        said = [f"{self.name} of the {self.layer} layer's activations", self.formula]
        rows = zip(ROWS, self.values, self.errors, strict=True)
        said += [f"{row} {with_error(value, error)}" for row, value, error in rows]
        return [*said, f"after noise, by the formula {number(self.expected, 4)}"]


def make_boxes(area: Box, names: list[str], layers: list[Moments], ui: float) -> list[MomentsBox]:
    """Return the boxes: a column a layer, the mean above, the variance below."""
    gap = 14 * ui
    wide, tall = (area.width - gap * (len(layers) - 1)) / len(layers), area.height / 2
    made = []
    for column, (name, one) in enumerate(zip(names, layers, strict=True)):
        left = area.left + column * (wide + gap)
        top = Box(left, area.top, wide, tall - 6 * ui)
        low = Box(left, area.top + tall, wide, tall - 6 * ui)
        values = (*one.mean, one.test[0])
        made.append(MomentsBox(name, "mean", "E[r h] = E[h]", values, (*one.errors[0], 0.0), one.mean[0], top))
        formula = f"Var[r h] = Var[h] + {plain(one.factor)} {TIMES} E[h²]"
        values, errors = (*one.variance, one.test[1]), (*one.errors[1], 0.0)
        made.append(MomentsBox(name, "variance", formula, values, errors, one.expected, low))
    return made


def draw_box(painter: QPainter, one: MomentsBox, ink: Ink, under: bool) -> None:
    """Draw a box; ``under`` the mouse it is lit. A bar's stroke is where the formula has it."""
    box, ui = one.box, ink.ui
    painter.setPen(QPen(ink.colour("line"), 1.0))
    painter.setBrush(ink.colour("raised") if under else ink.still("raised", 0.5))
    painter.drawRoundedRect(QRectF(box.left, box.top, box.width, box.height), 6 * ui, 6 * ui)
    x, y = box.left + 8 * ui, box.top + 12 * ui
    x += ink.write(painter, x, y, one.name, "text", size=ink.body, bold=True) + 8 * ui
    room = max(box.right - 8 * ui - x, 1)
    ink.write(painter, x, y, one.formula, "dim", room=room)
    left = box.left + text_width(ROWS[0], ink.small) + 14 * ui
    right = box.right - text_width("0.0000", ink.small) - 8 * ui
    most = max(abs(value) for value in (*one.values, one.expected)) or 1.0
    colours = (ink.style.off_mark, ink.style.activation_high, ink.style.text)
    first = box.top + 24 * ui
    step = (box.bottom - 4 * ui - first) / len(ROWS)
    for place, (row, value, error, colour) in enumerate(zip(ROWS, one.values, one.errors, colours, strict=True)):
        middle, thick = first + (place + 0.5) * step, min(0.62 * step, 16 * ui)
        ink.write(painter, left - 6 * ui, middle, row, "dim", align=1.0)
        brush.fill(painter, mix(ink.style.panel, colour, 0.8))
        painter.drawRect(QRectF(left, middle - thick / 2, (right - left) * abs(value) / most, thick))
        if place == 1:
            at = left + (right - left) * abs(one.expected) / most
            painter.fillRect(QRectF(at - 1, middle - 0.7 * thick, 2, 1.4 * thick), ink.colour("text"))
        ink.write(painter, box.right - 6 * ui, middle, borne(value, error), "text", align=1.0, live=True)
