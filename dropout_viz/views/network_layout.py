"""Where everything in the Network view stands: columns of circles, grids of cells, bands of text. Arithmetic only.

Lengths are logical pixels; ``scale`` is device pixels per logical pixel, on which grids are aligned so that every cell
of a layer has the same size to the pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dropout_viz.views.base import Unit, Weight

PITCH = 7.5
"""The least height a unit of a column of circles takes; a layer that has less becomes a grid."""
STAGGER = 20.0
"""With less height a unit than this, every other circle stands aside, so that circles can be twice as large."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def centre(self) -> float:
        return self.left + self.width / 2

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True, eq=False)
class Column:
    """One layer's place.

    Attributes:
        layer: unit layer.
        kind: ``circles``, or ``grid``: one cell a unit, row by row.
        x, y: centres of the units, shape (units,).
        pitch: from one unit to the next downwards; a cell in a grid.
        radius: of a circle; half a cell in a grid.
        box: what the units cover.
        columns, rows: of a grid; 1 and the units for circles.
        cell: device pixels of a grid's cell; 0 for circles.
    """

    layer: int
    kind: Literal["circles", "grid"]
    x: Array
    y: Array
    pitch: float
    radius: float
    box: Box
    columns: int
    rows: int
    cell: int = 0

    def unit_at(self, x: float, y: float) -> int | None:
        """Return the unit under a point, or None."""
        if self.kind == "grid":
            if not self.box.holds(x, y):
                return None
            column = int((x - self.box.left) / self.box.width * self.columns)
            index = int((y - self.box.top) / self.box.height * self.rows) * self.columns + column
            return index if index < len(self.x) else None
        distance = np.hypot(self.x - x, self.y - y)
        index = int(np.argmin(distance))
        return index if distance[index] <= max(self.radius, 5.0) + 1.0 else None


@dataclass(frozen=True, eq=False)
class Layout:
    """The places of one size of the view for one network.

    Attributes:
        ui: size of text and marks over their size in a window of ordinary size.
        chooser: the row of chips.
        counts, note: middles of the text lines; note is None where the run has no such line.
        heading: top of the layer headings; their lines stand ``line`` apart.
        area: where units and edges stand.
        caption: middle of the line under the edges, or None.
        legend: the strip at the foot.
        columns: per unit layer.
    """

    width: float
    height: float
    ui: float
    line: float
    chooser: Box
    counts: float
    note: float | None
    heading: float
    area: Box
    caption: float | None
    legend: Box
    columns: tuple[Column, ...]

    def gap(self, layer: int) -> tuple[float, float]:
        """Return where the edges of a weight layer begin and end, left to right."""
        return self.columns[layer].box.right, self.columns[layer + 1].box.left

    def heading_room(self, layer: int) -> float:
        """Return the width that a layer's heading may take without touching its neighbour's."""
        centres = [c.box.centre for c in self.columns]
        near = [abs(centres[layer] - c) for i, c in enumerate(centres) if abs(i - layer) == 1]
        return min(near) - 8 * self.ui if near else self.width

    def unit_at(self, x: float, y: float) -> Unit | None:
        """Return the unit under a point, or None."""
        for column in self.columns:
            index = column.unit_at(x, y)
            if index is not None:
                return Unit(column.layer, index)
        return None

    def ends(self, weight: Weight) -> tuple[float, float, float, float]:
        """Return an edge's line: x and y of its source, x and y of its target."""
        a, b = self.columns[weight.layer], self.columns[weight.layer + 1]
        return (
            float(a.x[weight.source]),
            float(a.y[weight.source]),
            float(b.x[weight.target]),
            float(b.y[weight.target]),
        )


def ui_scale(width: float, height: float) -> float:
    """Return how large text and marks are at a size of the view: they grow with it, but slower than it does."""
    return min(max(min(width / 860, height / 560) ** 0.6, 0.9), 2.6)


def is_circles(units: int, area_height: float) -> bool:
    """Return whether a layer's units fit as circles."""
    return units * PITCH <= area_height


def make_layout(
    width: float,
    height: float,
    sizes: tuple[int, ...],
    image: tuple[int, int] | None,
    *,
    left: float,
    right: float,
    legend: float,
    note: bool,
    caption: bool,
    scale: float = 1.0,
) -> Layout:
    """Lay out a network.

    Args:
        width, height: of the view.
        sizes: units per layer, input to output.
        image: (height, width) where the input is a picture.
        left, right: room for the labels beside the first and last column.
        legend: height of the legend strip.
        note: whether there is a line of its own for what the batch held.
        caption: whether there is a line under the edges.
        scale: device pixels per logical pixel.
    """
    ui = ui_scale(width, height)
    line, margin = 15 * ui, 12 * ui
    chooser = Box(margin, 10 * ui, width - 2 * margin, 26 * ui)
    counts = chooser.bottom + 17 * ui
    note_at = counts + 18 * ui if note else None
    heading = (note_at if note_at is not None else counts) + (19 if height > 420 else 13) * ui
    top = heading + 3 * line + 8 * ui
    foot = Box(margin, height - legend - 8 * ui, width - 2 * margin, legend)
    bottom = foot.top - (20 if caption else 4) * ui
    area = Box(margin + left, top, max(width - 2 * margin - left - right, 40.0), max(bottom - top, 40.0))
    return Layout(
        width,
        height,
        ui,
        line,
        chooser,
        counts,
        note_at,
        heading,
        area,
        bottom + 8 * ui if caption else None,
        foot,
        _columns(area, sizes, image, ui, scale),
    )


def _columns(
    area: Box, sizes: tuple[int, ...], image: tuple[int, int] | None, ui: float, scale: float
) -> tuple[Column, ...]:
    room = area.width / len(sizes)
    shapes = [_shape(n, image if layer == 0 else None, room, area.height, ui, scale) for layer, n in enumerate(sizes)]
    slack = (area.width - sum(s.width for s in shapes)) / max(len(sizes) - 1, 1)
    columns, x = [], area.left
    for layer, (n, shape) in enumerate(zip(sizes, shapes, strict=True)):
        columns.append(_place(layer, n, shape, x, area, scale))
        x += shape.width + slack
    return tuple(columns)


@dataclass(frozen=True)
class _Shape:
    """The size of a layer before it has a place."""

    width: float
    columns: int
    rows: int
    pitch: float
    cell: int
    radius: float


def _shape(units: int, image: tuple[int, int] | None, room: float, height: float, ui: float, scale: float) -> _Shape:
    if image and image[0] * image[1] != units:
        image = None
    if image is None and is_circles(units, height):
        pitch = min(height / units, 132 * ui)
        radius = min(0.41 * pitch, 35 * ui, 0.30 * room)
        if pitch >= STAGGER * ui or units < 6:
            return _Shape(2 * radius, 1, units, pitch, 0, radius)
        radius = min(0.82 * pitch, 0.18 * room)
        return _Shape(4.2 * radius, 1, units, pitch, 0, radius)
    across = 0.78 * room if image else 0.60 * room
    most = (34 if image else 22) * ui * scale
    if image:
        rows, columns = image
        cell = min(across * scale / columns, height * scale / rows, most)
    else:
        columns, cell = best_grid(units, across * scale, height * scale, most)
        rows = math.ceil(units / columns)
    size = max(1, math.floor(cell))
    return _Shape(columns * size / scale, columns, rows, size / scale, size, size / scale / 2)


def best_grid(units: int, width: float, height: float, most: float) -> tuple[int, float]:
    """Return the columns and the largest cell, at most ``most``, with which a grid of units fits a width and height.

    Whole pixels decide, and of equally large cells the tallest grid wins: it looks like a layer. Where not even cells
    of one pixel fit, the grid grows wider than asked: every unit is shown.
    """
    best, cell = 0, 0.0
    for columns in range(1, units + 1):
        size = min(width / columns, height / math.ceil(units / columns), most)
        if math.floor(size) > math.floor(cell):
            best, cell = columns, size
        if width / columns < max(1.0, cell):
            break
    if best == 0:
        best, cell = max(1, math.ceil(units / max(1.0, math.floor(height)))), 1.0
    return best, cell


def _place(layer: int, units: int, shape: _Shape, left: float, area: Box, scale: float) -> Column:
    index = np.arange(units)
    if shape.cell == 0:
        aside = (shape.width / 2 - shape.radius) * np.where(index % 2, 1.0, -1.0)
        x = np.rint((left + shape.width / 2 + aside) * scale) / scale  # on whole pixels: circles are stamped
        y = np.rint((area.middle + (index - (units - 1) / 2) * shape.pitch) * scale) / scale
        radius = shape.radius
        box = Box(left, float(y[0]) - radius, shape.width, float(y[-1] - y[0]) + 2 * radius)
        return Column(layer, "circles", x, y, shape.pitch, radius, box, 1, units)
    height = shape.rows * shape.pitch
    left = round(left * scale) / scale
    top = round((area.middle - height / 2) * scale) / scale
    row, column = np.divmod(index, shape.columns)
    return Column(
        layer,
        "grid",
        left + (column + 0.5) * shape.pitch,
        top + (row + 0.5) * shape.pitch,
        shape.pitch,
        shape.radius,
        Box(left, top, shape.columns * shape.pitch, height),
        shape.columns,
        shape.rows,
        shape.cell,
    )


def nearest_line(x: float, y: float, lines: Array, reach: float) -> int | None:
    """Return which of the lines x1, y1, x2, y2, shape (lines, 4), passes nearest a point within ``reach``, or None."""
    if not len(lines):
        return None
    x1, y1, x2, y2 = lines.T
    dx, dy = x2 - x1, y2 - y1
    along = np.clip(((x - x1) * dx + (y - y1) * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    distance = np.hypot(x1 + along * dx - x, y1 + along * dy - y)
    index = int(np.argmin(distance))
    return index if distance[index] <= reach else None
