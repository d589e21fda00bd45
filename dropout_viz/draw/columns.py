"""Where the units of a layer stand: in a column of circles, or as cells of a grid, a picture or many. Arithmetic only.

Lengths are logical pixels; ``scale`` is device pixels per logical pixel, on which grids are aligned so that every cell
of a layer has the same size to the pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.draw.box import Box
from dropout_viz.draw.near import nearest

PITCH = 7.5
"""The least height a unit of a column of circles takes; a layer that has less becomes a grid."""
STAGGER = 20.0
"""With less height a unit than this, every other circle stands aside, so that circles can be twice as large."""
CLEAR = 4.0
"""Pixels of an input picture's cell below which it may take more room from the edges."""

Array = NDArray[np.float64]


class Tiles(NamedTuple):
    """Pictures of a unit a cell, side by side: feature maps, or one picture that is a whole layer.

    Attributes:
        height, width: of a picture, in cells. maps: how many pictures. across: pictures in a row of them.
        cell: device pixels of a cell; gap: between two maps, 0 where the one picture is a layer.
    """

    height: int
    width: int
    maps: int = 1
    across: int = 1
    cell: int = 1
    gap: int = 0

    @property
    def down(self) -> int:
        """Rows of maps."""
        return -(-self.maps // self.across)

    @property
    def step(self) -> tuple[int, int]:
        """Device pixels from one map to the next, downwards and to the right."""
        return self.height * self.cell + self.gap, self.width * self.cell + self.gap

    @property
    def pixels(self) -> tuple[int, int]:
        """Device pixels of the whole, height and width."""
        return self.down * self.step[0] - self.gap, self.across * self.step[1] - self.gap

    def corner(self, which: int) -> tuple[int, int]:
        """Return the device pixels above and left of a map."""
        down, right = divmod(which, self.across)
        return down * self.step[0], right * self.step[1]

    def unit_at(self, down: int, right: int) -> int | None:
        """Return the unit at a device pixel, None between the maps. Units go by row, column and map."""
        (row_of, down), (column_of, right) = divmod(down, self.step[0]), divmod(right, self.step[1])
        which, row, column = row_of * self.across + column_of, down // self.cell, right // self.cell
        if row >= self.height or column >= self.width or which >= self.maps:
            return None
        return (row * self.width + column) * self.maps + which

    def centres(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return twice the device pixels above and left of every unit's centre."""
        row, column, which = np.indices((self.height, self.width, self.maps)).reshape(3, -1)
        down, right = np.divmod(which, self.across)
        return (
            2 * (down * self.step[0] + row * self.cell) + self.cell,
            2 * (right * self.step[1] + column * self.cell) + self.cell,
        )


@lru_cache(maxsize=16)
def tile_units(tiles: Tiles) -> NDArray[np.intp]:
    """Return the unit at every device pixel, shape ``tiles.pixels``, -1 between the maps."""
    found = np.full(tiles.pixels, -1)
    units = np.arange(tiles.height * tiles.width * tiles.maps).reshape(tiles.height, tiles.width, tiles.maps)
    cell = np.ones((tiles.cell, tiles.cell), np.intp)
    for which in range(tiles.maps):
        top, left = tiles.corner(which)
        picture = np.kron(units[:, :, which], cell)
        found[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return found


@dataclass(frozen=True, eq=False)
class Column:
    """One layer's place.

    Attributes:
        layer: unit layer; below 0 what comes before the first: pixels, and maps that are convolved again.
        x, y: centres of the units, shape (units,).
        pitch: from one unit to the next downwards; a cell in a grid.
        radius: of a circle; half a cell in a grid.
        box: what the units cover.
        tiles: how a grid is arranged, whose last row may have fewer units than cells; None for circles.
    """

    layer: int
    x: Array
    y: Array
    pitch: float
    radius: float
    box: Box
    tiles: Tiles | None = None

    @property
    def kind(self) -> Literal["circles", "grid"]:
        return "circles" if self.tiles is None else "grid"

    def centre(self, unit: int) -> tuple[float, float]:
        """Return the middle of a unit."""
        return float(self.x[unit]), float(self.y[unit])

    def unit_at(self, x: float, y: float) -> int | None:
        """Return the unit under a point, or None."""
        if self.tiles is None:
            return nearest(self.x, self.y, x, y, max(self.radius, 5.0) + 1.0)
        if not self.box.holds(x, y):
            return None
        high, wide = self.tiles.pixels
        down, right = (y - self.box.top) / self.box.height * high, (x - self.box.left) / self.box.width * wide
        unit = self.tiles.unit_at(int(down), int(right))
        return unit if unit is not None and unit < len(self.x) else None


def is_circles(units: int, area_height: float) -> bool:
    """Return whether a layer's units fit as circles."""
    return units * PITCH <= area_height


class ColumnContents(NamedTuple):
    """What stands in a column: so many units, and how they lie where they are a picture (height, width) or maps
    (height, width, maps)."""

    units: int
    image: tuple[int, int] | None = None
    maps: tuple[int, int, int] | None = None


def place_columns(
    area: Box, contents: list[ColumnContents], ui: float, scale: float, first: int = 0
) -> tuple[Column, ...]:
    """Place columns side by side over an area; ``first`` is the unit layer of the first one."""
    room = area.width / len(contents)
    shapes = [_shape(c, room, area.height, ui, scale) for c in contents]
    slack = (area.width - sum(s.width for s in shapes)) / max(len(contents) - 1, 1)
    columns, x = [], area.left
    for layer, (content, shape) in enumerate(zip(contents, shapes, strict=True), first):
        columns.append(_place(layer, content.units, shape, x, area, scale))
        x += shape.width + slack
    return tuple(columns)


class _Shape(NamedTuple):
    """The size of a layer before it has a place."""

    width: float
    pitch: float
    radius: float
    tiles: Tiles | None = None


def _shape(content: ColumnContents, room: float, height: float, ui: float, scale: float) -> _Shape:
    units, image, maps = content
    if image and image[0] * image[1] != units:
        image = None
    if image is None and maps is None and is_circles(units, height):
        pitch = min(height / units, 132 * ui)
        radius = min(0.41 * pitch, 35 * ui, 0.30 * room)
        if pitch >= STAGGER * ui or units < 6:
            return _Shape(2 * radius, pitch, radius)
        radius = min(0.82 * pitch, 0.18 * room)
        return _Shape(4.2 * radius, pitch, radius)
    most = (34 if image else 22) * ui * scale
    if maps:
        tiles = best_tiles(*maps, 0.74 * room * scale, height * scale, round(most))
    elif image:
        across = 0.78 * room
        if across < CLEAR * image[1]:
            across = room  # what is seen in a picture of few pixels a cell is worth shorter edges
        size = min(across * scale / image[1], height * scale / image[0], most)
        tiles = Tiles(*image, cell=max(1, math.floor(size)))
    else:
        columns, size = best_grid(units, 0.60 * room * scale, height * scale, most)
        tiles = Tiles(math.ceil(units / columns), columns, cell=max(1, math.floor(size)))
    return _Shape(tiles.pixels[1] / scale, tiles.cell / scale, tiles.cell / scale / 2, tiles)


def best_tiles(height: int, width: int, maps: int, room: float, high: float, most: int) -> Tiles:
    """Return the arrangement of maps with the largest cells, at most ``most`` device pixels, in a room of such pixels;
    of equally large ones a full rectangle, the nearest to a square. Where not even cells of a pixel fit, those all the
    same."""
    best, worth = Tiles(height, width, maps, maps), (-1, False, 0.0)
    for across in range(1, maps + 1):
        if across > 1 and (across - 1) * -(-maps // across) >= maps:
            continue  # a column of it would be empty
        for cell in range(most, 0, -1):
            tiles = Tiles(height, width, maps, across, cell, max(2, round(0.4 * cell)))
            tall, wide = tiles.pixels
            if cell == 1 or (wide <= room and tall <= high):
                fits = wide <= room and tall <= high
                found = (cell if fits else 0, maps % across == 0, -abs(math.log(wide / tall)))
                best, worth = max((best, worth), (tiles, found), key=lambda pair: pair[1])
                break
    return best


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
    if shape.tiles is None:
        index = np.arange(units)
        aside = (shape.width / 2 - shape.radius) * np.where(index % 2, 1.0, -1.0)
        x = np.rint((left + shape.width / 2 + aside) * scale) / scale  # on whole pixels: circles are stamped
        y = np.rint((area.middle + (index - (units - 1) / 2) * shape.pitch) * scale) / scale
        box = Box(left, float(y[0]) - shape.radius, shape.width, float(y[-1] - y[0]) + 2 * shape.radius)
        return Column(layer, x, y, shape.pitch, shape.radius, box)
    high, wide = (n / scale for n in shape.tiles.pixels)
    left = round(left * scale) / scale
    top = round((area.middle - high / 2) * scale) / scale
    down, right = (n[:units] / 2 / scale for n in shape.tiles.centres())
    box = Box(left, top, wide, high)
    return Column(layer, left + right, top + down, shape.pitch, shape.radius, box, shape.tiles)
