"""Headings of columns that stand side by side: each in the fullest of its wordings that touches no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dropout_viz.draw.ink import Ink
from dropout_viz.draw.text import text_width

Lines = tuple[str, ...]
"""A heading: its name, which is bold, and lines in small letters below it."""


@dataclass(frozen=True)
class Heading:
    """Where a heading stands: which of its wordings it has, and its middle."""

    wording: int
    x: float


def place_headings(
    wordings: Sequence[Sequence[Lines]], centres: Sequence[float], width: float, alike: Sequence[slice], ink: Ink
) -> list[Heading]:
    """Place the heading of every column.

    Args:
        wordings: of each column, the roomiest first. centres: of the columns, from the left.
        width: of all there is. alike: columns with as many wordings, that all have the fullest that fits the narrowest.
    """
    every = [[_width(lines, ink) for lines in of_one] for of_one in wordings]
    fits = []
    for place, widths in enumerate(every):
        room = _room(centres, place, width, ink)
        fits.append(next((i for i, wide in enumerate(widths) if wide <= room), len(widths) - 1))
    while True:
        for group in alike:
            fits[group] = [max(fits[group], default=0)] * len(fits[group])
        widths = [of_one[fit] for of_one, fit in zip(every, fits, strict=True)]
        edges = [wide / 2 + 6 * ink.ui for wide in widths]
        xs = [min(max(centre, edge), width - edge) for centre, edge in zip(centres, edges, strict=True)]
        # One at the edge was pushed inwards, and may touch its neighbour now.
        tight = [k for k in range(len(xs) - 1) if xs[k + 1] - xs[k] < (widths[k] + widths[k + 1]) / 2 + 8 * ink.ui]
        longer = [k for k in {*tight, *(k + 1 for k in tight)} if fits[k] < len(every[k]) - 1]
        if not longer:
            return [Heading(fit, x) for fit, x in zip(fits, xs, strict=True)]
        fits[max(longer, key=lambda k: widths[k])] += 1


def _room(centres: Sequence[float], place: int, width: float, ink: Ink) -> float:
    """Return the width that a column's heading may take beside its neighbours'."""
    near = [abs(centres[place] - other) for k, other in enumerate(centres) if abs(k - place) == 1]
    return min(near) - 8 * ink.ui if near else width


def _width(lines: Lines, ink: Ink) -> float:
    return max(text_width(lines[0], ink.body, True), *(text_width(text, ink.small) for text in lines[1:]))
