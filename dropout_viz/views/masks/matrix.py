"""Draws the mask matrix: a row an example, a column a unit, and under it how often each unit was on."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import brush
from dropout_viz.draw.factors import shades
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import count, share
from dropout_viz.draw.style import mix
from dropout_viz.draw.text import live_width, text_width
from dropout_viz.engine.snapshot import Bools, Snapshot
from dropout_viz.nn.parts import Unit
from dropout_viz.views.masks.layout import Layout, MaskBlock
from dropout_viz.views.masks.words import heading, share_wanted
from dropout_viz.views.unit_names import example_words, factor_reach

FACE, CROSS, GROUND = 1, 2, 0
MARKED, CROSSED = 3, 7
"""Pixels of a cell from which a bit that is off has a stroke through it, and a cross; below, brightness alone tells."""
_BETWEEN = 8  # pixels between two numbers in a row: less reads as one
ROOMY_ROW = 13
"""Logical pixels of a row from which every row has its label."""


@lru_cache(maxsize=32)
def cell_pattern(height: int, width: int, mark: int) -> NDArray[np.uint8]:
    """Return what each pixel of one cell is, shape (height, width): ``GROUND`` between cells, ``FACE``, or ``CROSS``,
    the mark of a bit that is off: a cross, in a cell too small for one a stroke. ``mark``: its width in pixels."""
    made = np.full((height, width), FACE, np.uint8)
    tall, wide = height - (height >= 5), width - (width >= 5)
    small = min(tall, wide)
    if small >= MARKED:
        i, j = np.indices((height, width), np.float64)
        i, j = i - (tall - 1) / 2, j - (wide - 1) / 2
        crossed = small >= CROSSED
        side = small * 0.52 if crossed else small - 1
        near = (np.minimum(np.abs(i - j), np.abs(i + j)) if crossed else np.abs(i + j)) <= 0.7 * mark
        made[near & (np.abs(i) <= side / 2) & (np.abs(j) <= side / 2)] = CROSS
    made[tall:] = GROUND
    made[:, wide:] = GROUND
    return made


def matrix_image(mask: Bools, height: int, width: int, mark: int, colours: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the pixels of a matrix of cells, shape (rows * height, columns * width).

    ``colours``: pixels of ground, face off, cross, face on, shape (4,).
    """
    pattern = cell_pattern(height, width, mark)
    off = np.array([colours[0], colours[1], colours[2]], np.uint32)[pattern]
    on = np.array([colours[0], colours[3], colours[3]], np.uint32)[pattern]
    rows, columns = mask.shape
    pixels = np.where(mask[:, None, :, None], on[None, :, None, :], off[None, :, None, :])
    return np.ascontiguousarray(pixels.reshape(rows * height, columns * width))


def factor_image(faces: NDArray[np.uint32], height: int, width: int, ground: np.uint32) -> NDArray[np.uint32]:
    """Return the pixels of a matrix of cells of such colours, shape (rows * height, columns * width)."""
    pixels = np.repeat(np.repeat(faces, height, 0), width, 1)
    gap = cell_pattern(height, width, 0) == GROUND
    pixels[np.tile(gap, faces.shape)] = ground
    return np.ascontiguousarray(pixels)


def palette(ink: Ink) -> NDArray[np.uint32]:
    """Return the pixels of ground, face off, cross and face on."""
    style = ink.style
    colours = (QColor(style.panel), ink.still("off", 0.75), ink.still("off_mark", 0.75), on_colour(ink))
    return np.array([c.rgb() for c in colours], np.uint32)


def on_colour(ink: Ink) -> QColor:
    """Return the colour of a bit that is on."""
    return mix(ink.style.activation_low, ink.style.activation_high, 0.8)


def label_of(snapshot: Snapshot, data: DataSet, row: int) -> str:
    """Return a row's label: its inputs and target where they are few, else its number."""
    example = int(snapshot.examples[row])
    if data.x.shape[1] <= 4 and len(snapshot.examples) <= 8:
        return example_words(data, example)
    return count(example + 1)


def label_width(snapshot: Snapshot, data: DataSet, size: int) -> float:
    """Return the width of the widest row label."""
    if data.x.shape[1] <= 4 and len(snapshot.examples) <= 8:
        return max(text_width(label_of(snapshot, data, row), size) for row in range(len(snapshot.examples)))
    return text_width("0" * len(str(len(data.x))) + ",", size)


def draw_matrix(
    painter: QPainter,
    layout: Layout,
    snapshot: Snapshot,
    data: DataSet,
    ink: Ink,
    shown: int | None,
    hover: Unit | None,
    row: int | None,
) -> None:
    """Draw labels, blocks and the marks on them. ``shown``: the chosen row; ``row``: the one under the mouse."""
    colours = palette(ink)
    for block in layout.blocks:
        part = snapshot.masks[block.layer][
            layout.first_row : layout.first_row + layout.shown_rows, block.first : block.first + block.shown
        ]
        pixels = matrix_image(part, layout.row, block.cell, max(1, round(layout.scale * 1.2)), colours)
        if snapshot.factors:
            drawn = snapshot.factors[block.layer][
                layout.first_row : layout.first_row + layout.shown_rows, block.first : block.first + block.shown
            ]
            faces = shades((drawn - 1) / factor_reach(snapshot, block.layer), ink)
            pixels = factor_image(faces, layout.row, block.cell, colours[0])
        tall, wide = pixels.shape
        image = QImage(pixels.data, wide, tall, 4 * wide, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(layout.scale)
        painter.drawImage(QPointF(block.box.left, block.box.top), image)
        _draw_heading(painter, layout, block, snapshot, ink)
    _draw_labels(painter, layout, snapshot, data, ink, shown)
    _draw_scrolls(painter, layout, ink)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if hover is not None and (column := layout.column_box(hover.layer, hover.index)) is not None:
        painter.setPen(QPen(ink.colour("text"), 1.4 * ink.ui))
        painter.drawRect(QRectF(column.left - 1, column.top - 2, column.width + 1, column.height + 3))
    for one, colour, pen in ((row, "text", 1.2), (shown, "accent", 1.6)):
        if one is not None and (box := layout.row_box(one)) is not None:
            painter.setPen(QPen(ink.colour(colour), pen * ink.ui))
            for block in layout.blocks:
                painter.drawRect(QRectF(block.box.left - 2, box.top - 2, block.box.width + 3, box.height + 3))


def _draw_heading(painter: QPainter, layout: Layout, block: MaskBlock, snapshot: Snapshot, ink: Ink) -> None:
    last = block is layout.blocks[-1]
    end = layout.shares.right if last else block.box.right + 8 * ink.ui
    wordings = heading(snapshot, block.layer)
    if snapshot.step and not snapshot.factors and min(block.cell, layout.row) < MARKED:
        wordings = [*(f"{words}; bright: on, grey: off" for words in wordings[:-1]), *wordings]
    room = end - block.box.left
    text = next((w for w in wordings if text_width(w, ink.small) <= room), wordings[-1])
    ink.write(painter, block.box.left, layout.heading, text, "text", room=room, live=True)


def _draw_labels(
    painter: QPainter, layout: Layout, snapshot: Snapshot, data: DataSet, ink: Ink, shown: int | None
) -> None:
    ink.write(painter, layout.label, layout.heading, "example", "dim", align=1.0)
    tall = layout.row / layout.scale
    every = 1 if tall >= ROOMY_ROW * ink.ui else max(1, int(26 * ink.ui / tall))
    for at in range(0, layout.shown_rows, every):
        row = layout.first_row + at
        if row == shown or (every > 1 and shown is not None and abs(row - shown) * tall < 13 * ink.ui):
            continue
        y = layout.top + (at + 0.5) * tall
        ink.write(painter, layout.label, y, label_of(snapshot, data, row), "dim", align=1.0)
    if shown is not None and (box := layout.row_box(shown)) is not None:
        ink.write(painter, layout.label, box.middle, label_of(snapshot, data, shown), "accent", align=1.0, bold=True)
        brush.fill(painter, ink.colour("accent"))
        r = 3 * ink.ui
        brush.arrow_head(painter, layout.label + 2 * ink.ui + r, box.middle, r, r)


def _draw_scrolls(painter: QPainter, layout: Layout, ink: Ink) -> None:
    """Draw how far the matrix is scrolled, where it does not fit."""
    brush.fill(painter, ink.colour("faint"))
    block = layout.blocks[0]
    if layout.shown_rows < layout.rows:
        x, tall = layout.blocks[-1].box.right + 5 * ink.ui, layout.bottom - layout.top
        top = layout.top + tall * layout.first_row / layout.rows
        painter.drawRoundedRect(QRectF(x, top, 4, max(12.0, tall * layout.shown_rows / layout.rows)), 2, 2)
    if block.shown < block.units:
        left = block.box.left + block.box.width * block.first / block.units
        wide = max(12.0, block.box.width * block.shown / block.units)
        painter.drawRoundedRect(QRectF(left, layout.bottom + 2, wide, 3), 1.5, 1.5)


def share_words(shares: list[float], step: float, ink: Ink) -> list[str]:
    """Return shares side by side, ``step`` pixels apart, as per cent with as many decimals as leave a space between
    them; empty where there is no room."""
    for of in (1000, 100):
        words = [share(value, of) for value in shares]
        if max(live_width(text, ink.small) for text in words or [""]) + _BETWEEN * ink.ui <= step:
            return words
    return []


def draw_shares(
    painter: QPainter, layout: Layout, snapshot: Snapshot, ink: Ink, hover: Unit | None, *, dated: bool = False
) -> None:
    """Draw the share of all masks of the run in which each unit was on, with the share that is wanted. ``dated``: the
    matrix above is of another step, so it says up to which."""
    presence, box = snapshot.presence, layout.shares
    if presence is None or not presence.rows:
        return  # no mask was drawn of which a unit could have a share
    for block in layout.blocks:
        part = slice(block.first, block.first + block.shown)
        on = presence.share_on(block.layer)[part]
        step = block.cell / layout.scale
        brush.fill(painter, ink.still("activation_high", 0.4))
        gap = 1.0 if step >= 4 else 0.0
        left = block.box.left + np.arange(len(on)) * step
        tops = box.bottom - on * box.height
        for x, top in zip(left.tolist(), tops.tolist(), strict=True):
            painter.drawRect(QRectF(x, top, step - gap, box.bottom - top))
        if (wanted := share_wanted(snapshot, block.layer)) is not None:
            y = box.bottom - wanted * box.height
            painter.setPen(QPen(ink.colour("text"), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(block.box.left, y), QPointF(block.box.right, y))
        for x, words in zip(left.tolist(), share_words(on.tolist(), step, ink), strict=False):
            y = box.bottom - 8 * ink.ui
            ink.write(painter, x + (step - gap) / 2, y, words, "text", align=0.5, live=True)
        if hover is not None and hover.layer == block.layer and (c := layout.column_box(hover.layer, hover.index)):
            painter.setPen(QPen(ink.colour("text"), 1.4 * ink.ui))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(c.left - 1, box.top, c.width + 1, box.height))
    said = ("on by", f"step {count(snapshot.step)}") if dated else ("on in", "the run")
    if layout.label > max(text_width(words, ink.small) for words in said):
        for line, words in enumerate(said):
            y = box.middle + (line - 0.5) * 12 * ink.ui
            ink.write(painter, layout.label, y, words, "dim", align=1.0)
