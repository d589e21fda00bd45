"""Where the maps are. No Qt but rectangles."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from dropout_viz.draw.style import MARGIN

TITLE = 18  # room above a map for its title
LEFT, BELOW = 34, 18  # room for the ticks of a large map
LEGEND = 26
_GAP = 12
_APART = 110  # of the side of the map of differences, at least
_HARDLY = 0.75  # of the side that maps could have, that they have beside one another at least


@dataclass(frozen=True)
class Layout:
    """The parts, in logical pixels.

    Attributes:
        size: of the view. large, small: squares of the maps. ticks: whether the large ones have axes.
        apart: square of the map of differences, or None. beside: what is to be said of that.
        legend: the line at the foot, or None where there is no room.
    """

    size: tuple[int, int]
    large: tuple[QRectF, ...]
    small: tuple[QRectF, ...]
    ticks: bool
    legend: QRectF | None
    apart: QRectF | None = None
    beside: QRectF | None = None


def lay_out(width: int, height: int, large: int, small: int, apart: bool = False) -> Layout:
    """Return squares as large as they can be; ``apart``: the differences have what a row of large ones leaves."""
    legend = QRectF(MARGIN, height - LEGEND, width - 2 * MARGIN, LEGEND - 6) if height >= 190 else None
    room = QRectF(MARGIN, 6, width - 2 * MARGIN, height - 12 - (LEGEND - 2 if legend else 0))
    ticks = min(room.width() / large, room.height()) > 230
    if not small:
        row = _row(room, large, ticks)
        below = _below(room, row, BELOW if ticks else 0) if apart else None
        if below is None:
            return Layout((width, height), row, (), ticks, legend)
        row = tuple(area.translated(0, room.top() + TITLE - area.top()) for area in row)
        left = below.right() + 2 * _GAP
        words = QRectF(left, below.top(), row[-1].right() - left, below.height())
        return Layout((width, height), row, (), ticks, legend, below, words)
    beside = room.width() > 1.15 * room.height()
    if beside:
        side = min(room.height(), 0.52 * room.width())
        first = QRectF(room.left(), room.top(), side + (LEFT if ticks else 0) - BELOW, room.height())
        rest = QRectF(first.right() + _GAP, room.top(), room.right() - first.right() - _GAP, room.height())
    else:
        first = QRectF(room.left(), room.top(), room.width(), 0.5 * room.height())
        rest = QRectF(room.left(), first.bottom() + 6, room.width(), room.height() - first.height() - 6)
    ticks = ticks and min(first.width() / large, first.height()) > 150
    return Layout((width, height), _row(first, large, ticks), _grid(rest, small), ticks, legend)


def _row(room: QRectF, n: int, ticks: bool) -> tuple[QRectF, ...]:
    left, below = (LEFT, BELOW) if ticks else (0, 0)
    across = _across(room, n, left, TITLE + below)
    down = math.ceil(n / across)
    wide = (room.width() - _GAP * (across - 1)) / across
    tall = (room.height() - 4 * (down - 1)) / down
    side = max(20.0, math.floor(min(wide - left, tall - TITLE - below)))
    used = across * (side + left) + _GAP * (across - 1)
    x0, y0 = room.left() + (room.width() - used) / 2, room.top() + max(0.0, (tall - TITLE - below - side) / 2)
    return tuple(
        QRectF(
            x0 + left + (k % across) * (side + left + _GAP),
            y0 + TITLE + (k // across) * (side + TITLE + below + 4),
            side,
            side,
        )
        for k in range(n)
    )


def _below(room: QRectF, row: tuple[QRectF, ...], ticks: float) -> QRectF | None:
    """Return a square with room for a title in what is left below maps that stand in one row at the top of a room."""
    if len({area.top() for area in row}) > 1:
        return None
    side = row[0].height()
    top = room.top() + TITLE + side + ticks + _GAP + TITLE
    high = min(side, math.floor(room.bottom() - top))
    return QRectF(row[0].left(), top, high, high) if high >= _APART else None


def _across(room: QRectF, n: int, left: float, around: float) -> int:
    """Return how many maps stand beside one another: as many as makes them largest, or all, if that hardly makes them
    smaller: they are compared."""
    sides = [min(room.width() / k - left, room.height() / math.ceil(n / k) - around) for k in range(1, n + 1)]
    return n if sides[-1] >= _HARDLY * max(sides) else 1 + sides.index(max(sides))


def _grid(room: QRectF, n: int) -> tuple[QRectF, ...]:
    """Return n squares, each with room for a name above, in as many columns as make them largest."""
    best, columns = 0.0, 1
    for across in range(1, n + 1):
        down = math.ceil(n / across)
        named = room.height() / down > 40
        side = min(room.width() / across - 4, room.height() / down - (16 if named else 3))
        if side > best:
            best, columns = side, across
    down = math.ceil(n / columns)
    above = 14 if room.height() / down > 40 else 0
    side = max(6.0, math.floor(best))
    step_x = min((room.width() - side) / max(1, columns - 1), side + 10) if columns > 1 else 0
    step_y = side + above + 2
    top = room.top() + above + max(0.0, (room.height() - down * step_y) / 2)
    left = room.left() + (room.width() - step_x * (columns - 1) - side) / 2
    return tuple(QRectF(left + (k % columns) * step_x, top + (k // columns) * step_y, side, side) for k in range(n))
