"""Where everything in the Code view stands, and text cut into lines. Arithmetic only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dropout_viz.draw.box import Box, ui_scale
from dropout_viz.draw.style import BODY
from dropout_viz.engine.slow_motion import STAGES
from dropout_viz.views.code.numbers import Piece

_LINE, _LOW_LINE = 18, 14  # height of a row of code, and where many are to fit
_LOWEST = 11  # pixels of letters that are read with ease
_OPERATORS = "+-*/@"
_INDENT = 4  # characters before a line that goes on

MORE = 15
"""Height of what says how many rows more there are."""


@dataclass(frozen=True)
class CodeRow:
    """A line of code, or a part of one: its characters ``start:end``, behind ``indent`` spaces."""

    number: int
    start: int
    end: int
    indent: int = 0


@dataclass(frozen=True)
class Layout:
    """The places of one size of the view.

    Attributes:
        ui: size of text over its size in a window of ordinary size.
        stages: a chip for each of ``STAGES``. controls: the row of buttons. code: the lines. numbers: the formula.
        rows: the lines of code, cut where one is longer than the room. letters: height of their letters, in pixels.
        line: height of a row.
    """

    ui: float
    stages: tuple[Box, ...]
    controls: Box
    code: Box
    numbers: Box
    rows: tuple[CodeRow, ...]
    letters: int
    line: float

    @property
    def most(self) -> int:
        """How many rows can be seen at once: all, or as many as leave room to say how many more there are."""
        room = self.code.height - 4 * self.ui
        if len(self.rows) * self.line <= room:
            return len(self.rows)
        return max(1, int((room - MORE * self.ui) / self.line))


def make_layout(width: float, height: float, texts: Sequence[str], advance: float) -> Layout:
    """Lay out the view for lines of code; ``advance``: the width of a character over the height of the letters."""
    ui = ui_scale(width * 1.5, height * 1.3)
    margin, gap = 10 * ui, 4 * ui
    chip = (width - 2 * margin - gap * (len(STAGES) - 1)) / len(STAGES)
    stages = tuple(Box(margin + k * (chip + gap), margin, chip, 24 * ui) for k in range(len(STAGES)))
    controls = Box(margin, stages[0].bottom + 8 * ui, width - 2 * margin, 24 * ui)
    top = controls.bottom + 10 * ui
    beside = width > 780 and width > 1.35 * height
    middle = width * 0.52 if beside else width + 8 * ui
    wide = middle - margin - 8 * ui - (0 if beside else margin)
    letters, rows = _cut(texts, wide - 36 * ui, advance, ui)
    rest = height - top - margin
    edge, room = 8 * ui, rest if beside else rest - 118 * ui
    line = min(_LINE * ui, max(_LOW_LINE * ui, (room - edge) / len(rows)))
    if line < letters * 1.2:
        letters, rows = _cut(texts, wide - 36 * ui, advance, ui, lowest=True)
    if beside:
        code = Box(margin, top, wide, rest)
        numbers = Box(middle + 8 * ui, top, width - middle - 8 * ui - margin, rest)
    else:  # where all is low the lines go before a table of numbers, and leave the formula its room
        three = 3 * line + edge + MORE * ui
        tall = min(len(rows) * line + edge, max(room, rest - 66 * ui, 0.42 * rest, three))
        code = Box(margin, top, wide, tall)
        below = code.bottom + 12 * ui
        numbers = Box(margin, below, wide, height - below - margin)
    return Layout(ui, stages, controls, code, numbers, tuple(rows), letters, line)


def _cut(
    texts: Sequence[str], room: float, advance: float, ui: float, lowest: bool = False
) -> tuple[int, list[CodeRow]]:
    """Return the height of letters in which lines of code fit, not too small to be read, and the lines cut to that."""
    longest = max(map(len, texts))
    letters = _LOWEST if lowest else min(round(BODY * ui), max(_LOWEST, int(room / (longest * advance))))
    columns = int(room / (letters * advance))
    return letters, [row for number, text in enumerate(texts) for row in _cut_line(number, text, columns)]


def _cut_line(number: int, text: str, columns: int) -> list[CodeRow]:
    """Return a line as rows of so many characters at most, cut behind a space, and before an operator, if there is one;
    later rows are indented."""
    rows, start, indent = [], 0, 0
    while len(text) - start > columns - indent:
        end = start + columns - indent
        space = text.rfind(" ", start + 1, end + 1)
        if space > start + indent:
            end = space - 1 if text[space - 2] == " " and text[space - 1] in _OPERATORS else space + 1
        rows.append(CodeRow(number, start, end, indent))
        start, indent = end, min(_INDENT, columns // 2)
    return [*rows, CodeRow(number, start, len(text), indent)]


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
