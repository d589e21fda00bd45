"""The row that chooses whose sub-network is shown: a chip an example, or back, number, on, and "follow the batch"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import count
from dropout_viz.draw.sheet import PictureSheet
from dropout_viz.draw.text import draw_text, elided, live_width, text_width
from dropout_viz.views.unit_names import example_words, is_standardised, tells_numbers

Kind = Literal["example", "previous", "number", "next", "follow", "label", "picture"]


@dataclass(frozen=True)
class Chip:
    """One thing in the row: a button, or with the kinds ``label`` and ``picture`` something only to look at."""

    kind: Kind
    text: str
    box: Box
    value: int = 0
    selected: bool = False
    strong: bool = False

    @property
    def is_button(self) -> bool:
        return self.kind not in ("label", "picture")


def few(data: DataSet) -> bool:
    """Return whether every example can have a chip of its own."""
    return len(data.x) <= 8 and data.x.shape[1] <= 6


def make_chips(
    data: DataSet, example: int, shown: int, follow: bool | None, name: str, box: Box, ink: Ink
) -> list[Chip]:
    """Return the row's chips.

    Args:
        example: the one that is chosen. shown: the one whose network is drawn, another where the batch lacks that.
        follow: whether the view follows the batch, or None where every step sees every example.
        name: of the arm, said at the right; or ``""``.
        box: the room for the row.
    """
    right = _name(name, box, ink) if name else []
    room = (right[0].box.left - 12 * ink.ui if right else box.right) - box.left
    if few(data):
        for label in ("example", ""):
            chips = _example_chips(data, example, box, ink, label)
            if chips[-1].box.right - box.left <= room:
                return chips + right
    return _stepper(data, example, shown, follow, box, ink, room) + right


def name_example(data: DataSet, example: int, name: str, box: Box, ink: Ink) -> list[Chip]:
    """Return what a figure has in place of the row: which example it is, its picture, and what it holds."""
    right = _name(name, box, ink) if name else []
    end = right[0].box.left - 12 * ink.ui if right else box.right
    shown = min(max(example, 0), len(data.x) - 1)
    which = f"example {count(shown + 1)} of {count(len(data.x))}"
    chips = [Chip("label", which, Box(box.left, box.top, live_width(which, ink.body), box.height), strong=True)]
    x = chips[0].box.right + 12 * ink.ui
    if data.image and x + box.height <= end:
        chips.append(Chip("picture", "", Box(x, box.top, box.height, box.height), shown))
        x += box.height + 8 * ink.ui
    chips += _held(data, shown, x, end, box, ink)
    return [chip for chip in chips if chip.box.right <= end] + right


def _chip(kind: Kind, text: str, x: float, box: Box, ink: Ink, width: float | None = None) -> Chip:
    if width is None:
        width = text_width(text, ink.body, kind == "label") + (0 if kind == "label" else 18 * ink.ui)
    return Chip(kind, text, Box(x, box.top, width, box.height))


def _example_chips(data: DataSet, example: int, box: Box, ink: Ink, label: str) -> list[Chip]:
    chips, x = [], box.left
    if label:
        head = text_width(label, ink.small)
        chips.append(Chip("label", label, Box(x, box.top, head, box.height)))
        x += head + 10 * ink.ui
    for index in range(len(data.x)):
        made = _chip("example", example_words(data, index), x, box, ink)
        chips.append(replace(made, value=index, selected=index == example))
        x = made.box.right + 6 * ink.ui
    return chips


def _stepper(
    data: DataSet, example: int, shown: int, follow: bool | None, box: Box, ink: Ink, room: float
) -> list[Chip]:
    ui, total = ink.ui, len(data.x)
    arrow = box.height
    example, shown = (min(max(number, 0), total - 1) for number in (example, shown))
    for words in ("example {} of {}", "{} of {}", "{}"):
        number = words.format(count(example + 1), count(total))
        widest = text_width(words.format(count(total), count(total)), ink.body) + 18 * ui
        if 2 * (arrow + 3 * ui) + widest <= room:
            break
    chips = [_chip("previous", "‹", box.left, box, ink, arrow)]
    x = chips[-1].box.right + 3 * ui
    chips.append(_chip("number", number, x, box, ink, widest))
    x += widest + 3 * ui
    chips.append(_chip("next", "›", x, box, ink, arrow))
    x += arrow + 10 * ui
    if follow is not None:
        made = _chip("follow", "follow the batch", x, box, ink)
        if made.box.right - box.left > room:
            made = _chip("follow", "follow", x, box, ink)
        if made.box.right - box.left <= room:
            chips.append(replace(made, selected=follow))
            x = made.box.right + 12 * ui
    if data.image and x + arrow - box.left <= room:
        chips.append(Chip("picture", "", Box(x, box.top, arrow, box.height), shown))
        x += arrow + 8 * ui
    end = box.left + room
    return chips + _held(data, shown, x, end, box, ink, other=shown != example)


def _held(data: DataSet, example: int, x: float, end: float, box: Box, ink: Ink, *, other: bool = False) -> list[Chip]:
    """Return what the example on show holds, and whether its numbers are standardised, where that ends before ``end``.

    ``other``: it is not the one whose number stands beside it, and has its own said first, if need be alone.
    """
    words, brief = example_words(data, example), f"{count(example + 1)} shown"
    wordings = [f"example {brief}: {words}", f"{brief}: {words}", f"example {brief}", brief] if other else [words]
    fitting = [text for text in wordings if x + live_width(text, ink.body) <= end]
    if not fitting:
        return []
    said, wide = fitting[0], live_width(fitting[0], ink.body)
    chips = [Chip("label", said, Box(x, box.top, wide, box.height), strong=True)]
    scale = "inputs standardised" if data.classes else "standardised"
    x, wide = x + wide + 8 * ink.ui, text_width(scale, ink.small)
    if said.endswith(words) and is_standardised(data) and tells_numbers(data) and x + wide <= end:
        chips.append(Chip("label", scale, Box(x, box.top, wide, box.height)))
    return chips


def _name(name: str, box: Box, ink: Ink) -> list[Chip]:
    words = elided(name, ink.body, 0.45 * box.width)
    wide = live_width(words, ink.body)
    return [Chip("label", words, Box(box.right - wide, box.top, wide, box.height), strong=True)]


def buttons(chips: list[Chip]) -> list[Chip]:
    """Return what stays of a row while the example on show changes: its buttons, without a number."""
    return [replace(c, text="") if c.kind == "number" else c for c in chips if c.is_button]


def draw_buttons(painter: QPainter, chips: list[Chip], ink: Ink, under: Chip | None) -> None:
    """Draw the buttons of a row; ``under`` is the chip under the mouse."""
    for chip in chips:
        box = chip.box
        lit = under is not None and under.kind == chip.kind and under.value == chip.value
        ink.plate(painter, box, ink.colour("accent" if chip.selected else "line" if lit else "raised"))
        if chip.kind in ("previous", "next"):
            _draw_arrow(painter, box, chip.kind == "next", ink)
        else:
            colour = ink.colour("accent_text" if chip.selected else "text")
            draw_text(painter, box.centre, box.middle, chip.text, ink.body, colour, align=0.5)


def draw_example(sheet: PictureSheet, chips: list[Chip], data: DataSet, ink: Ink) -> None:
    """Draw what changes with the example on show: its number, its picture and what it is."""
    for chip in chips:
        box = chip.box
        if chip.kind == "picture":
            draw_picture(sheet.painter, data, chip.value, box, ink)
        elif chip.kind == "label":
            size, colour = (ink.body, "text") if chip.strong else (ink.small, "dim")
            sheet.text(box.left, box.middle, chip.text, size, ink.colour(colour))
        elif chip.kind == "number":
            sheet.text(box.centre, box.middle, chip.text, ink.body, ink.colour("text"), align=0.5, live=True)


def _draw_arrow(painter: QPainter, box: Box, right: bool, ink: Ink) -> None:
    pen = QPen(ink.colour("text"), 1.8 * ink.ui)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    a, b = (2.5 if right else -2.5) * ink.ui, 4.5 * ink.ui
    x, y = box.centre, box.middle
    painter.drawPolyline([QPointF(x - a, y - b), QPointF(x + a, y), QPointF(x - a, y + b)])


def draw_picture(painter: QPainter, data: DataSet, example: int, box: Box, ink: Ink) -> None:
    """Draw an example that is a picture, whole, as the data set holds it."""
    if data.image is None or not 0 <= example < len(data.x):
        return
    values = np.nan_to_num(np.asarray(data.x[example], np.float64)).reshape(data.image)
    low, high = float(values.min()), float(values.max())
    shade = ((values - low) / ((high - low) or 1.0) * 63 + 0.5).astype(np.intp)
    pixels = np.ascontiguousarray(ink.shades()[shade])
    image = QImage(pixels.data, data.image[1], data.image[0], 4 * data.image[1], QImage.Format.Format_RGB32)
    painter.drawImage(QRectF(box.left, box.top, box.width, box.height), image)
