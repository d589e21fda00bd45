"""Where the parts of the Landscape view lie: heading, large curve, small multiples. No painting."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from dropout_viz.draw.style import GAP, MARGIN
from dropout_viz.views.landscape.multiples import Block, Multiples

HEAD = 42.0  # height of the two lines above the curve
CAPTION = 19.0
NAMES = 15.0  # height of a row of column names
LEFT, TICKS, NAMED = 60.0, 20.0, 36.0  # room for the loss axis, for the weight axis, and for that with its name
BASE = 9.0  # of the zones, below the lowest loss
ROOMY = 340  # height from which the axes have names

TextWidth = Callable[[str], float]


@dataclass(frozen=True)
class Label:
    """A name beside or above the multiples."""

    area: QRectF
    text: str
    beside: bool  # written towards the right edge, else centred


@dataclass(frozen=True)
class Layout:
    """All rectangles, in pixels of the widget.

    Attributes:
        size: of the widget; multiples: what ``cells`` are for.
        head: the two lines of text.
        plot: the large curve's zones, down to the weight axis; named: whether its axes have room for their names.
        caption: one line above the multiples; cells: one for each multiple, in reading order; labels: their names.
    """

    size: tuple[int, int]
    multiples: Multiples
    head: QRectF
    plot: QRectF
    named: bool
    caption: QRectF | None
    cells: tuple[QRectF, ...]
    labels: tuple[Label, ...]


def lay_out(width: int, height: int, multiples: Multiples, text_width: TextWidth) -> Layout:
    """Return the layout for a widget of this size.

    The multiples are below the curve, or to its right in a wide widget; where neither leaves room for a legible curve
    they are left out.
    """
    inner = QRectF(MARGIN, GAP, width - 2 * MARGIN, height - 2 * GAP)
    beside = width >= 1.55 * height and width >= 620
    area: QRectF | None = None
    if multiples.blocks and beside:
        share = min(0.46 * inner.width(), 640.0) if len(multiples.places) > 8 else 0.3 * inner.width()
        area = QRectF(inner.right() - share, inner.top(), share, inner.height())
        inner.setRight(area.left() - 2 * MARGIN)
    elif multiples.blocks and height >= 240 and width >= 240:
        most = 0.38 if height < ROOMY else 0.44
        share = min(max(0.3 * inner.height(), _wanted(multiples)), most * inner.height())
        area = QRectF(inner.left(), inner.bottom() - share, inner.width(), share)
        inner.setBottom(area.top() - GAP)
    named = height >= ROOMY
    head = QRectF(inner.left(), inner.top(), inner.width(), HEAD)
    left, foot = (LEFT, NAMED) if named else (LEFT - 18, TICKS)
    plot = QRectF(inner.left() + left, head.bottom() + 6, inner.width() - left - 4, inner.height() - HEAD - 6 - foot)
    if area is None:
        return Layout((width, height), multiples, head, plot, named, None, (), ())
    caption = QRectF(area.left(), area.top(), area.width(), CAPTION)
    cells, labels = _cells(area.adjusted(0, CAPTION, 0, 0), multiples, text_width)
    return Layout((width, height), multiples, head, plot, named, caption, tuple(cells), tuple(labels))


def _wanted(multiples: Multiples) -> float:
    """Return the height at which a multiple is some 30 pixels high."""
    if not multiples.matrices:
        return CAPTION + NAMES + 28.0 * min(8, 2 + len(multiples.places) // 10)
    rows = [math.ceil(len(b.places) / b.columns) for b in multiples.blocks]
    return CAPTION + NAMES * min(2, len(rows)) + 34.0 * min(sum(rows), 8)


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


def _cells(area: QRectF, multiples: Multiples, text_width: TextWidth) -> tuple[list[QRectF], list[Label]]:
    """Return a rectangle for each multiple and the names around them."""
    blocks = multiples.blocks
    between = 12.0
    ways = [_grid(area, blocks, rows, False, text_width, between) for rows in _row_counts(blocks)]
    if multiples.matrices:
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
        for k in range(len(block.places)):
            i, j = divmod(k, columns)
            cells.append(QRectF(left + j * w, top + i * h + over, w - gap, h - gap - over))
            if over:
                labels.append(Label(QRectF(left + j * w, top + i * h, w - gap, over), block.names[k], False))
        if grid.stacked:
            y = top + rows * h + between - gap
        else:
            x = left + columns * w + between - gap
    return cells, labels


def _row_counts(blocks: Sequence[Block]) -> list[int]:
    """Return the numbers of rows to try for blocks that may be wrapped."""
    longest = max((len(b.places) for b in blocks if not b.columns), default=0)
    return list(range(1, longest + 1)) or [0]


def _grid(
    area: QRectF, blocks: Sequence[Block], rows: int, stacked: bool, text_width: TextWidth, between: float
) -> _Grid:
    """Return one arrangement; ``rows`` is for the blocks that may be wrapped."""
    shapes = []
    for b in blocks:
        columns = b.columns or math.ceil(len(b.places) / rows)
        shapes.append((math.ceil(len(b.places) / columns), columns))
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
