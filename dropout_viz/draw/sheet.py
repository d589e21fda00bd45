"""A sheet of small pictures: each is painted once, and all that a frame needs are pasted in one call.

Pasting takes a hundredth of what it takes to smooth a circle or to write a word, and one call from Python a thousandth
of what a call for each takes. So what a frame shows in many places in few kinds goes through here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from shiboken6 import Shiboken

from dropout_viz.draw.ink import Ink
from dropout_viz.draw.painting import painting
from dropout_viz.draw.text import Shortened, draw_text, is_vector, live_width, text_reach, text_width

SIDE = 1024
"""Device pixels of a sheet's width and height; a picture that would not fit is drawn without it."""
_PIECES = re.compile(r"\d\d?|\D+")
_PARTS = 32  # of a pixel: pictures that lie differently between pixels are different ones
_WRAP: Any = Shiboken.wrapInstance  # a fragment at an address: of an array, the first of many

Draw = Callable[[QPainter, float, float], object]
"""Draws a picture about x, y."""


class PictureSheet:
    """Collects what is to be pasted between ``begin`` and ``end``. Into a vector picture it all is drawn at once.

    Attributes:
        painter: where it goes, for what is not pasted: that comes to lie below all that is.
    """

    painter: QPainter
    _panel: QColor

    def __init__(self) -> None:
        self._kept: tuple[Ink, float] | None = None
        self._made = QPixmap()
        self._slots: dict[tuple[Hashable, int, int], int] = {}
        self._boxes: list[tuple[float, ...]] = []  # by slot: its middle from its place, then where it is on the sheet
        self._table = np.empty((0, 6))
        self._free = (0, 0, 0)  # where the next slot begins, from the left and the top, and how high its row is
        self._fragments = np.zeros((0, 10))
        self._places: list[tuple[float, float]] = []
        self._which: list[int] = []
        self._scale, self._vector = 1.0, False

    def begin(self, painter: QPainter, scale: float, ink: Ink) -> None:
        """Begin a frame. ``scale``: device pixels for a unit of the painter. Pictures of another ``ink`` are let go."""
        self.painter, self._scale, self._vector = painter, scale, is_vector(painter)
        self._places, self._which = [], []
        if self._kept is None or self._kept[0] is not ink or self._kept[1] != scale:
            self._clear()
        self._kept, self._panel = (ink, scale), ink.colour("panel")

    def paste(self, key: Hashable, x: float, y: float, reach: QRectF, draw: Draw) -> None:
        """Paste a picture about x, y; ``draw`` is asked once for one of this ``key`` that lies alike between pixels.
        ``reach`` is the part of the plane about x, y that it covers."""
        if self._vector:
            draw(self.painter, x, y)
            return
        if not self._again(key, x, y):
            self._paint(key, x, y, reach, draw)

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        pixels: int,
        colour: QColor,
        *,
        bold: bool = False,
        align: float = 0.0,
        live: bool = False,
    ) -> float:
        """Write one line on the panel as ``draw_text`` does and return its width. ``live``: of so many wordings that it
        is seldom the same; its digits, all as wide, are kept two by two."""
        if self._vector or isinstance(text, Shortened):
            return draw_text(self.painter, x, middle, text, pixels, colour, bold=bold, align=align, live=live)
        if live:
            x -= align * live_width(text, pixels, bold)
            begun = x
            for part in _PIECES.findall(text):
                x += self.text(x, middle, part, pixels, colour, bold=bold)
            return x - begun
        width = text_width(text, pixels, bold)
        x -= align * width
        key = (text, pixels, bold, colour.rgba())
        if text and not self._again(key, x, middle):
            draw = partial(draw_text, text=text, pixels=pixels, colour=colour, bold=bold)
            self._paint(key, x, middle, text_reach(text, pixels, bold), draw, colour)
        return width

    def end(self) -> None:
        """Paste all that has been collected, in its order."""
        n = len(self._which)
        if not n:
            return
        if len(self._table) < len(self._boxes):
            self._table = np.array(self._boxes)
        if len(self._fragments) < n:
            self._fragments = np.zeros((2 * n, 10))  # middle, place on the sheet, two scales, angle, opacity
            self._fragments[:, 9] = 1.0
        made, found = self._fragments[:n], self._table[self._which]
        made[:, 0:2] = (np.array(self._places) + found[:, 0:2]) / self._scale
        made[:, 2:6] = found[:, 2:6]
        made[:, 6:8] = 1 / self._scale
        first = _WRAP(made.ctypes.data, QPainter.PixmapFragment)
        self.painter.drawPixmapFragments(first, n, self._made)
        self._places, self._which = [], []

    def _clear(self) -> None:
        self._slots, self._boxes, self._table = {}, [], np.empty((0, 6))
        self._free = (0, 0, 0)

    def _again(self, key: Hashable, x: float, y: float) -> bool:
        """Note a picture that is on the sheet already, and return whether it is."""
        right, down = x * self._scale, y * self._scale
        column, row = math.floor(right), math.floor(down)
        slot = self._slots.get((key, int(_PARTS * (right - column)), int(_PARTS * (down - row))))
        if slot is None:
            return False
        self._places.append((column, row))
        self._which.append(slot)
        return True

    def _paint(
        self, key: Hashable, x: float, y: float, reach: QRectF, draw: Draw, letters: QColor | None = None
    ) -> None:
        """Paint a picture into the next free slot, and note it; ``letters``: their colour, if it is text. A full sheet
        begins anew."""
        scale = self._scale
        right, down = x * scale, y * scale
        column, row = math.floor(right), math.floor(down)
        right, down = right - column, down - row
        box = QRectF(reach.topLeft() * scale, reach.size() * scale).translated(right, down).toAlignedRect()
        wide, high = box.width(), box.height()
        if wide > SIDE or high > SIDE:
            draw(self.painter, x, y)
            return
        left, top, tall = self._free
        if left + wide > SIDE:
            left, top, tall = 0, top + tall, 0
        if top + high > SIDE:
            self.end()
            self._clear()
            left, top, tall = 0, 0, 0
        if not self._boxes:
            self._made = QPixmap(SIDE, SIDE)
            self._made.fill(Qt.GlobalColor.transparent)
        self._free = (left + wide, top, max(tall, high))
        made = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
        made.fill(Qt.GlobalColor.transparent if letters is None else self._panel)
        with painting(made) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.translate(-box.left(), -box.top())
            p.scale(scale, scale)
            draw(p, right / scale, down / scale)
        if letters is not None:
            _lift(made, letters, self._panel)
        with painting(self._made) as p:
            p.drawImage(left, top, made)
        self._slots[key, int(_PARTS * right), int(_PARTS * down)] = len(self._boxes)
        self._places.append((column, row))
        self._which.append(len(self._boxes))
        self._boxes.append((box.left() + wide / 2, box.top() + high / 2, left, top, wide, high))


def _lift(image: QImage, colour: QColor, ground: QColor) -> None:
    """Take the ground away from letters that are painted on it. Painted on nothing they would be smoothed otherwise:
    Qt looks at what lies below them."""
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)
    ink, below = (np.array([c.blue(), c.green(), c.red()], float) for c in (colour, ground))
    way = ink - below
    share = np.clip((pixels[:, :, :3] - below) @ way / max(way @ way, 1.0), 0.0, 1.0)
    pixels[:] = np.rint(share[:, :, None] * [*ink, 255.0])


def around(radius: float) -> QRectF:
    """Return the square that a circle covers about its middle."""
    return QRectF(-radius, -radius, 2 * radius, 2 * radius)
