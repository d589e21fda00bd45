"""Where things are in the Confusion view. No Qt but rectangles."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from dropout_viz.draw.style import MARGIN

TITLE, NAMES, FOOT = 20, 16, 20  # room above a matrix for its title, for its columns' names, for a line at the foot
_GAP = 14
_LARGEST = 240.0  # of a cell's height
_BROAD = 2.0  # times that a low cell is as wide as high, at most: numbers are broader than they are high
_ENOUGH = 64.0  # of a cell's width, for any number
_LOW = 190  # a view less high has no line of its own for what is shown
_SIDES = 26.0  # of a cell from which on there is room for recall and precision
RECALL, PRECISION = 58, 20


@dataclass(frozen=True)
class Layout:
    """The parts, in logical pixels.

    Attributes:
        head: a line, of no height where the title of the only arm says it all.
        grids: the cells of each arm's matrix, together. cell: height of one. wide: its width. sides: whether recall
        stands at the right of each row and precision below each column. feet: the middles of lines at the foot.
    """

    head: QRectF
    grids: tuple[QRectF, ...]
    cell: float
    wide: float
    classes: int
    sides: bool
    feet: tuple[float, ...]

    def cell_of(self, arm: int, truth: int, said: int) -> QRectF:
        """Return where a cell is."""
        grid = self.grids[arm]
        return QRectF(grid.left() + said * self.wide, grid.top() + truth * self.cell, self.wide, self.cell)

    def at(self, place: QPointF) -> tuple[int, int, int] | None:
        """Return arm, row and column of the cell at a place; the last column and row plus one are recall, precision."""
        more = 1 if self.sides else 0
        for arm, grid in enumerate(self.grids):
            truth = math.floor((place.y() - grid.top()) / self.cell)
            said = math.floor((place.x() - grid.left()) / self.wide)
            if 0 <= truth < self.classes + more and 0 <= said < self.classes + more:
                return None if truth == said == self.classes else (arm, truth, said)
        return None


def lay_out(width: int, height: int, arms: int, classes: int, names: float) -> Layout:
    """Return cells as high as they can be, low ones broader if there is room; ``names``: the longest name's width."""
    head = QRectF(MARGIN, 6, width - 2 * MARGIN, 0 if arms == 1 and height < _LOW else 20)
    lines = 2 if height >= 300 else 1 if height >= 200 else 0
    feet = tuple(height - 8 - FOOT * (lines - k) + FOOT / 2 for k in range(lines))
    room = QRectF(MARGIN, head.bottom(), width - 2 * MARGIN, height - head.bottom() - 8 - FOOT * lines)
    left = min(names, 0.3 * room.width() / arms) + 8
    best: tuple[bool, float, int] = (False, 1.0, 1)
    for across in range(1, arms + 1):
        for sides in (True, False):
            down = math.ceil(arms / across)
            wide = (room.width() - _GAP * (across - 1)) / across - left - (RECALL if sides else 0)
            tall = room.height() / down - TITLE - NAMES - (PRECISION if sides else 4)
            side = min(_LARGEST, wide / classes, tall / classes)
            if side >= _SIDES or not sides:
                best = max(best, (sides, math.floor(side) if side > 8 else side, across))
    sides, cell, across = best
    right, below = (RECALL, PRECISION) if sides else (0, 4)
    spare = (room.width() - _GAP * (across - 1)) / across - left - right
    broad = max(cell, math.floor(min(_BROAD * cell, _ENOUGH, spare / classes)))
    wide, tall = left + broad * classes + right, TITLE + NAMES + cell * classes + below
    down = math.ceil(arms / across)
    x0 = room.left() + (room.width() - across * wide - _GAP * (across - 1)) / 2
    y0 = room.top() + max(0.0, room.height() - down * tall) / 2
    grids = tuple(
        QRectF(
            x0 + (k % across) * (wide + _GAP) + left,
            y0 + (k // across) * tall + TITLE + NAMES,
            broad * classes,
            cell * classes,
        )
        for k in range(arms)
    )
    return Layout(head, grids, cell, broad, classes, sides, feet)
