"""Where the pictures of the Shared landscape view lie: one for each arm and each way to vote. No painting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from dropout_viz.draw.style import GAP, MARGIN

HEAD, FOOT = 40.0, 34.0  # the two lines above a picture; the axis below it
LEFT = 46.0  # the axis on its left
LEGEND = 20.0  # the line at the bottom of the view
SMALL = 260  # pixels of height below which the legend is left out


@dataclass(frozen=True)
class Cell:
    """One picture.

    Attributes:
        arm: whose; no: it is the mirror image, for the units that vote no.
        head: the two lines of text; plot: the picture between its axes.
        wide: the axis below it has room for its name.
    """

    arm: int
    no: bool
    head: QRectF
    plot: QRectF
    named: bool


@dataclass(frozen=True)
class Layout:
    """All pictures, and the line below them where there is room for one."""

    size: tuple[int, int]
    cells: tuple[Cell, ...]
    legend: QRectF | None


def lay_out(width: int, height: int, arms: int, against: bool, flat: bool) -> Layout:
    """Return the layout for a view of this size.

    Args:
        arms: how many. against: each has a second picture. flat: maps, which are best as wide as high; else curves,
            which are best twice as wide as high.
    """
    inner = QRectF(MARGIN, GAP, width - 2 * MARGIN, height - 2 * GAP)
    legend = None
    if height >= SMALL and width >= 300:
        legend = QRectF(inner.left(), inner.bottom() - LEGEND + 4, inner.width(), LEGEND)
        inner.setBottom(inner.bottom() - LEGEND)
    ways = [False, True] if against else [False]
    order = [(arm, no) for arm in range(arms) for no in ways]
    wanted = 1.0 if flat else 2.0
    shapes: Sequence[tuple[int, int]] = [(1, len(order)), (len(order), 1), (arms, len(ways)), (len(ways), arms)]
    if arms > 2:
        shapes = [(rows, math.ceil(len(order) / rows)) for rows in range(1, len(order) + 1)]

    def legible(shape: tuple[int, int]) -> float:
        w, h = _plot_size(inner, *shape)
        return min(w / wanted, h)

    rows, columns = max(dict.fromkeys(shapes), key=legible)
    if arms == 2 and (rows, columns) == (len(ways), arms) and rows > 1 and columns > 1:
        order.sort(key=lambda cell: cell[1])  # an arm is a column
    w, h = inner.width() / columns, inner.height() / rows
    named = h >= 200
    cells = []
    for k, (arm, no) in enumerate(order):
        row, column = divmod(k, columns)
        left, top = inner.left() + column * w, inner.top() + row * h
        own = w - (MARGIN if column < columns - 1 else 0)
        head = QRectF(left, top, own, HEAD)
        plot = QRectF(left + LEFT, top + HEAD, own - LEFT - 4, h - HEAD - (FOOT if named else FOOT - 14) - 2)
        cells.append(Cell(arm, no, head, plot, named))
    return Layout((width, height), tuple(cells), legend)


def _plot_size(inner: QRectF, rows: int, columns: int) -> tuple[float, float]:
    return inner.width() / columns - LEFT - MARGIN, inner.height() / rows - HEAD - FOOT
