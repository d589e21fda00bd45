"""Where everything in the Masks view stands. Arithmetic only.

Lengths are logical pixels; cells of the matrix are whole device pixels, so that every mask bit has the same size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dropout_viz.draw.box import Box, ui_scale

MOST_CELL, ROOMY_CELL = 44, 76
"""Logical pixels of the largest cell: in a narrow view, and in one with the strip beside the matrix."""
LEAST_ROW = 3
"""Logical pixels of the lowest row; where not all are at least as high, the matrix scrolls."""
TALLEST = 3.0
"""Times its width that a cell may be high."""


@dataclass(frozen=True)
class MaskBlock:
    """One layer's part of the matrix.

    Attributes:
        layer: unit layer. units: how many it has. first, shown: the units that are on show.
        box: what the cells cover. cell: width of a cell in device pixels.
    """

    layer: int
    units: int
    first: int
    shown: int
    box: Box
    cell: int


@dataclass(frozen=True)
class Layout:
    """The places of one size of the view for one matrix.

    Attributes:
        ui: size of text over its size in a window of ordinary size.
        tabs: where a layer is chosen, (layer, box), where not all fit side by side.
        blocks: layers on show, left to right.
        heading: middle of the line above the blocks.
        rows, first_row, shown_rows: examples, and those on show. row: height of a row in device pixels.
        shares: the strip of bars under the blocks, over the whole width.
        label: right end of the row labels.
        thumbs, cover: the strip of sub-networks and the count of those used, or None where there is no room.
    """

    width: float
    height: float
    scale: float
    ui: float
    tabs: tuple[tuple[int, Box], ...]
    blocks: tuple[MaskBlock, ...]
    heading: float
    rows: int
    first_row: int
    shown_rows: int
    row: int
    shares: Box
    label: float
    thumbs: Box | None
    cover: Box | None

    @property
    def top(self) -> float:
        return self.blocks[0].box.top

    @property
    def bottom(self) -> float:
        return self.blocks[0].box.bottom

    def row_at(self, y: float) -> int | None:
        """Return the row under a height, or None."""
        if not self.top <= y < self.bottom:
            return None
        return min(self.first_row + int((y - self.top) * self.scale / self.row), self.rows - 1)

    def row_box(self, row: int) -> Box | None:
        """Return where a row stands, across all blocks, or None where it is scrolled away."""
        at = row - self.first_row
        if not 0 <= at < self.shown_rows:
            return None
        left, right = self.blocks[0].box.left, self.blocks[-1].box.right
        return Box(left, self.top + at * self.row / self.scale, right - left, self.row / self.scale)

    def unit_at(self, x: float) -> tuple[int, int] | None:
        """Return layer and unit over a place across, or None."""
        for block in self.blocks:
            if block.box.left <= x < block.box.right:
                at = int((x - block.box.left) * self.scale / block.cell)
                return block.layer, min(block.first + at, block.units - 1)
        return None

    def column_box(self, layer: int, unit: int) -> Box | None:
        """Return where a unit's column of bits stands, or None where it is not on show."""
        for block in self.blocks:
            if block.layer == layer and block.first <= unit < block.first + block.shown:
                step = block.cell / self.scale
                return Box(block.box.left + (unit - block.first) * step, self.top, step, self.bottom - self.top)
        return None


def make_layout(
    width: float,
    height: float,
    layers: Sequence[tuple[int, int]],
    rows: int,
    *,
    label: float,
    chosen: int,
    first_row: int,
    first_unit: int,
    curve: bool,
    scale: float,
    strip: bool = True,
) -> Layout:
    """Lay out a matrix.

    Args:
        layers: (unit layer, units) of those that drop units, input first. rows: examples of a step.
        label: width of the widest row label.
        chosen: the layer on show where not all fit.
        curve: whether there is a curve under the count of sub-networks.
        first_row, first_unit: how far the matrix is scrolled; taken as far as it goes.
        scale: device pixels per logical pixel. strip: whether there are sub-networks to show.
    """
    ui = ui_scale(width * 1.6, height * 1.25)
    margin, gap = 12 * ui, 14 * ui
    aside = strip and width > 700 and width > 1.5 * height
    matrix_width = width * 0.56 if aside else width
    thumbs, cover, bottom = _sides(width, height, ui, margin, matrix_width if aside else None, curve)
    if not strip:
        thumbs, bottom = None, height - margin - 34 * ui
        cover = Box(margin, bottom, width - 2 * margin, 34 * ui)
    left, right = margin + label + 8 * ui, matrix_width - margin - 6 * ui
    room = max(right - left, 20.0) * scale
    gaps = gap * scale * (len(layers) - 1)
    total = sum(n for _, n in layers)
    tabs: tuple[tuple[int, Box], ...] = ()
    top = margin
    if len(layers) > 1 and (room - gaps) / total < 2:
        wide = 70 * ui
        tabs = tuple(
            (layer, Box(margin + k * (wide + 6 * ui), top, wide, 22 * ui)) for k, (layer, _) in enumerate(layers)
        )
        top += 28 * ui
        layers = [one for one in layers if one[0] == chosen] or layers[-1:]
        total, gaps = layers[0][1], 0.0
    heading = top + 7 * ui
    top = round((heading + 13 * ui) * scale) / scale
    bars = min(max(0.10 * height, 20.0), 44.0) if strip else 0.0
    rest = bottom - top - bars - 16 * ui
    most = (ROOMY_CELL if aside else MOST_CELL) * ui * scale
    cell = max(1, int(min((room - gaps) / total, most)))
    least = max(1, round(LEAST_ROW * scale))
    row = int(min(rest * scale / max(rows, 1), most, max(TALLEST * cell, 7 * scale)))
    row = max(row, least)
    shown_rows = max(1, min(rows, int(rest * scale / row)))
    blocks, x = [], round(left * scale) / scale
    for layer, n in layers:
        shown = min(n, max(1, int(room / cell))) if len(layers) == 1 else n
        first = min(max(first_unit, 0), n - shown)
        box = Box(x, top, shown * cell / scale, shown_rows * row / scale)
        blocks.append(MaskBlock(layer, n, first, shown, box, cell))
        x = round((box.right + gap) * scale) / scale
    first_row = min(max(first_row, 0), max(0, rows - shown_rows))
    under = top + shown_rows * row / scale
    shares = Box(left, under + 8 * ui, right - left, bars)
    return Layout(
        width,
        height,
        scale,
        ui,
        tabs,
        tuple(blocks),
        heading,
        rows,
        first_row,
        shown_rows,
        row,
        shares,
        margin + label,
        thumbs,
        cover,
    )


def _sides(
    width: float, height: float, ui: float, margin: float, aside: float | None, curve: bool
) -> tuple[Box | None, Box | None, float]:
    """Return the strip of sub-networks, the count of those used, and the bottom of the matrix's own room."""
    if aside is not None:
        left, wide = aside + 10 * ui, width - aside - 10 * ui - margin
        part = (height - 2 * margin) * 0.5 if curve else height - 2 * margin - 34 * ui
        rest = height - 2 * margin - part
        return Box(left, margin, wide, part - 8 * ui), Box(left, margin + part, wide, rest), height - margin
    cover_height = min(max(0.22 * height, 52 * ui), 170.0) if curve else 26 * ui
    thumbs_height = min(max(0.22 * height, 66 * ui), 200.0) if height >= 260 else 0.0
    cover = Box(margin, height - margin - cover_height, width - 2 * margin, cover_height)
    thumbs = (
        Box(margin, cover.top - thumbs_height - 8 * ui, width - 2 * margin, thumbs_height) if thumbs_height else None
    )
    return thumbs, cover, (thumbs or cover).top - 8 * ui
