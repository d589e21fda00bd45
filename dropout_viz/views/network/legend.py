"""The legend of the Network view: what width, colour, fill, cross and dot mean, with the values at the scales' ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPen, QPolygonF

from dropout_viz.analysis.questions.network import Reading, ValueSpan
from dropout_viz.draw.box import Box
from dropout_viz.draw.factors import draw_scale
from dropout_viz.draw.ink import OFF_STAMP, Ink
from dropout_viz.draw.numbers import MINUS, plain
from dropout_viz.draw.text import draw_text, text_width
from dropout_viz.views.network.layout import Layout
from dropout_viz.views.network.units import bias_radius

ROW = 31.0
"""Height of one row of the legend at ordinary size."""
GAP = 22.0
_NAMED_LAYERS = 3
"""Distance between its entries."""


@dataclass(frozen=True)
class Item:
    """One entry: its width, and how to draw it from a left edge and the middle of its row."""

    width: float
    draw: Callable[[QPainter, float, float], None]


def legend_items(reading: Reading, ink: Ink, brief: bool) -> list[Item]:
    """Return the entries that this reading needs. ``brief`` ones use fewer words."""
    items = [_weights(reading, ink, brief), _activations(reading, ink, brief)]
    used = reading.snapshot.used
    if used.noise_kind.on_off:
        items.append(_off(ink, brief))
    elif any(used.drop_probabilities):
        items.append(_factors(ink, brief))
    if any(len(b) for b in reading.snapshot.biases):
        items.append(_bias(ink))
    if reading.odd:
        items.append(_odd(ink))
    return items


def legend_rows(reading: Reading, ink: Ink, width: float) -> list[list[Item]]:
    """Return the entries in as few rows as they fit a width."""
    rows = _flow(legend_items(reading, ink, False), width, GAP * ink.ui)
    return rows if len(rows) == 1 else _flow(legend_items(reading, ink, True), width, GAP * ink.ui)


def _flow(items: list[Item], width: float, gap: float) -> list[list[Item]]:
    rows: list[list[Item]] = [[]]
    used = 0.0
    for item in items:
        if rows[-1] and used + gap + item.width > width:
            rows.append([])
            used = 0.0
        used += item.width + (gap if rows[-1] else 0.0)
        rows[-1].append(item)
    return rows


def draw_legend(painter: QPainter, box: Box, rows: list[list[Item]], ink: Ink) -> None:
    """Draw the rows of the legend, each centred."""
    gap = GAP * ink.ui
    for index, row in enumerate(rows):
        middle = box.top + (index + 0.5) * ROW * ink.ui
        x = box.left + (box.width - sum(i.width for i in row) - gap * (len(row) - 1)) / 2
        for item in row:
            item.draw(painter, x, middle)
            x += item.width + gap


def ends_of(limits: tuple[float, ...], brief: bool) -> str:
    """Return where the scales of the weights end, in words: each layer has its own, from left to right."""
    if len(limits) > _NAMED_LAYERS:
        return f"ends: ±{plain(min(limits))} to ±{plain(max(limits))}, by layer"
    if brief:
        return f"ends: {', '.join(f'±{plain(limit)}' for limit in limits)}, by layer"
    names = [*(f"hidden {k + 1}" for k in range(len(limits) - 1)), "output"]
    return f"ends: {', '.join(f'±{plain(end)} into {name}' for end, name in zip(limits, names, strict=True))}"


def _weights(reading: Reading, ink: Ink, brief: bool) -> Item:
    ui, tick = ink.ui, ink.tiny
    title = "weight"
    head = text_width(title, ink.small) + 10 * ui
    bar = (80 if brief else 150) * ui
    limits = reading.limits
    alike = len(set(limits)) == 1
    marks = (
        (f"≤ {MINUS}{plain(limits[0])}", "0", f"≥ {plain(limits[0])}") if alike else ("", ends_of(limits, brief), "")
    )
    side = max(14 * ui, text_width(marks[0], tick) / 2, (text_width(marks[1], tick) - bar) / 2)

    def draw(painter: QPainter, x: float, middle: float) -> None:
        y = middle - 5 * ui
        draw_text(painter, x, y, title, ink.small, ink.colour("dim"))
        left, right = x + head + side, x + head + side + bar
        wide, thin = ink.width(1.0) / 2, ink.width(0.0) / 2
        colours = QLinearGradient(left, 0, right, 0)
        for stop in range(11):
            colours.setColorAt(stop / 10, ink.signed(stop / 5 - 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours)
        centre = (left + right) / 2
        outline = [(left, -wide), (centre, -thin), (right, -wide), (right, wide), (centre, thin), (left, wide)]
        painter.drawPolygon(QPolygonF([QPointF(px, y + py) for px, py in outline]))
        for at, text in zip((left, centre, right), marks, strict=True):
            draw_text(painter, at, middle + 9 * ui, text, tick, ink.colour("dim"), align=0.5)
        if not alike:
            draw_text(painter, left - 3 * ui, y, MINUS, ink.small, ink.colour("dim"), align=1.0)
            draw_text(painter, right + 3 * ui, y, "+", ink.small, ink.colour("dim"))

    return Item(head + bar + 2 * side, draw)


def span_words(spans: tuple[ValueSpan, ...], brief: bool, pixels: ValueSpan | None = None) -> str:
    """Return the values that the shades of an activation stand for: one range, or one a kind of layer.

    ``pixels``: what a first convolution sees, where there is one.
    """
    first, hidden, last = pixels or spans[0], spans[1], spans[-1]

    def words(span: ValueSpan) -> str:
        ends = f"{plain(span.low)} to {plain(span.high)}"
        return f"{ends} or more" if span.open and span.low == 0 else f"{ends} or beyond" if span.open else ends

    if brief and not first == hidden == last:
        return f"hidden {words(hidden)}"
    if pixels is not None:  # every convolution's maps have a scale of their own
        return f"pixels {words(first)}, maps as headed, hidden {words(hidden)}, output {words(last)}"
    if first == hidden == last:
        return words(hidden)
    if first == last:
        return f"hidden {words(hidden)}, others {words(first)}"
    if hidden == last:
        return f"input {words(first)}, others {words(hidden)}"
    if first == hidden:
        return f"output {words(last)}, others {words(first)}"
    return f"input {words(first)}, hidden {words(hidden)}, output {words(last)}"


def _activations(reading: Reading, ink: Ink, brief: bool) -> Item:
    ui, tick = ink.ui, ink.tiny
    title = "activation"
    head = text_width(title, ink.small) + 10 * ui
    words = span_words(reading.spans, brief, reading.before[0].span if reading.before else None)
    bar = max((64 if brief else 110) * ui, text_width(words, tick))

    def draw(painter: QPainter, x: float, middle: float) -> None:
        y = middle - 5 * ui
        draw_text(painter, x, y, title, ink.small, ink.colour("dim"))
        left = x + head
        shades = QLinearGradient(left, 0, left + bar, 0)
        shades.setColorAt(0.0, ink.style.activation(0.0))
        shades.setColorAt(1.0, ink.style.activation(1.0))
        painter.setPen(QPen(ink.colour("dim"), 1.0))
        painter.setBrush(shades)
        half = 4.5 * ui
        painter.drawRoundedRect(QRectF(left, y - half, bar, 2 * half), half, half)
        draw_text(painter, left + bar / 2, middle + 9 * ui, words, tick, ink.colour("dim"), align=0.5)

    return Item(head + bar, draw)


def _off(ink: Ink, brief: bool) -> Item:
    ui = ink.ui
    words = "off" if brief else "off for this example"
    r = 7 * ui
    dash = (14 if brief else 22) * ui

    def draw(painter: QPainter, x: float, middle: float) -> None:
        y = middle - 5 * ui
        painter.setPen(ink.off_edge())
        painter.drawLine(QLineF(x + 2 * r, y, x + 2 * r + dash, y))
        ink.draw_unit(painter, x + r, y, r, OFF_STAMP)
        draw_text(painter, x + 2 * r + dash + 6 * ui, y, words, ink.small, ink.colour("dim"))

    return Item(2 * r + dash + 6 * ui + text_width(words, ink.small), draw)


def _factors(ink: Ink, brief: bool) -> Item:
    ui = ink.ui
    title = "circle's ring: factor"
    head, bar = text_width(title, ink.small) + 10 * ui, (64 if brief else 110) * ui

    def draw(painter: QPainter, x: float, middle: float) -> None:
        y, left = middle - 5 * ui, x + head
        draw_text(painter, x, y, title, ink.small, ink.colour("dim"))
        draw_scale(painter, left, y, bar, ink)

    return Item(head + bar + 14 * ui, draw)


def _bias(ink: Ink) -> Item:
    ui, r = ink.ui, bias_radius(ink)

    def draw(painter: QPainter, x: float, middle: float) -> None:
        y = middle - 5 * ui
        painter.setPen(QPen(ink.colour("dim"), 1.0))
        painter.setBrush(ink.colour("neutral"))
        painter.drawEllipse(QPointF(x + r, y), r, r)
        draw_text(painter, x + 2 * r + 5 * ui, y, "bias", ink.small, ink.colour("dim"))

    return Item(2 * r + 5 * ui + text_width("bias", ink.small), draw)


def _odd(ink: Ink) -> Item:
    ui = ink.ui
    words = "not a finite number"

    def draw(painter: QPainter, x: float, middle: float) -> None:
        y = middle - 5 * ui
        painter.setPen(QPen(ink.colour("error"), 2.0 * ui, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(x, y, x + 22 * ui, y))
        draw_text(painter, x + 28 * ui, y, words, ink.small, ink.colour("error"))

    return Item(28 * ui + text_width(words, ink.small), draw)


def legend_height(rows: int, ink: Ink) -> float:
    """Return the height of so many rows."""
    return rows * ROW * ink.ui


def draw_captions(painter: QPainter, layout: Layout, captions: list[list[str]], ink: Ink) -> None:
    """Write under each wide weight layer how many of its edges are drawn; all in one line where the gaps are narrow."""
    if layout.caption is None:
        return
    colour = ink.colour("dim")
    fitting: list[tuple[float, str]] = []
    for layer, wordings in enumerate(captions):
        left, right = layout.columns[layer].box.centre, layout.columns[layer + 1].box.centre
        room = right - left - 8 * ink.ui
        for words in wordings:
            if text_width(words, ink.small) <= room:
                fitting.append(((left + right) / 2, words))
                break
        else:
            if wordings:
                text = "strongest edges drawn: " + ", ".join(c[-1] for c in captions if c)
                draw_text(painter, layout.width / 2, layout.caption, text, ink.small, colour, align=0.5)
                return
    for x, words in fitting:
        draw_text(painter, x, layout.caption, words, ink.small, colour, align=0.5)
