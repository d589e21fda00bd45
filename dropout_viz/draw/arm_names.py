"""The arms' names beside their colours, in as many lines as they need: what tells which curve is whose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter

from dropout_viz.draw.brush import fill
from dropout_viz.draw.style import SMALL, Style
from dropout_viz.draw.text import draw_text, elided, text_width

LINE = 16
"""Height of one line."""
_DOT, _BETWEEN, _LEAST = 12.0, 14.0, 8.0  # from the dot to its name; between two names; the narrowest name


class NameEntry(NamedTuple):
    """Where one arm's name stands: its arm, the left end of its dot from the left of all, its line, its text."""

    arm: int
    x: float
    line: int
    text: str


def quoted(name: str) -> str:
    """Return an arm's name within a sentence."""
    return f"“{name}”"


def brief(name: str) -> str:
    """Return the name of an arm that branched off without where it did."""
    return name.partition(" from step ")[0]


def told_apart(names: Sequence[str]) -> list[str]:
    """Return the names without the words that all begin or end with: what is left tells them apart."""
    rest = [name.split() for name in names]
    for end in (0, -1):
        while len(rest) > 1 and all(len(words) > 1 for words in rest) and len({words[end] for words in rest}) == 1:
            for words in rest:
                del words[end]
    return [" ".join(words) for words in rest]


def lay_out(names: Sequence[str], width: float, most: int = 3) -> list[NameEntry]:
    """Return where the names of arms stand within a width: whole, or all cut to what fits into ``most`` lines."""
    return _laid_out(tuple(names), width, most)


@lru_cache(maxsize=64)
def _laid_out(names: tuple[str, ...], width: float, most: int) -> list[NameEntry]:
    widths = [text_width(name, SMALL) for name in names]
    room = max(widths, default=0.0)  # for the longest
    while True:
        found, line, x = list[NameEntry](), 0, 0.0
        for arm, name in enumerate(names):
            wide = min(widths[arm], room, width - _DOT)
            if x > 0 and x + _DOT + wide > width:
                line, x = line + 1, 0.0
            found.append(NameEntry(arm, x, line, elided(name, SMALL, wide + 0.5)))
            x += _DOT + wide + _BETWEEN
        if line < most or room <= _LEAST:
            return found
        room *= 0.9


def lines(names: Sequence[str], width: float, most: int = 3) -> int:
    """Return how many lines the names take."""
    return lay_out(names, width, most)[-1].line + 1 if names else 0


def dot(p: QPainter, arm: int, x: float, middle: float, style: Style, radius: float = 3.5) -> None:
    """Draw an arm's dot, centred."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill(p, style.arm(arm))
    p.drawEllipse(QPointF(x, middle), radius, radius)


def paint(
    p: QPainter, names: Sequence[str], left: float, top: float, width: float, style: Style, most: int = 3
) -> float:
    """Draw the names of all arms and return the height that they take."""
    found = lay_out(names, width, most)
    for entry in found:
        middle = top + (entry.line + 0.5) * LINE
        dot(p, entry.arm, left + entry.x + 4, middle, style)
        draw_text(p, left + entry.x + _DOT, middle, entry.text, SMALL, QColor(style.text))
    return LINE * (found[-1].line + 1.0) if found else 0.0
