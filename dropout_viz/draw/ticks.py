"""The numbers along an axis: written short where they are wide, left out where one would lie over another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from dropout_viz.draw.spans import Span, power_text, tick_text
from dropout_viz.draw.style import SMALL
from dropout_viz.draw.text import text_width

Ticks = Iterable[tuple[float, str]]
"""Where on the picture each tick is, in pixels, and its text."""

_GAP = 5.0  # pixels between two numbers, at least


def tick_texts(span: Span, room: float) -> list[str]:
    """Return the texts of a span's ticks, all of them as powers of ten where one would be wider than ``room``."""
    values = span.ticks()
    plain = [tick_text(value, span.tick) for value in values]
    return plain if widest(plain) <= room else [power_text(value, span.tick) for value in values]


def widest(texts: Iterable[str]) -> float:
    """Return the width of the widest of some ticks' texts, in pixels."""
    return max((text_width(text, SMALL) for text in texts), default=0.0)


def apart(ticks: Ticks, low: float, high: float) -> list[tuple[float, float, str]]:
    """Return ticks of a lower axis whose texts do not overlap: where each is, where its text's middle is, and its text.

    Every second one is left out, or two of three, and so on, never 0. Texts stay between ``low`` and ``high``.
    """
    placed = [(x, _within(x, text, low, high), text) for x, text in ticks]
    zero = next((k for k, (_, _, text) in enumerate(placed) if text == "0"), 0)
    for every in range(1, len(placed)):
        kept = placed[zero % every :: every]
        if not _overlap(kept):
            return kept
    return placed[zero : zero + 1]


def _within(x: float, text: str, low: float, high: float) -> float:
    half = text_width(text, SMALL) / 2
    return max(low + half, min(x, high - half))


def _overlap(placed: Sequence[tuple[float, float, str]]) -> bool:
    ends = [(middle, text_width(text, SMALL) / 2) for _, middle, text in placed]
    return any(b - a < half + other + _GAP for (a, half), (b, other) in pairwise(ends))
