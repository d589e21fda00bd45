"""The words of the loss view: its fonts, and how wide a text is, remembered because it is asked at every frame."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtGui import QFont, QFontMetricsF

from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import count


@cache
def font(*, bold: bool = False, figures: bool = False) -> QFont:
    """Return our small font; ``figures`` makes all figures one width, so that a changing value does not tremble."""
    made = look.font(look.SMALL, bold=bold)
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def metrics(*, bold: bool = False, figures: bool = False) -> QFontMetricsF:
    """Return the measures of that font."""
    return QFontMetricsF(font(bold=bold, figures=figures))


@lru_cache(maxsize=2000)
def width(text: str, *, bold: bool = False, figures: bool = False) -> float:
    """Return how wide a text is, in pixels."""
    return metrics(bold=bold, figures=figures).horizontalAdvance(text)


@cache
def middle() -> float:
    """Return how far below the middle of a line its text stands, in pixels."""
    return metrics().capHeight() / 2


def thinned(exact_from: int, every: int) -> str:
    """Return what is kept of an older part of a curve."""
    return f"before step {count(exact_from)}: the lowest and highest of every {count(every)} steps"


def newest(name: str, value: str, old: int | None) -> str:
    """Return a line's newest value; ``old``: the step that it is of where that is not the one on show."""
    return f"{name} {value}" + (f" at step {count(old)}" if old is not None else "")


def summary(quantity: str, step: int, arms: list[str]) -> str:
    """Return what the legend of a chart says at a step."""
    return f"{quantity} at step {count(step)}: {'; '.join(arms)}"
