"""Where everything in the Code view stands, and text cut into lines. Arithmetic only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dropout_viz.draw.box import Box, ui_scale
from dropout_viz.engine.slow_motion import STAGES
from dropout_viz.views.code_numbers import Piece


@dataclass(frozen=True)
class Layout:
    """The places of one size of the view.

    Attributes:
        ui: size of text over its size in a window of ordinary size.
        stages: a chip for each of ``STAGES``. controls: the row of buttons. code: the lines. numbers: the formula.
        line: height of a line of code.
    """

    ui: float
    stages: tuple[Box, ...]
    controls: Box
    code: Box
    numbers: Box
    line: float


def make_layout(width: float, height: float, lines: int) -> Layout:
    """Lay out the view for so many lines of code."""
    ui = ui_scale(width * 1.5, height * 1.3)
    margin, gap = 10 * ui, 4 * ui
    chip = (width - 2 * margin - gap * (len(STAGES) - 1)) / len(STAGES)
    stages = tuple(Box(margin + k * (chip + gap), margin, chip, 24 * ui) for k in range(len(STAGES)))
    controls = Box(margin, stages[0].bottom + 8 * ui, width - 2 * margin, 24 * ui)
    top = controls.bottom + 10 * ui
    line = 18 * ui
    if width > 780 and width > 1.35 * height:
        middle = width * 0.52
        code = Box(margin, top, middle - margin - 8 * ui, height - top - margin)
        numbers = Box(middle + 8 * ui, top, width - middle - 8 * ui - margin, height - top - margin)
        return Layout(ui, stages, controls, code, numbers, line)
    rest = height - top - margin
    tall = min(lines * line + 8 * ui, max(rest - 118 * ui, 0.42 * rest))
    code = Box(margin, top, width - 2 * margin, tall)
    below = code.bottom + 12 * ui
    return Layout(ui, stages, controls, code, Box(margin, below, width - 2 * margin, height - below - margin), line)


def wrapped(row: Sequence[Piece], room: float, width: Callable[[str], float]) -> list[list[tuple[float, Piece]]]:
    """Return a row of pieces cut into lines that fit, each piece with its place across; later lines are indented."""
    lines: list[list[tuple[float, Piece]]] = [[]]
    x = 0.0
    for piece in row:
        for word in _words(piece):
            wide = width(word.text)
            if lines[-1] and x + width(word.text.rstrip()) > room:
                lines.append([])
                x = width("    ")
                word = Piece(word.text.lstrip(), word.thing, word.tone)
                wide = width(word.text)
            lines[-1].append((x, word))
            x += wide
    return lines


def _words(piece: Piece) -> list[Piece]:
    """Return a piece cut after its spaces, unless it is a number's: those stay whole."""
    if piece.thing is not None and len(piece.text) < 28:
        return [piece]
    words, start = [], 0
    for at, character in enumerate(piece.text):
        if character == " " and at + 1 < len(piece.text) and piece.text[at + 1] != " ":
            words.append(piece.text[start : at + 1])
            start = at + 1
    return [Piece(text, piece.thing, piece.tone) for text in [*words, piece.text[start:]] if text]
