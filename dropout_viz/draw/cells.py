"""A grid with one cell a unit: its shade, or grey and crossed out where it is off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from dropout_viz.draw.ink import Ink


@dataclass(frozen=True, eq=False)
class CrossedCells:
    """The pixels of a grid, kept from one frame to the next, and those of every unit's cross.

    Attributes:
        pixels: the grid row by row, shape (rows * cell, columns * cell).
        columns, cell: cells in a row, and pixels of one with its gap.
        inner: pixels of a cell's face: cells of 5 pixels and more have a gap about them.
        crosses: where the cross of each unit lies in the flattened pixels, shape (units, pixels of a cross). Cells of
            3 to 4 pixels hold a cross of 3 x 3; of 2, one dark corner; of 1, none.
    """

    pixels: NDArray[np.uint32]
    columns: int
    cell: int
    inner: int
    crosses: NDArray[np.intp]


@lru_cache(maxsize=32)
def make_cells(units: int, columns: int, rows: int, cell: int) -> CrossedCells:
    """Return the cells of a grid of so many units, columns and rows."""
    inner = cell - 1 if cell >= 5 else cell
    i, j = np.indices((inner, inner))
    arm = max(0, round(inner * 0.09) - 1) if inner >= 8 else 0
    cross = (np.abs(i - j) <= arm) | (np.abs(i + j - (inner - 1)) <= arm)
    if cell <= 2:
        cross = (i == 0) & (j == 0) & (cell > 1)
    wide = columns * cell
    row, column = np.divmod(np.arange(units), columns)
    corners = row * cell * wide + column * cell
    crosses = corners[:, None] + (i[cross] * wide + j[cross])[None, :]
    return CrossedCells(np.empty((rows * cell, wide), np.uint32), columns, cell, inner, crosses)


def cell_pixels(cells: CrossedCells, faces: NDArray[np.uint32], on: NDArray[np.bool_], ink: Ink) -> NDArray[np.uint32]:
    """Return the pixels of a grid whose units have these faces, crossed where they are off, shape (units,) each.

    It is the cells' own memory, until the next time.
    """
    ground = ink.still("line", 0.6).rgb()
    by_row = cells.pixels.reshape(-1, cells.cell, cells.columns * cells.cell)
    every = np.full(len(by_row) * cells.columns, QColor(ink.style.panel).rgb(), np.uint32)  # where there is no unit
    every[: len(faces)] = faces
    line = np.repeat(every, cells.cell).reshape(len(by_row), cells.columns, cells.cell)
    line[:, :, cells.inner :] = ground
    by_row[:, : cells.inner] = line.reshape(len(by_row), 1, -1)
    by_row[:, cells.inner :] = ground
    spare = len(every) - len(faces)
    if spare:
        by_row[-1, :, -spare * cells.cell :] = every[-1]
    cells.pixels.ravel()[cells.crosses[~on]] = ink.still("off_mark", 0.6).rgb()
    return cells.pixels


def stretch_pixels(painter: QPainter, box: QRectF, pixels: NDArray[np.uint32]) -> None:
    """Draw pixels over a box, shape (height, width)."""
    height, width = pixels.shape
    made = np.ascontiguousarray(pixels)
    painter.drawImage(box, QImage(made.data, width, height, 4 * width, QImage.Format.Format_RGB32))


def draw_pixels(painter: QPainter, left: float, top: float, pixels: NDArray[np.uint32], scale: float) -> None:
    """Draw pixels as they are, shape (height, width); ``scale`` is device pixels for one of the painter's."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter.drawImage(QPointF(left, top), image)
