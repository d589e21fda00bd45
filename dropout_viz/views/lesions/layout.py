"""Where things are in the Ablation view. No Qt but rectangles."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from dropout_viz.draw.style import MARGIN

PANELS = ("curve", "worth", "strangers")
WIDE = 960  # from this width on all three stand side by side
_LARGEST = 22.0  # of a unit's cell
ROW, LOW_ROW = 34, 19  # of the table of damage, one an arm; where there is little room
NOTE = 16  # of the line below it
LOW = 360  # a view less high has little room


@dataclass(frozen=True)
class Layout:
    """The parts, in logical pixels.

    Attributes:
        head: one line. cells: per hidden layer, top left of each unit's cell; side: of a cell. labels: left end and
        middle of each layer's name.
        table: of the damage, below the line ``columns`` with its headings; row: height of one. note: middle of the
        line below it, where something is to be said there. panels: by name.
    """

    size: tuple[int, int]
    head: QRectF
    cells: tuple[tuple[QPointF, ...], ...]
    side: float
    labels: tuple[QPointF, ...]
    columns: float
    table: QRectF
    row: float
    note: float
    panels: dict[str, QRectF]

    def unit_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return layer, from 1, and index of the unit under a point."""
        for layer, cells in enumerate(self.cells, 1):
            for index, cell in enumerate(cells):
                if QRectF(cell.x(), cell.y(), self.side, self.side).contains(at):
                    return layer, index
        return None


def lay_out(width: int, height: int, layers: tuple[int, ...], arms: int, chosen: str, noted: bool) -> Layout:
    """Return the layout for a size, the units of each hidden layer, a number of arms and the panel to be shown;
    ``noted``: with a line below the table."""
    left, right = float(MARGIN), float(width - MARGIN)
    head = QRectF(left, 6, right - left, 20)
    names = 58.0 if len(layers) > 1 else 0.0
    room = max(34.0, 0.2 * height)
    side, pitch = _side(layers, right - left - names, room)
    y = head.bottom() + 8
    cells, labels = [], []
    for units in layers:
        across = max(1, int((right - left - names + pitch - side) / pitch))
        labels.append(QPointF(left, y + side / 2))
        cells.append(
            tuple(QPointF(left + names + (k % across) * pitch, y + (k // across) * pitch) for k in range(units))
        )
        y += math.ceil(units / across) * pitch + (4 if len(layers) > 1 else 0)
    columns = y + 12
    row = LOW_ROW if height < LOW or arms > 2 else ROW
    table = QRectF(left, columns + 9, right - left, row * arms)
    note = table.bottom() + 8
    top = table.bottom() + (8 + NOTE if noted else 8)
    floor = height - 8.0
    panels: dict[str, QRectF] = {}
    if floor - top >= 70:
        if width >= WIDE:
            gap = 28.0
            wide = (right - left - 2 * gap) / 3
            panels = {name: QRectF(left + k * (wide + gap), top, wide, floor - top) for k, name in enumerate(PANELS)}
        else:
            panels = {chosen: QRectF(left, top, right - left, floor - top)}
    return Layout((width, height), head, tuple(cells), side, tuple(labels), columns, table, row, note, panels)


def _side(layers: tuple[int, ...], width: float, room: float) -> tuple[float, float]:
    """Return side and pitch of the cells: as large as fits."""
    for side in (*range(int(_LARGEST), 5, -1), 5, 4, 3, 2):
        pitch = side + (5 if side > 14 else 3 if side > 8 else 1)
        across = max(1, int(width / pitch))
        if sum(math.ceil(n / across) * pitch + 4 for n in layers) <= room:
            break
    return float(side), float(pitch)
