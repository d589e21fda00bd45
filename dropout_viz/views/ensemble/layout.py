"""Where things are in the Ensemble view. No Qt but rectangles."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from dropout_viz.draw.style import MARGIN

ROW = 21  # height of a row of the averages
_AXIS = 20  # room for the ticks' numbers
_GRAPH = 62  # least height of the graph of the Monte-Carlo mean
_SIDE = 48  # room for the numbers of its vertical axis
TALL, TALLER = 380, 460
"""Heights from which on there is more than the plain answer below it: what it means exactly and how the Monte-Carlo
mean settles; what holds for many examples. In lower views the tip of that answer tells it."""
WIDE = 800  # from this width on that graph stands at the right


@dataclass(frozen=True)
class Layout:
    """The parts, in logical pixels.

    Attributes:
        size: of the view. head: two lines of text. cells: a cell for each output, or none.
        plot: of the networks, above the rows of averages, one each, in the same horizontal range.
        notes: the middles of the lines of text below, one to three.
        graph: of the Monte-Carlo mean, or None where there is no room.
    """

    size: tuple[int, int]
    head: QRectF
    cells: tuple[QRectF, ...]
    plot: QRectF
    rows: tuple[QRectF, ...]
    notes: tuple[float, ...]
    graph: QRectF | None


def lay_out(width: int, height: int, outputs: int, averages: int) -> Layout:
    """Return the layout for a size, a number of output units and a number of averages."""
    left, right = float(MARGIN), float(width - MARGIN)
    head = QRectF(left, 6, right - left, 38)
    side = right
    if width >= WIDE:
        side = left + 0.6 * (right - left)
    top = head.bottom() + 6
    cells: tuple[QRectF, ...] = ()
    if outputs > 1 and height >= 260:
        cells = _cells(left, top, side - left, outputs)
        top += 34
    bottom = height - 10.0
    notes: tuple[float, ...] = ()
    if height >= 230:
        lines = 1 + (height >= TALL) + (height >= TALLER)
        notes = tuple(bottom - 8 - 18 * (lines - 1 - k) for k in range(lines))
        bottom -= 18 * lines + 4
    graph = None
    used = top + 60 + averages * ROW + _AXIS
    if width >= WIDE:
        graph = QRectF(side + 30 + _SIDE, head.bottom() + 30, right - side - 42 - _SIDE, bottom - head.bottom() - 72)
    elif height >= TALL and bottom - used > _GRAPH + 54:
        tall = _GRAPH + 0.35 * (bottom - used - _GRAPH - 54)
        graph = QRectF(left + _SIDE, bottom - tall - 32, right - left - _SIDE - 8, tall)
        bottom = graph.top() - 24
    shown = averages
    while shown > 1 and bottom - _AXIS - shown * ROW - top < 50:
        shown -= 1  # a very low view: the first ones are the most important
    floor = bottom - _AXIS - shown * ROW
    plot = QRectF(left + 8, top, side - left - 16, floor - top)
    rows = tuple(QRectF(plot.left(), floor + k * ROW, plot.width(), ROW) for k in range(shown))
    return Layout((width, height), head, cells, plot, rows, notes, graph)


def _cells(left: float, top: float, width: float, n: int) -> tuple[QRectF, ...]:
    step = min(64.0, width / n)
    return tuple(QRectF(left + k * step, top, step - 3, 28) for k in range(n))
