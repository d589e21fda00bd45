"""The text around the network: counts, headings, names of inputs, predictions and targets, and the tip at the mouse."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.draw.headings import Heading, place_headings
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import short, told
from dropout_viz.draw.sheet import PictureSheet
from dropout_viz.draw.text import draw_text, elided, elided_apart, first_fitting, fitting, live_width, text_width
from dropout_viz.draw.unit_marks import NUMBER_RADIUS, factor_ring
from dropout_viz.views.network.layout import Layout, is_slim
from dropout_viz.views.network.units import has_factors
from dropout_viz.views.network.words import (
    TARGET,
    WHO,
    Lines,
    Run,
    counts_line,
    edges_caption,
    headings,
    says,
    shown_note,
    target_words,
    value_words,
)
from dropout_viz.views.unit_names import has_name, input_name, output_name
from dropout_viz.views.weight_names import Names

GAP = 9.0
Said = dict[tuple[int, int], Lines]  # headings that were made, by layer and units on


def side_rooms(reading: Reading, ink: Ink, width: float, circles: tuple[bool, bool]) -> tuple[float, float]:
    """Return the widths that the labels of the first and last layer take; ``circles``: whether those are circles."""
    left = right = 0.0
    gap = GAP * ink.ui
    if circles[0]:
        names = [input_name(reading.data, i) for i in range(reading.sizes[0])]
        left = min(max(text_width(n, ink.body) for n in names), 0.14 * width) + gap
    if circles[1] and not is_slim(width, reading.sizes[-1]):
        if reading.sizes[-1] <= 4:
            said = [text_width(f"{before} {short(-0.88)}", ink.body, True) for before, _ in WHO.values()]
            right = max(*said, _names_width(reading, ink, width)) + gap
        else:
            right = _names_width(reading, ink, width)
            right += text_width("0.00", ink.small) + text_width(TARGET, ink.small, True) + 2 * gap + 4 * ink.ui
    return left, right


def _names_width(reading: Reading, ink: Ink, width: float) -> float:
    """Return the width that the names of several outputs may take; one output has none."""
    n = reading.sizes[-1]
    if n == 1:
        return 0.0
    return min(max(text_width(output_name(reading.data, i, n), ink.body, True) for i in range(n)), 0.14 * width)


def draw_counts(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, scaling: list[Run]) -> None:
    """Write the line of counts in the fullest wording that fits; ``scaling`` is what it says of the scale."""
    line: Run = []
    for line in counts_line(reading, scaling):
        if sum(live_width(text, ink.body, strong) for text, strong in line) <= layout.chooser.width:
            break
    x = layout.chooser.left
    for text, strong in line:
        colour = ink.colour("text" if strong else "dim")
        x += sheet.text(x, layout.counts, text, ink.body, colour, bold=strong, live=strong)


def draw_note(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink) -> None:
    """Write what the batch held of the chosen example."""
    if layout.note is None:
        return
    words, warning = shown_note(reading)
    text = fitting([words], ink.body, layout.chooser.width)
    colour = ink.colour("warning" if warning else "dim")
    sheet.text(layout.chooser.left, layout.note, text, ink.body, colour, live=True)


def layer_headings(layout: Layout, reading: Reading, ink: Ink) -> list[Heading]:
    """Place every layer's heading: hidden layers all in the fullest wording that fits the narrowest of them."""
    pictures = len(layout.before) + bool(layout.before)
    alike = [slice(max(pictures, 1), -1), slice(1, pictures)]
    wordings = [headings(reading, column.layer) for column in layout.every]
    return place_headings(wordings, [column.box.centre for column in layout.every], layout.width, alike, ink)


def draw_headings(painter: QPainter, layout: Layout, reading: Reading, ink: Ink, places: list[Heading]) -> None:
    """Write what stays of every layer's heading: its name and, where there is room, its drop probability."""
    for column, place in zip(layout.every, places, strict=True):
        name, odds, _ = headings(reading, column.layer)[place.wording]
        y = layout.heading + layout.line / 2
        draw_text(painter, place.x, y, name, ink.body, ink.colour("text"), bold=True, align=0.5)
        if not layout.low:
            draw_text(painter, place.x, y + layout.line, odds, ink.small, ink.colour("dim"), align=0.5)


def draw_alive(
    sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, places: list[Heading], said: Said
) -> None:
    """Write the line of every heading that changes with the mask: units on. ``said`` keeps the words."""
    for layer, place in enumerate(places, -len(reading.before)):
        key = (layer, reading.count_on(layer))
        if key not in said:
            said[key] = headings(reading, layer, key[1])[place.wording]
        _, odds, on = said[key]
        y = layout.heading + layout.line * (2.5 if odds else 1.5)
        sheet.text(place.x, y, on, ink.small, ink.colour("dim"), align=0.5)


def draw_inputs(painter: QPainter, layout: Layout, reading: Reading, ink: Ink) -> None:
    """Name the inputs, left of their circles."""
    column = layout.columns[0]
    if column.kind != "circles" or column.pitch < ink.small:
        return
    x = column.box.left - GAP * ink.ui
    room = max(x - 4.0, 10.0)
    size = ink.body if column.radius >= 9 else ink.small
    names = [input_name(reading.data, index) for index in range(reading.sizes[0])]
    for name, y in zip(elided_apart(names, size, room), column.y.tolist(), strict=True):
        draw_text(painter, x, y, name, size, ink.colour("text"), align=1.0)


def draw_hidden(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink) -> None:
    """Name the hidden units as all views call them, above their circles where there is room."""
    names = Names(reading.sizes, reading.data)
    for column in layout.columns[1:-1]:
        ring = factor_ring(column.radius, ink) + 1 if has_factors(reading, column) else 0.0
        above = column.radius + ring + 0.7 * ink.small
        if column.kind == "circles" and column.radius >= NUMBER_RADIUS and column.pitch - column.radius > 1.4 * above:
            for index, (x, y) in enumerate(zip(column.x.tolist(), column.y.tolist(), strict=True)):
                sheet.text(x, y - above, names.unit(column.layer, index), ink.small, ink.colour("dim"), align=0.5)


def draw_outputs(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink) -> None:
    """Say what the outputs predict under this mask, and what they should."""
    column, n = layout.columns[-1], reading.sizes[-1]
    if column.kind != "circles" or reading.shown.row is None:
        return
    if layout.answer is not None:
        _draw_answer(sheet, layout, reading, ink, layout.answer)
    elif n <= 4:
        for index in range(n):
            _draw_output(sheet, layout, reading, ink, index)
    else:
        _draw_classes(sheet, layout, reading, ink)


def _draw_classes(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink) -> None:
    """Name many outputs, each in a line with its value, that which says most among them, and the targets."""
    column, n, best = layout.columns[-1], reading.sizes[-1], reading.said
    x, wide = column.box.right + GAP * ink.ui, _names_width(reading, ink, layout.width)
    sparse = column.pitch < ink.small  # no room for every name: only what is predicted and what is right
    for index, (y, value) in enumerate(zip(column.y.tolist(), reading.values[-1].tolist(), strict=True)):
        strong, wanted = index == best, reading.target(index) > 0.5
        if sparse and not (strong or wanted):
            continue
        colour = ink.colour("text" if strong else "dim")
        name = elided(output_name(reading.data, index, n), ink.body, wide + 1, strong)
        sheet.text(x, y, name, ink.body, colour, bold=strong)
        at = x + wide + GAP * ink.ui
        if column.radius < NUMBER_RADIUS:
            sheet.text(at, y, value_words(reading, column.layer, value), ink.small, colour)
            at += text_width("0.00", ink.small) + 4 * ink.ui
        if wanted:
            sheet.text(at, y, TARGET, ink.small, ink.colour("accent"), bold=True)


def _said(reading: Reading, index: int, ink: Ink, room: float) -> tuple[str, str]:
    """Return what an output says, in a few characters where there is no room for more, and its target."""
    last, value = len(reading.sizes) - 1, float(reading.values[-1][index])
    said = value_words(reading, last, value, told)
    if text_width(f"{says(reading)} {said}", ink.body, True) > room:
        said = value_words(reading, last, value)
    return said, target_words(reading, index)


def _draw_output(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, index: int) -> None:
    """Say of one of few outputs in lines of their own its name, what it predicts, and what it should.

    Where outputs stand too close for that, name and prediction share a line, and the target goes first.
    """
    column, n = layout.columns[-1], reading.sizes[-1]
    line, x = 17 * ink.ui, column.box.right + GAP * ink.ui
    room = layout.width - column.box.right - (GAP + 4) * ink.ui
    said, aim = _said(reading, index, ink, room)
    name, answer = "", f"{says(reading)} {said}"
    if has_name(reading.data, n):
        apart = n == 1 or column.pitch >= 3 * line
        room -= 0 if apart else text_width(f" {said}", ink.body, True)
        name = elided(output_name(reading.data, index, n), ink.body, room, not apart)
        answer = answer if apart else f"{name} {said}"
        name = name if apart else ""
        aim = aim if column.pitch >= 2 * line else ""
    lines = [piece for piece in ((name, "text", False), (answer, "text", True), (aim, "dim", False)) if piece[0]]
    y = float(column.y[index]) - line * (len(lines) - 1) / 2
    for at, (text, colour, bold) in enumerate(lines):
        sheet.text(x, y + at * line, text, ink.body, ink.colour(colour), bold=bold, live=bold)


def _draw_answer(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, y: float) -> None:
    """Say in a line below a slim network what its one output predicts, and what it should."""
    said, aim = _said(reading, 0, ink, layout.width)
    words, gap = f"{says(reading)} {said}", GAP * ink.ui if aim else 0.0
    if has_name(reading.data, 1):
        room = layout.width - live_width(f": {words}", ink.body, True) - live_width(aim, ink.body) - 4 * GAP * ink.ui
        words = f"{elided(output_name(reading.data, 0, 1), ink.body, room, True)}: {words}"
    left = (layout.width - live_width(words, ink.body, True) - gap - live_width(aim, ink.body)) / 2
    x = left + sheet.text(left, y, words, ink.body, ink.colour("text"), bold=True, live=True) + gap
    sheet.text(x, y, aim, ink.body, ink.colour("dim"), live=True)


def draw_captions(painter: QPainter, layout: Layout, reading: Reading, ink: Ink) -> None:
    """Write under each wide weight layer how many of its edges are drawn; all in one line where the gaps are narrow."""
    if layout.caption is None:
        return
    captions, xs, said = [edges_caption(reading, k) for k in range(len(reading.edges))], [], list[str]()
    for before, after, wordings in zip(layout.columns, layout.columns[1:], captions, strict=False):
        room = after.box.centre - before.box.centre - 8 * ink.ui
        xs.append((before.box.centre + after.box.centre) / 2)
        said.append(first_fitting(wordings, ink.small, room))
    if any(wordings and not words for wordings, words in zip(captions, said, strict=True)):
        xs = [layout.width / 2]
        said = ["strongest edges drawn: " + ", ".join(wordings[-1] for wordings in captions if wordings)]
    for x, words in zip(xs, said, strict=True):
        ink.write(painter, x, layout.caption, words, "dim", align=0.5)
