"""The row that chooses whose sub-network is shown: a chip an example, or back, number, on, and "follow the batch"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from dropout_viz.analysis.questions.network import ValueSpan
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.box import Box
from dropout_viz.draw.cells import stretch_pixels
from dropout_viz.draw.ink import Ink, levels_of
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


class ChipRow:
    """Chips that are put down one after another, from the left of a box."""

    def __init__(self, box: Box, end: float) -> None:
        self.box, self.x, self.end = box, box.left, end
        self.chips: list[Chip] = []

    def has_room(self, wide: float) -> bool:
        """Return whether something so wide ends before ``end``."""
        return self.x + wide <= self.end

    def add(self, kind: Kind, text: str, wide: float, gap: float, **facts: Any) -> None:
        """Put down a chip, and leave a gap behind it; ``facts``: what else a chip holds."""
        self.chips.append(Chip(kind, text, Box(self.x, self.box.top, wide, self.box.height), **facts))
        self.x += wide + gap


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
    right, end = _name(name, box, ink)
    if few(data):
        for label in ("example", ""):
            row = ChipRow(box, end)
            _add_examples(row, data, example, ink, label)
            if row.chips[-1].box.right <= end:
                return row.chips + right
    row = ChipRow(box, end)
    _add_stepper(row, data, example, shown, follow, ink)
    return row.chips + right


def name_example(data: DataSet, example: int, name: str, box: Box, ink: Ink) -> list[Chip]:
    """Return what a figure has in place of the row: which example it is, its picture, and what it holds."""
    right, end = _name(name, box, ink)
    row, shown = ChipRow(box, end), min(max(example, 0), len(data.x) - 1)
    which = f"example {count(shown + 1)} of {count(len(data.x))}"
    row.add("label", which, live_width(which, ink.body), 12 * ink.ui, strong=True)
    _add_held(row, data, shown, ink)
    return [chip for chip in row.chips if chip.box.right <= end] + right


def _name(name: str, box: Box, ink: Ink) -> tuple[list[Chip], float]:
    """Return the arm's name at the right of the row, and where the rest of the row ends."""
    if not name:
        return [], box.right
    words = elided(name, ink.body, 0.45 * box.width)
    wide = live_width(words, ink.body)
    left = box.right - wide
    return [Chip("label", words, Box(left, box.top, wide, box.height), strong=True)], left - 12 * ink.ui


def _add_examples(row: ChipRow, data: DataSet, example: int, ink: Ink, label: str) -> None:
    if label:
        row.add("label", label, text_width(label, ink.small), 10 * ink.ui)
    for index in range(len(data.x)):
        words = example_words(data, index)
        wide = text_width(words, ink.body) + 18 * ink.ui
        row.add("example", words, wide, 6 * ink.ui, value=index, selected=index == example)


def _add_stepper(row: ChipRow, data: DataSet, example: int, shown: int, follow: bool | None, ink: Ink) -> None:
    ui, total, arrow = ink.ui, len(data.x), row.box.height
    example, shown = (min(max(number, 0), total - 1) for number in (example, shown))
    for words in ("example {} of {}", "{} of {}", "{}"):
        number = words.format(count(example + 1), count(total))
        widest = text_width(words.format(count(total), count(total)), ink.body) + 18 * ui
        if row.has_room(2 * (arrow + 3 * ui) + widest):
            break
    row.add("previous", "‹", arrow, 3 * ui)
    row.add("number", number, widest, 3 * ui)
    row.add("next", "›", arrow, 10 * ui)
    for words in ("follow the batch", "follow") if follow is not None else ():
        wide = text_width(words, ink.body) + 18 * ui
        if row.has_room(wide):
            row.add("follow", words, wide, 12 * ui, selected=follow)
            break
    _add_held(row, data, shown, ink, other=shown != example)


def _add_held(row: ChipRow, data: DataSet, example: int, ink: Ink, *, other: bool = False) -> None:
    """Add the picture of the example on show, what it holds, and whether its numbers are standardised, where they fit.

    ``other``: it is not the one whose number stands beside it, and has its own said first, if need be alone.
    """
    if data.image and row.has_room(row.box.height):
        row.add("picture", "", row.box.height, 8 * ink.ui, value=example)
    words, brief = example_words(data, example), f"{count(example + 1)} shown"
    wordings = [f"example {brief}: {words}", f"{brief}: {words}", f"example {brief}", brief] if other else [words]
    said = next((text for text in wordings if row.has_room(live_width(text, ink.body))), "")
    if not said:
        return
    row.add("label", said, live_width(said, ink.body), 8 * ink.ui, strong=True)
    scale = "inputs standardised" if data.classes else "standardised"
    wide = text_width(scale, ink.small)
    if said.endswith(words) and is_standardised(data) and tells_numbers(data) and row.has_room(wide):
        row.add("label", scale, wide, 0.0)


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
            way = 1 if chip.kind == "next" else -1
            ink.chevron(painter, box.centre, box.middle, way, "text")
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


def draw_picture(painter: QPainter, data: DataSet, example: int, box: Box, ink: Ink) -> None:
    """Draw an example that is a picture, whole, as the data set holds it."""
    if data.image is None or not 0 <= example < len(data.x):
        return
    values = np.nan_to_num(np.asarray(data.x[example], np.float64)).reshape(data.image)
    shares = ValueSpan(float(values.min()), float(values.max())).share(values)
    stretch_pixels(painter, QRectF(box.left, box.top, box.width, box.height), ink.shades()[levels_of(shares)])
