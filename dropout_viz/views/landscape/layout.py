"""Where the parts of the Landscape view lie: heading, large curve, small multiples. No painting."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from dropout_viz.draw.cell_grid import NAMES, Label, TextWidth, cells_of
from dropout_viz.draw.style import GAP, MARGIN
from dropout_viz.views.landscape.multiples import Multiples

HEAD = 42.0  # height of the two lines above the curve
CAPTION = 19.0
ROOMY = 340  # height from which the axes have names


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
    left, foot = axis_rooms(named)
    plot = QRectF(inner.left() + left, head.bottom() + 6, inner.width() - left - 4, inner.height() - HEAD - 6 - foot)
    if area is None:
        return Layout((width, height), multiples, head, plot, named, None, (), ())
    caption = QRectF(area.left(), area.top(), area.width(), CAPTION)
    cells, labels = cells_of(area.adjusted(0, CAPTION, 0, 0), multiples.blocks, multiples.matrices, text_width)
    return Layout((width, height), multiples, head, plot, named, caption, tuple(cells), tuple(labels))


def axis_rooms(named: bool) -> tuple[float, float]:
    """Return the room that the axes take at the left and below, with their names or without."""
    return (60.0, 36.0) if named else (42.0, 20.0)


def _wanted(multiples: Multiples) -> float:
    """Return the height at which a multiple is some 30 pixels high."""
    if not multiples.matrices:
        return CAPTION + NAMES + 28.0 * min(8, 2 + len(multiples.places) // 10)
    rows = [math.ceil(len(b.cells) / b.columns) for b in multiples.blocks]
    return CAPTION + NAMES * min(2, len(rows)) + 34.0 * min(sum(rows), 8)
