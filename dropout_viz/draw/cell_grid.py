"""Small pictures in rows and columns: blocks of cells, their names around them, as large as an area lets them be."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter

from dropout_viz.draw.style import SMALL
from dropout_viz.draw.text import draw_text

NAMES = 15.0
"""Height of a row of column names."""
TextWidth = Callable[[str], float]
Cell = TypeVar("Cell")


@dataclass(frozen=True)
class Block(Generic[Cell]):
    """Cells that belong together.

    Attributes:
        cells: what is shown in each, in reading order.
        columns: how many stand side by side; 0: as many as suits the room.
        rows, heads: a name for each row and each column, or empty.
        names: a name for each cell, to be written above it where there is room, or empty.
        title: a name for the block, or empty.
    """

    cells: tuple[Cell, ...]
    columns: int
    rows: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Label:
    """A name beside or above the cells."""

    area: QRectF
    text: str
    beside: bool  # written towards the right edge, else centred


@dataclass(frozen=True)
class _Grid:
    """One way to arrange the blocks: the size of a cell; of each block rows and columns, and the room for names."""

    width: float
    height: float
    shapes: tuple[tuple[int, int], ...]
    gutters: tuple[float, ...]
    heads: tuple[float, ...]
    stacked: bool

    @property
    def roomy(self) -> float:
        """How good it is: cells twice as wide as high are best; stacked blocks have a unit's weights in one column."""
        return min(self.width / 2, self.height) * (1.4 if self.stacked and self.height >= 20 else 1.0)


def cells_of(
    area: QRectF, blocks: Sequence[Block[Any]], stacked: bool, text_width: TextWidth
) -> tuple[list[QRectF], list[Label]]:
    """Return a rectangle for each cell of all blocks, in reading order, and the names around them; ``stacked``: whether
    blocks may lie one upon the other, their columns in line."""
    between = 12.0
    ways = [_grid(area, blocks, rows, False, text_width, between) for rows in _row_counts(blocks)]
    if stacked:
        ways.append(_grid(area, blocks, 0, True, text_width, between))
    grid = max(ways, key=lambda g: (g.roomy, g.width))
    gap = 3.0 if grid.width < 90 else 5.0
    w, h = min(grid.width, 300.0), min(grid.height, 0.7 * min(grid.width, 300.0) + NAMES)
    cells: list[QRectF] = []
    labels: list[Label] = []
    x, y = area.left(), area.top()
    for block, (rows, columns), gutter, head in zip(blocks, grid.shapes, grid.gutters, grid.heads, strict=True):
        left, top = x + gutter, y + head
        if head and block.heads:
            labels += [Label(QRectF(left + j * w, y, w - gap, head), name, False) for j, name in enumerate(block.heads)]
        elif head:
            labels.append(Label(QRectF(left, y, columns * w - gap, head), block.title, False))
        labels += [Label(QRectF(x, top + i * h, gutter - 5, h - gap), name, True) for i, name in enumerate(block.rows)]
        over = NAMES if block.names and h >= 2.4 * NAMES and max(map(text_width, block.names)) < w - gap else 0.0
        for k in range(len(block.cells)):
            i, j = divmod(k, columns)
            cells.append(QRectF(left + j * w, top + i * h + over, w - gap, h - gap - over))
            if over:
                labels.append(Label(QRectF(left + j * w, top + i * h, w - gap, over), block.names[k], False))
        if grid.stacked:
            y = top + rows * h + between - gap
        else:
            x = left + columns * w + between - gap
    return cells, labels


def _row_counts(blocks: Sequence[Block[Any]]) -> list[int]:
    """Return the numbers of rows to try for blocks that may be wrapped."""
    longest = max((len(b.cells) for b in blocks if not b.columns), default=0)
    return list(range(1, longest + 1)) or [0]


def _grid(
    area: QRectF, blocks: Sequence[Block[Any]], rows: int, stacked: bool, text_width: TextWidth, between: float
) -> _Grid:
    """Return one arrangement; ``rows`` is for the blocks that may be wrapped."""
    shapes = []
    for b in blocks:
        columns = b.columns or math.ceil(len(b.cells) / rows)
        shapes.append((math.ceil(len(b.cells) / columns), columns))
    gutters = [max(map(text_width, b.rows)) + 7 if b.rows else 0.0 for b in blocks]
    heads = [NAMES if b.heads or b.title else 0.0 for b in blocks]
    if stacked:
        for k in range(1, len(blocks)):  # columns of the same units need not be named again
            heads[k] = 0.0 if blocks[k].heads == blocks[k - 1].heads else heads[k]
        gutters = [max(gutters)] * len(blocks)
        w = (area.width() - gutters[0]) / max(c for _, c in shapes)
        h = (area.height() - sum(heads) - between * (len(blocks) - 1)) / sum(r for r, _ in shapes)
    else:
        heads = [max(heads)] * len(blocks)
        w = (area.width() - sum(gutters) - between * (len(blocks) - 1)) / sum(c for _, c in shapes)
        h = (area.height() - heads[0]) / max(r for r, _ in shapes)
    return _Grid(w, h, tuple(shapes), tuple(gutters), tuple(heads), stacked)


def paint_labels(p: QPainter, labels: Sequence[Label], colour: QColor) -> None:
    """Write the names of rows, columns and blocks."""
    for label in labels:
        x, align = (label.area.right(), 1.0) if label.beside else (label.area.center().x(), 0.5)
        draw_text(p, x, label.area.center().y(), label.text, SMALL, colour, align=align)


def paint_frame(p: QPainter, area: QRectF, colour: QColor, width: float) -> None:
    """Draw a frame around a cell."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    around = area.adjusted(-width, -width, width, width)
    for side in (
        QRectF(around.topLeft(), QSizeF(around.width(), width)),
        QRectF(area.left() - width, area.bottom(), around.width(), width),
        QRectF(area.left() - width, area.top(), width, area.height()),
        QRectF(area.right(), area.top(), width, area.height()),
    ):
        p.fillRect(side, colour)
