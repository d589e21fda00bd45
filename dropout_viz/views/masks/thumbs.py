"""The strip of small sub-networks: the chosen example's over the last steps, or those of this step's examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.style import mix
from dropout_viz.engine.snapshot import Bools
from dropout_viz.views.masks.matrix import on_colour

DOTS = 12
"""Units up to which a layer is drawn as dots; a wider one is a block of pixels."""


@dataclass(frozen=True, eq=False)
class Thumb:
    """One sub-network.

    Attributes:
        title: what is written under it. example: its row in the training set. step: when it was drawn.
        on: per unit layer, input to output, which units were on, (units,).
        chosen: whether it is the one on show in the other views.
    """

    title: str
    example: int
    step: int
    on: tuple[Bools, ...]
    chosen: bool = False


def places(box: Box, count: int, ui: float) -> list[Box]:
    """Return the places of at most ``count`` thumbnails in a strip."""
    below = 18 * ui  # the strip's own line of text
    height = box.height - below
    wide = max(54 * ui, min(1.25 * height, 110 * ui))
    rows = max(1, int((height + 6 * ui) / (wide * 0.9)))
    tall = (height - 6 * ui * (rows - 1)) / rows
    columns = max(1, int((box.width + 6 * ui) / (wide + 6 * ui)))
    wide = (box.width - 6 * ui * (columns - 1)) / columns
    wide = min(wide, 1.6 * tall)
    made = [
        Box(box.left + c * (wide + 6 * ui), box.top + below + r * (tall + 6 * ui), wide, tall)
        for r in range(rows)
        for c in range(columns)
    ]
    return made[:count]


def draw_thumbs(
    painter: QPainter,
    box: Box,
    title: str,
    thumbs: list[Thumb],
    at: list[Box],
    under: int | None,
    image: tuple[int, int] | None,
    ink: Ink,
) -> None:
    """Draw the strip. ``under``: the thumbnail under the mouse; ``image``: (height, width) where the input is one."""
    ink.write(painter, box.left, box.top + 6 * ink.ui, title, "dim", room=box.width)
    for k, (thumb, place) in enumerate(zip(thumbs, at, strict=False)):
        frame = QRectF(place.left, place.top, place.width, place.height)
        painter.setPen(
            QPen(ink.colour("accent"), 1.6 * ink.ui)
            if thumb.chosen
            else QPen(ink.colour("text" if k == under else "line"), 1.0)
        )
        painter.setBrush(ink.colour("raised") if k == under else ink.still("raised", 0.55))
        painter.drawRoundedRect(frame, 5 * ink.ui, 5 * ink.ui)
        _draw_network(painter, place, thumb, image, ink)
        tone, room = "text" if thumb.chosen or k == under else "dim", place.width - 6 * ink.ui
        ink.write(painter, place.centre, place.bottom - 8 * ink.ui, thumb.title, tone, room=room, align=0.5)


def _draw_network(painter: QPainter, place: Box, thumb: Thumb, image: tuple[int, int] | None, ink: Ink) -> None:
    inner = Box(place.left + 8 * ink.ui, place.top + 6 * ink.ui, place.width - 16 * ink.ui, place.height - 24 * ink.ui)
    most = max((len(on) for on in thumb.on if len(on) <= DOTS), default=1)
    step = inner.height / max(most, 3)
    radius = min(0.36 * step, 5.0 * ink.ui)
    xs = np.linspace(inner.left + radius, inner.right - radius, len(thumb.on))
    columns: list[list[QPointF] | None] = []
    for x, on in zip(xs.tolist(), thumb.on, strict=True):
        dots = [QPointF(x, inner.middle + (k - (len(on) - 1) / 2) * step) for k in range(len(on))]
        columns.append(dots if len(on) <= DOTS else None)
    lines = [
        QLineF(a, b)
        for left, right, on, then in zip(columns, columns[1:], thumb.on, thumb.on[1:], strict=False)
        if left is not None and right is not None
        for a, is_on in zip(left, on.tolist(), strict=True)
        for b, then_on in zip(right, then.tolist(), strict=True)
        if is_on and then_on
    ]
    painter.setPen(QPen(ink.still("activation_high", 0.45), 1.0))
    painter.drawLines(lines)
    for layer, (x, on, places_) in enumerate(zip(xs.tolist(), thumb.on, columns, strict=True)):
        if places_ is None:
            across = image[1] if image and not layer else int(np.ceil(np.sqrt(len(on))))
            _draw_block(painter, x, inner, inner.width / (1.2 * len(thumb.on)), on, across, ink)
            continue
        for dot, is_on in zip(places_, on.tolist(), strict=True):
            painter.setPen(Qt.PenStyle.NoPen if is_on else QPen(ink.still("off_mark", 0.7), 1.0))
            painter.setBrush(on_colour(ink) if is_on else ink.colour("panel"))
            painter.drawEllipse(dot, radius, radius)
            if not is_on and radius >= 2.5:
                d = 0.6 * radius
                x0, y0 = dot.x(), dot.y()
                painter.drawLines([QLineF(x0 - d, y0 - d, x0 + d, y0 + d), QLineF(x0 - d, y0 + d, x0 + d, y0 - d)])


def _draw_block(painter: QPainter, x: float, inner: Box, most: float, on: Bools, columns: int, ink: Ink) -> None:
    """Draw a wide layer as a block of cells, one a unit, row by row."""
    scale = painter.deviceTransform().m11() or 1.0
    rows = -(-len(on) // columns)
    cell = max(1, int(min(most / columns, inner.height / rows) * scale))
    bits = np.zeros(rows * columns, np.uint8)
    bits[: len(on)] = 1 + on
    table = np.array(
        [mix(ink.style.panel, ink.style.raised, 0.55).rgb(), ink.still("off", 0.9).rgb(), on_colour(ink).rgb()],
        np.uint32,
    )
    pixels = np.repeat(np.repeat(table[bits.reshape(rows, columns)], cell, 0), cell, 1)
    tall, across = pixels.shape
    image = QImage(np.ascontiguousarray(pixels).data, across, tall, 4 * across, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    left = min(max(x - across / scale / 2, inner.left), inner.right - across / scale)
    painter.drawImage(
        QPointF(round(left * scale) / scale, round((inner.middle - tall / scale / 2) * scale) / scale), image
    )
