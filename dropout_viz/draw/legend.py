"""A legend in rows: entries that are a sign and its name, or a scale with its ends below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter

from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.text import text_width

ROW, GAP = 31.0, 22.0
"""Height of a row, and distance between its entries, at ordinary size."""
_RAISED, _BELOW = 5.0, 9.0  # signs and names stand above a row's middle, the ends of scales below it

Draw = Callable[[QPainter, float, float], object]
"""Draws from a left edge, about a middle."""


@dataclass(frozen=True)
class LegendEntry:
    """One entry: its width, and how to draw it from a left edge and the middle of its row."""

    width: float
    draw: Draw


def sign(words: str, wide: float, draw: Draw, ink: Ink, *, gap: float = 6.0, colour: str = "dim") -> LegendEntry:
    """Return an entry that is a sign, so wide, and what it means."""
    end = wide + gap * ink.ui

    def entry(painter: QPainter, x: float, middle: float) -> None:
        y = middle - _RAISED * ink.ui
        draw(painter, x, y)
        ink.write(painter, x + end, y, words, colour)

    return LegendEntry(end + text_width(words, ink.small), entry)


def scale(
    title: str,
    wide: float,
    draw: Draw,
    marks: Sequence[tuple[float, str]],
    ink: Ink,
    sides: tuple[float, float] = (0.0, 0.0),
) -> LegendEntry:
    """Return an entry that is a scale behind its title.

    Args:
        wide: of the scale, which ``draw`` draws. marks: what is written below it, and at which share of it.
        sides: room left and right of it.
    """
    head = text_width(title, ink.small) + 10 * ink.ui

    def entry(painter: QPainter, x: float, middle: float) -> None:
        y, left = middle - _RAISED * ink.ui, x + head + sides[0]
        ink.write(painter, x, y, title, "dim")
        draw(painter, left, y)
        for share, text in marks:
            ink.write(painter, left + share * wide, middle + _BELOW * ink.ui, text, "dim", size=ink.tiny, align=0.5)

    return LegendEntry(head + wide + sum(sides), entry)


def in_rows(entries: Sequence[LegendEntry], width: float, ink: Ink) -> list[list[LegendEntry]]:
    """Return entries in as few rows as they fit a width, in their order."""
    gap = GAP * ink.ui
    rows: list[list[LegendEntry]] = [[]]
    used = 0.0
    for entry in entries:
        if rows[-1] and used + gap + entry.width > width:
            rows.append([])
            used = 0.0
        used += entry.width + (gap if rows[-1] else 0.0)
        rows[-1].append(entry)
    return rows


def draw_legend(painter: QPainter, box: Box, rows: Sequence[Sequence[LegendEntry]], ink: Ink) -> None:
    """Draw the rows, each centred."""
    gap = GAP * ink.ui
    for index, row in enumerate(rows):
        middle = box.top + (index + 0.5) * ROW * ink.ui
        x = box.left + (box.width - sum(entry.width for entry in row) - gap * (len(row) - 1)) / 2
        for entry in row:
            entry.draw(painter, x, middle)
            x += entry.width + gap


def legend_height(rows: int, ink: Ink) -> float:
    """Return the height of so many rows."""
    return rows * ROW * ink.ui
