"""Draws the Code view: stages, controls, lines of code, and the formula in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.painting import saved
from dropout_viz.draw.style import mix
from dropout_viz.draw.text import draw_text, elided, fitting, text_width
from dropout_viz.engine.slow_motion import STAGES
from dropout_viz.views.code.layout import MORE, CodeRow, Layout, wrapped
from dropout_viz.views.code.lines import CodeLine
from dropout_viz.views.code.numbers import Piece, Row, Thing, short
from dropout_viz.views.code.table import CodeTable
from dropout_viz.views.code.values import holds

_NO_NUMBER = "–"  # in a cell, which has no room for the words


@dataclass(frozen=True)
class CodeSpot:
    """Something that the mouse can meet: ``action`` of a button, or the ``thing`` and the ``value`` of a word."""

    box: Box
    action: str = ""
    thing: Thing = None
    value: str = ""


@dataclass
class CodePicture:
    """Paints one state of the view and notes where the mouse can meet what."""

    painter: QPainter
    layout: Layout
    ink: Ink
    under: CodeSpot | None
    hover: Thing
    spots: list[CodeSpot] = field(default_factory=list)
    _rows_end: float = 0.0

    # Stages and controls

    def stages(self, now: str | None, present: Sequence[str], drawn: str) -> None:
        """Draw the seven stages; ``now`` is lit, those that the step does not have are faint. ``drawn``: what the first
        one draws."""
        done = STAGES.index(now) if now else -1
        for k, (stage, box) in enumerate(zip(STAGES, self.layout.stages, strict=True)):
            lit = stage == now
            there = stage in present
            spot = CodeSpot(box, f"stage {stage}")
            if there:
                self.spots.append(spot)
            hot = there and self.under is not None and self.under.action == spot.action
            fill = "accent" if lit else "line" if hot or k < done else "raised"
            text = "accent_text" if lit else "text" if k < done or hot else "dim"
            self.ink.plate(self.painter, box, self.ink.colour(fill))
            title = elided(drawn if stage == "mask" else stage, self.ink.small, box.width - 4)
            self.ink.write(self.painter, box.centre, box.middle, title, text, bold=lit, align=0.5)

    def button(self, x: float, text: str, action: str, *, chosen: bool = False, icon: str = "") -> float:
        """Draw a button at a place in the row of controls and return its right end."""
        row, ui = self.layout.controls, self.ink.ui
        wide = (text_width(text, self.ink.small) + 16 * ui if text else 10 * ui) + 16 * ui * bool(icon)
        box = Box(x, row.top, max(wide, 26 * ui), row.height)
        spot = CodeSpot(box, action)
        self.spots.append(spot)
        hot = self.under is not None and self.under.action == action
        self.ink.plate(self.painter, box, self.ink.colour("accent" if chosen else "line" if hot else "raised"))
        colour = self.ink.colour("accent_text" if chosen else "text")
        if icon:
            self._icon(icon, box.left + 13 * ui, box.middle, colour)
        draw_text(self.painter, box.left + (22 * ui if icon else 8 * ui), box.middle, text, self.ink.small, colour)
        return box.right

    def _icon(self, icon: str, x: float, y: float, colour: QColor) -> None:
        r, p = 4.5 * self.ink.ui, self.painter
        brush.fill(p, colour)
        if icon == "pause":
            p.drawRect(QRectF(x - r, y - r, 0.7 * r, 2 * r))
            p.drawRect(QRectF(x + 0.3 * r, y - r, 0.7 * r, 2 * r))
        else:
            way = -1 if icon == "back" else 1
            brush.arrow_head(p, x + way * r, y, way * 1.7 * r, r)
            if icon in ("back", "on"):
                p.drawRect(QRectF(x + way * r - 1, y - r, 2, 2 * r))

    # Code

    def code(self, lines: Sequence[CodeLine], lit: Sequence[int], first: int, values: bool) -> None:
        """Draw the rows from ``first`` on; ``lit`` lines are those of the moment. ``values``: words can be met."""
        layout, ink, p = self.layout, self.ink, self.painter
        box, rows = layout.code, layout.rows
        with saved(p):
            p.setClipRect(QRectF(box.left, box.top, box.width, box.height))
            ink.plate(p, box, ink.still("raised", 0.5))
            y = box.top + 4 * ink.ui
            for row in rows[first : first + layout.most]:
                self._row(lines[row.number], row, y, row.number in lit, bool(lit), values)
                y += layout.line
        if len(rows) > layout.most:
            self._scroll_bar(first)

    def _scroll_bar(self, first: int) -> None:
        """Say that there are more lines than can be seen, where, and how many follow."""
        layout, ink, p = self.layout, self.ink, self.painter
        box, most, count = layout.code, layout.most, len(layout.rows)
        share = box.height / count
        brush.fill(p, ink.colour("dim"))
        wide = 4 * ink.ui
        p.drawRoundedRect(QRectF(box.right - wide, box.top + first * share, wide, most * share), wide / 2, wide / 2)
        if below := count - first - most:
            text = f"{below} more ▾"
            chip = QRectF(0, 0, text_width(text, ink.small) + 10 * ink.ui, MORE * ink.ui)
            chip.moveBottomRight(QPointF(box.right - 8 * ink.ui, box.bottom))
            p.setBrush(ink.colour("line"))
            p.drawRoundedRect(chip, 4 * ink.ui, 4 * ink.ui)
            ink.write(p, chip.center().x(), chip.center().y(), text, "text", align=0.5)

    def _row(self, line: CodeLine, part: CodeRow, top: float, lit: bool, dim: bool, values: bool) -> None:
        box, ink, p = self.layout.code, self.ink, self.painter
        font, advance = mono(self.layout.letters)
        row = QRectF(box.left, top, box.width, self.layout.line)
        if lit:
            p.fillRect(row, mix(ink.style.panel, ink.style.accent, 0.28))
        if line.dropout:
            p.fillRect(QRectF(box.left, top, 3 * ink.ui, self.layout.line), ink.colour("off_mark"))
        middle = top + self.layout.line / 2
        label, x_end = "dropout", box.right - 8 * ink.ui
        taken = (part.end - part.start + part.indent) * advance + 44 * ink.ui
        if line.dropout and not part.start and taken + text_width(label, ink.small) < box.width:
            ink.write(p, x_end, middle, label, "text" if lit else "dim", align=1.0)
        if not part.start:
            tone = "text" if lit else "dim"
            ink.write(p, box.left + 20 * ink.ui, middle, str(part.number + 1), tone, size=ink.tiny, align=1.0)
        metrics = QFontMetricsF(font)
        x0, base = box.left + 28 * ink.ui, middle + metrics.capHeight() / 2
        for column, piece, value in line.pieces():
            text = piece[max(0, part.start - column) : max(0, part.end - column)]
            if not text:
                continue
            x, wide = x0 + (max(column, part.start) - part.start + part.indent) * advance, len(text) * advance
            if value and values:
                spot = CodeSpot(Box(x, top, wide, self.layout.line), value=value)
                self.spots.append(spot)
                if self._is_hot(value, spot.box):
                    p.fillRect(QRectF(x - 1, top + 1, wide + 2, self.layout.line - 2), ink.colour("line"))
            colour = "text" if lit or not dim else "dim"
            p.setFont(font)
            p.setPen(ink.colour("accent" if value and not (lit or dim) else colour))
            p.drawText(QPointF(x, base), text)

    def _is_hot(self, value: str, box: Box) -> bool:
        if self.under is not None and self.under.value:
            return self.under.value == value
        return self.hover is not None and holds(value, self.hover)

    # The formula

    def plainly(self, said: Sequence[str]) -> None:
        """Say where the stages would be what there is to see; the fullest wording first."""
        first, ink = self.layout.stages[0], self.ink
        text = fitting(said, ink.body, self.layout.controls.width, True)
        ink.write(self.painter, first.left, first.middle, text, "text", size=ink.body, bold=True)

    def formula(self, title: str, rows: Sequence[Row], focus: str, plain: str) -> None:
        """Draw what happens at this moment in plain words, then its formula and its numbers; each number can be met."""
        box, ink, p = self.layout.numbers, self.ink, self.painter
        y = box.top + 9 * ink.ui
        for line in wrapped([Piece(plain)], box.width, lambda text: text_width(text, ink.body)):
            for x, piece in line:
                ink.write(p, box.left + x, y, piece.text, "text", size=ink.body)
            y += 20 * ink.ui
        ink.write(p, box.left, y, title, "text", size=ink.title, room=box.width, bold=True)
        y += 20 * ink.ui
        ink.write(p, box.left, y, focus, "dim", room=box.width, live=True)
        y += 20 * ink.ui

        def width(text: str) -> float:
            return text_width(text, ink.body)

        for row in rows:
            for line in wrapped(row, box.width, width):
                self._rows_end = y
                if y > box.bottom:
                    return
                for x, piece in line:
                    there = Box(box.left + x, y - 9 * ink.ui, width(piece.text.rstrip()), 18 * ink.ui)
                    if piece.thing is not None:
                        self.spots.append(CodeSpot(there, thing=piece.thing))
                        if piece.thing == self.hover:
                            p.fillRect(
                                QRectF(there.left - 1, there.top, there.width + 2, there.height), ink.colour("line")
                            )
                    strong = piece.tone in ("accent", "error")
                    ink.write(p, there.left, y, piece.text, piece.tone, size=ink.body, bold=strong, live=True)
                y += 19 * ink.ui
            y += 2 * ink.ui
        self._rows_end = y

    def rows_left(self) -> int:
        """Return how many rows of a table there is room for under the formula."""
        return int((self.layout.numbers.bottom - self._rows_end - 34 * self.ink.ui) / (17 * self.ink.ui))

    def table(self, made: CodeTable) -> None:
        """Draw the layer's units under the formula: what is computed at this moment is lit."""
        box, ink, p = self.layout.numbers, self.ink, self.painter
        y = self._rows_end + 8 * ink.ui
        ink.write(p, box.left, y, made.title, "dim", room=box.width)
        first = 46 * ink.ui
        wide = min((box.width - first) / len(made.columns), 92 * ink.ui)
        y += 17 * ink.ui
        for k, column in enumerate(made.columns):
            x = box.left + first + k * wide
            if column.lit:
                tall = 17 * ink.ui * (len(made.units) + 1)
                p.fillRect(QRectF(x + 2, y - 9 * ink.ui, wide - 2, tall), mix(ink.style.panel, ink.style.accent, 0.28))
            title = elided(column.title, ink.small, wide - 6)  # as narrow when it is lit, and bold
            ink.write(p, x + wide - 5 * ink.ui, y, title, "text" if column.lit else "dim", bold=column.lit, align=1.0)
        for place, unit in enumerate(made.units):
            y += 17 * ink.ui
            spot = Box(box.left, y - 8.5 * ink.ui, first + wide * len(made.columns), 17 * ink.ui)
            self.spots.append(CodeSpot(spot, thing=unit))
            if unit == self.hover:
                p.fillRect(QRectF(spot.left, spot.top, spot.width, spot.height), ink.colour("line"))
            ink.write(p, box.left + 4 * ink.ui, y, f"unit {unit.index + 1}", "dim")
            for k, column in enumerate(made.columns):
                words = (
                    "·" if column.values is None else _in_a_cell(column.values[place], 3 if wide > 70 * ink.ui else 2)
                )
                wrong = place in column.wrong
                tone = "error" if wrong else "dim" if column.values is None else "text" if column.lit else "dim"
                end = box.left + first + (k + 1) * wide - 5 * ink.ui
                ink.write(p, end, y, words, tone, bold=wrong, align=1.0, live=True)
        said = box.left
        if any(column.wrong for column in made.columns):
            ink.write(p, said, y + 17 * ink.ui, "wrong sign", "error", bold=True)
            said += text_width("wrong sign", ink.small, True) + 14 * ink.ui
        if any(math.isnan(value) for column in made.columns for value in column.values or ()):
            ink.write(p, said, y + 17 * ink.ui, f"{_NO_NUMBER}: not a number", "dim")

    def note(self, text: str) -> None:
        """Write a few sentences where the formula would be."""
        box, ink = self.layout.numbers, self.ink
        y = box.top + 9 * ink.ui
        for line in wrapped([Piece(text)], box.width, lambda t: text_width(t, ink.small)):
            for x, piece in line:
                ink.write(self.painter, box.left + x, y, piece.text, "dim")
            y += 16 * ink.ui


def _in_a_cell(value: float, digits: int) -> str:
    """Return a number as a cell of the table has room for it."""
    return _NO_NUMBER if math.isnan(value) else short(value, digits)


@lru_cache(maxsize=32)
def mono(pixels: int) -> tuple[QFont, float]:
    """Return the bundled font of fixed width, and the width of a character."""
    look.font()  # loads the bundled fonts
    made = QFont(look.MONO)
    made.setPixelSize(pixels)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made, QFontMetricsF(made).horizontalAdvance("0")
