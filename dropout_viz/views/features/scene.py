"""What the Features view shows of a frame: a sheet of pictures for each arm. No Qt but colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from dropout_viz.analysis import features
from dropout_viz.draw.numbers import count, number
from dropout_viz.draw.style import Style
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.convolution import KERNEL
from dropout_viz.words import many, of_arm

Array = NDArray[Any]

SHADES = 255  # an odd number: weight 0 has a level of its own
GAP = 1  # levels between two pictures


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


def fit(n: int, image: tuple[int, int], left: float, top: float, width: float, height: float, ratio: float) -> Grid:
    """Return the grid that shows n pictures as large as a rectangle allows; ``ratio``: device pixels a pixel."""
    tall, wide = image[0] + GAP, image[1] + GAP
    best, columns = 0.0, 1
    for across in range(1, n + 1):
        scale = min(width / (across * wide), height / (math.ceil(n / across) * tall))
        if scale > best:
            best, columns = scale, across
    whole = math.floor(best * ratio) / ratio  # a whole number of pixels for every weight: all squares are alike
    cells = max(1.0, math.floor(best * ratio * wide)) / (ratio * wide)  # at least for every picture
    best = whole if whole > 0.9 * best else cells
    rows = math.ceil(n / columns)
    block = max(1, round(1 / (best * ratio) * 0.75))
    levels = -(-image[1] // block) + GAP
    cell = (best * wide, best * wide / levels * (-(-image[0] // block) + GAP))
    free = max(0.0, width - columns * cell[0])
    return Grid(columns, rows, cell, block, left + free / 2, top, columns * cell[0], rows * cell[1])


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute: the snapshots of the arms, and how their units are shown.

    Attributes:
        grids: of each arm. orders: of each arm, place -> unit. shared: one scale for all units of all arms.
    """

    arms: tuple[tuple[str, Snapshot], ...]
    image: tuple[int, int]
    grids: tuple[Grid, ...]
    orders: tuple[Array, ...]
    shared: bool
    style: Style

    @property
    def kernels(self) -> bool:
        """Whether the pictures are a convolution's kernels."""
        return self.arms[0][1].maps is not None


@dataclass(frozen=True, eq=False)
class Sheet:
    """One arm's pictures.

    Attributes:
        name: of the arm. pixels: the whole sheet, (height, width), uint32. order: place -> unit. norms: of all units.
        limit: weight at the ends of the colour scale, nan where each unit has its own.
    """

    name: str
    pixels: Array
    order: Array
    norms: Array
    limit: float
    weights: Array


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer."""

    request: Request
    sheets: tuple[Sheet, ...]


def incoming(snapshot: Snapshot) -> Array:
    """Return the weights that see pixels, (pixels, units): of hidden units, or the kernels of the first convolution."""
    return snapshot.weights[0] if snapshot.maps is None else snapshot.maps.kernels[0]


def picture_size(snapshot: Snapshot, image: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return height and width of a unit's picture where the inputs are pictures of size ``image``, else None."""
    return image if image is None or snapshot.maps is None else (KERNEL, KERNEL)


def answer(request: Request) -> Scene:
    """Compute the sheets."""
    limit = None
    if request.shared:
        most = [float(np.quantile(np.nan_to_num(np.abs(incoming(s))), 0.999)) for _, s in request.arms]
        limit = max(most) or 1.0
    sheets = []
    for (name, snapshot), grid, order in zip(request.arms, request.grids, request.orders, strict=True):
        weights = incoming(snapshot)
        pictures = features.levels(weights, request.image, order, limit, SHADES, grid.block)
        whole = features.sheet(pictures, grid.columns, GAP, SHADES)
        pixels = table(request.style)[whole]
        sheets.append(
            Sheet(name, pixels, order, features.norms(weights), math.nan if limit is None else limit, weights)
        )
    return Scene(request, tuple(sheets))


@lru_cache(maxsize=4)
def table(style: Style) -> Array:
    """Return the pixel of every level, and of no picture after them, (SHADES + 1,), uint32."""
    middle = (SHADES - 1) / 2
    colours = [style.signed(k - middle, middle) for k in range(SHADES)] + [QColor(style.panel)]
    return np.array([0xFF000000 | c.red() << 16 | c.green() << 8 | c.blue() for c in colours], np.uint32)


def summary(scene: Scene, order: str, chosen: int | None) -> list[str]:
    """Return what is to be seen, in sentences. ``order``: how the pictures stand; ``chosen``: the unit with a frame."""
    said = [f"Step {count(scene.request.arms[0][1].step)}"]
    what = "kernel" if scene.request.kernels else "unit"
    for sheet in scene.sheets:
        text = f"pictures of {many(len(sheet.order), what)}, {order}"
        finite = sheet.norms[np.isfinite(sheet.norms)]
        if len(finite):
            text += f"; mean norm {number(float(finite.mean()), 3)}, largest {number(float(finite.max()), 3)}"
        if chosen is not None and chosen < len(sheet.norms):
            text += f"; chosen: unit {count(chosen + 1)} of norm {number(float(sheet.norms[chosen]))}"
        said.append(of_arm(sheet.name, text))
    limit = scene.sheets[0].limit
    return [*said, "Each picture has its own scale" if math.isnan(limit) else f"One scale, up to {number(limit, 2)}"]
