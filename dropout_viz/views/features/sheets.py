"""The Features view's sheets as pixels, and where they stand. Computed on any thread: no Qt but colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QColor

from dropout_viz.analysis.questions import features
from dropout_viz.analysis.questions.features import GAP, SHADES, Array, Request, Scene
from dropout_viz.draw.style import Style


@dataclass(frozen=True)
class Grid:
    """How pictures stand on a sheet.

    Attributes:
        columns, rows: of pictures. cell: pixels from one picture to the next, (across, down).
        block: weights a side that make one level. left, top, width, height: of the sheet in the view.
    """

    columns: int
    rows: int
    cell: tuple[float, float]
    block: int
    left: float
    top: float
    width: float
    height: float

    def place(self, x: float, y: float) -> tuple[int, float, float] | None:
        """Return which place lies under a point, and where in its cell the point is, as shares, or None."""
        across, down = (x - self.left) / self.cell[0], (y - self.top) / self.cell[1]
        if not (0 <= across < self.columns and 0 <= down < self.rows):
            return None
        return int(down) * self.columns + int(across), across % 1, down % 1

    def corner(self, place: int) -> tuple[float, float]:
        """Return the top left corner of a place."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.cell[0], self.top + row * self.cell[1]


@lru_cache(maxsize=16)  # a panel asks for the same at every frame
def fit(n: int, image: tuple[int, int], left: float, top: float, width: float, height: float, ratio: float) -> Grid:
    """Return the grid that shows n pictures as large as a rectangle allows, of grids that show them alike the one with
    the fewest places left over; ``ratio``: device pixels a pixel."""
    tall, wide = image[0] + GAP, image[1] + GAP
    best, left_over, columns = 0.0, 0, 1
    for across in range(1, n + 1):
        rows = math.ceil(n / across)
        scale = _drawn(min(width / (across * wide), height / (rows * tall)), ratio, wide)
        spare = across * rows - n
        if (scale, -spare) > (best, -left_over):
            best, left_over, columns = scale, spare, across
    rows = math.ceil(n / columns)
    block = max(1, round(1 / (best * ratio) * 0.75))
    levels = -(-image[1] // block) + GAP
    cell = (best * wide, best * wide / levels * (-(-image[0] // block) + GAP))
    free = max(0.0, width - columns * cell[0])
    return Grid(columns, rows, cell, block, left + free / 2, top, columns * cell[0], rows * cell[1])


def _drawn(scale: float, ratio: float, wide: int) -> float:
    """Return the pixels of a weight that are drawn where there is room for ``scale``; ``wide``: weights of a picture
    and the gap beside it."""
    whole = math.floor(scale * ratio) / ratio  # a whole number of pixels for every weight: all squares are alike
    cells = max(1.0, math.floor(scale * ratio * wide)) / (ratio * wide)  # at least for every picture
    return whole if whole > 0.9 * scale else cells


@dataclass(frozen=True, eq=False)
class Sheets(Scene):
    """A scene, ready to be copied to the screen: each arm's grid and pixels, (height, width), uint32."""

    grids: tuple[Grid, ...]
    pixels: tuple[Array, ...]


def picture(request: Request, grids: tuple[Grid, ...], style: Style) -> Sheets:
    """Answer a request and colour the answer."""
    scene = features.answer(request)
    return Sheets(request, scene.sheets, grids, tuple(table(style)[sheet.levels] for sheet in scene.sheets))


@lru_cache(maxsize=4)
def table(style: Style) -> Array:
    """Return the pixel of every level, and of no picture after them, (SHADES + 1,), uint32."""
    middle = (SHADES - 1) / 2
    colours = [style.signed(k - middle, middle) for k in range(SHADES)] + [QColor(style.panel)]
    return np.array([0xFF000000 | c.red() << 16 | c.green() << 8 | c.blue() for c in colours], np.uint32)
