"""Draws the Scaling view: for each layer and each scaling, what it passes on in training and with every unit on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.analysis.scaling import PassedOn
from dropout_viz.draw import brush
from dropout_viz.draw.box import Box
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import MINUS, TIMES, borne, number, with_error
from dropout_viz.draw.ranges import nice
from dropout_viz.draw.style import mix
from dropout_viz.draw.text import draw_text, fitting, text_width

WORDS = {
    "inverted": ("inverted", f"training {{t}} 1/(1{MINUS}p)"),
    "classical": ("classical", f"test {{t}} (1{MINUS}p)"),
    "none": ("none", "wrong on purpose"),
}
DIVERGED = "not a number: the run has diverged"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Group:
    """One layer under one scaling.

    Attributes:
        layer: its name. kind: the scaling. own: whether it is the run's. box: where it stands.
        steps: the last steps of training, oldest first. training: the mean over masks, error: its standard error, 0 of
            all masks. test: every unit on.
    """

    layer: str
    kind: str
    own: bool
    box: Box
    steps: tuple[float, ...]
    training: float
    error: float
    test: float

    def verdict(self) -> tuple[str, bool]:
        """Return how test compares with training, and whether it is far off."""
        if not (math.isfinite(self.training) and math.isfinite(self.test)):
            return DIVERGED, True
        if not self.training:
            return "", False
        ratio = self.test / self.training
        error = ratio * self.error / self.training
        said = with_error(ratio, error) if error > ratio * _ROUNDING else f"{ratio:.2f}"
        return f"test {TIMES} {said} of training", self.kind == "none"

    def sentence(self) -> str:
        """Return it as a sentence; of another scaling than the run's only how test would compare."""
        title, _, *rest = self.lines()
        if self.own:
            return f"{title}: {'; '.join(rest)}"
        how = "without a scale" if self.kind == "none" else f"with {self.kind} scaling"
        return f"The same weights {how}, {self.layer} layer: {self.verdict()[0]}" if self.training else ""

    def lines(self) -> list[str]:
        """Return what is said of it, name first."""
        mine = "this run's" if self.own else "the same weights, every layer scaled like this"
        lines = [f"{self.kind} scaling, {self.layer} layer", mine]
        masks = "many masks of each example" if self.error else "all masks"
        lines.append(f"training {with_error(self.training, self.error)}, mean over {masks}")
        if self.steps:
            lines.append(f"last step {number(self.steps[-1], 4)}, under its own masks")
        lines.append(f"test, every unit on {number(self.test, 4)}")
        verdict = self.verdict()[0]
        return [*lines, verdict] if verdict else lines


def make_groups(
    box: Box, names: Sequence[str], layers: Sequence[PassedOn], steps: Sequence[Sequence[float]], own: str, ui: float
) -> list[Group]:
    """Return the groups: a column a layer, a row a scaling.

    ``steps``: per layer, training means of the last steps under the run's ``own`` scaling.
    """
    gap = 14 * ui
    wide = (box.width - gap * (len(layers) - 1)) / len(layers)
    tall = box.height / len(WORDS)
    groups = []
    for column, (name, layer, past) in enumerate(zip(names, layers, steps, strict=True)):
        for row, kind in enumerate(WORDS):
            place = Box(box.left + column * (wide + gap), box.top + row * tall, wide, tall - 6 * ui)
            training, test = layer.by_scaling[kind]
            scaled = layer.as_scaled(kind, own)
            factor = 1.0 if scaled is None or not layer.step else scaled / layer.step
            seen = () if scaled is None else tuple(v * factor for v in past)
            groups.append(Group(name, kind, kind == own, place, seen, training, layer.errors[kind], test))
    return groups


def top_of(groups: Sequence[Group], layer: str) -> float:
    """Return the end of a layer's scale."""
    sizes = [abs(v) for g in groups if g.layer == layer for v in (*g.steps, g.training, g.test) if math.isfinite(v)]
    most = max(sizes, default=1.0) or 1.0
    step = nice(most / 4)
    return math.ceil(most * 1.02 / step) * step


def draw_group(painter: QPainter, group: Group, top: float, ink: Ink, under: bool) -> None:
    """Draw one layer under one scaling; ``under`` the mouse it is lit."""
    box, ui, wrong = group.box, ink.ui, group.kind == "none"
    frame = QRectF(box.left, box.top, box.width, box.height)
    painter.setPen(QPen(ink.colour("accent"), 1.8 * ui) if group.own else QPen(ink.colour("line"), 1.0))
    painter.setBrush(ink.colour("raised") if under else ink.still("raised", 0.5))
    painter.drawRoundedRect(frame, 6 * ui, 6 * ui)
    name, how = WORDS[group.kind]
    y = box.top + 11 * ui
    x = box.left + 8 * ui
    x += ink.write(painter, x, y, name, "error" if wrong else "text", size=ink.body, bold=True) + 8 * ui
    how = how.format(t=TIMES)
    verdict, off = group.verdict()
    mine = "this run" if group.own else ""
    room = box.right - 8 * ui - x - (text_width(mine, ink.small, True) + 8 * ui if mine else 0)
    ink.write(painter, x, y, how, "error" if wrong else "dim", room=max(room, 1))
    if mine:
        ink.write(painter, box.right - 8 * ui, y, mine, "accent", bold=True, align=1.0)
    label = text_width("training", ink.small) + 14 * ui
    digits = text_width("0.0000", ink.small) + 8 * ui
    left, right = box.left + label, box.right - digits
    first, last = box.top + 22 * ui, box.bottom - (16 * ui if box.height > 64 * ui else 3 * ui)
    bar = (last - first) / 2

    def at(value: float) -> float:
        return left + (right - left) * max(0.0, min(1.0, 0.0 if math.isnan(value) else abs(value) / top))

    colour = mix(ink.style.panel, ink.style.activation_high, 0.8 if group.own else 0.5)
    for place, (title, value) in enumerate((("training", group.training), ("test", group.test))):
        middle = first + (place + 0.5) * bar
        ink.write(painter, left - 6 * ui, middle, title, "dim", align=1.0)
        thick = min(0.62 * bar, 16 * ui)
        brush.fill(painter, colour)
        bar_ = QRectF(left, middle - thick / 2, at(value) - left, thick)
        if place:  # with every unit on: hollow
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.6 * ui))
            bar_.adjust(0.8 * ui, 0.8 * ui, -0.8 * ui, -0.8 * ui)
        painter.drawRect(bar_)
        if not place:
            _draw_steps(painter, [at(v) for v in group.steps], middle, thick, ink)
        ink.write(
            painter,
            box.right - 6 * ui,
            middle,
            borne(value, 0.0 if place else group.error),
            "text",
            align=1.0,
            live=True,
        )
    if verdict:
        tone = ink.colour("error" if off else "dim")
        _draw_gap(painter, at(group.training), at(group.test), first, last, tone, ui)
        if box.height > 64 * ui:
            draw_text(
                painter,
                left,
                box.bottom - 9 * ui,
                fitting([verdict, verdict.removesuffix(" of training")], ink.small, box.right - left),
                ink.small,
                tone,
                bold=off,
                live=True,
            )


def _draw_steps(painter: QPainter, xs: Sequence[float], middle: float, thick: float, ink: Ink) -> None:
    """Draw the single steps that the mean is of, one fine stroke each."""
    painter.setPen(QPen(ink.still("text", 0.55), 1.0))
    painter.drawLines([QLineF(x, middle - thick * 0.3, x, middle + thick * 0.3) for x in xs])


def _draw_gap(painter: QPainter, a: float, b: float, top: float, bottom: float, colour: QColor, ui: float) -> None:
    """Draw what lies between training and test: a line down from each."""
    painter.setPen(QPen(colour, 1.0, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(a, top), QPointF(a, bottom))
    if abs(a - b) > 3 * ui:
        painter.drawLine(QPointF(b, top), QPointF(b, bottom))
