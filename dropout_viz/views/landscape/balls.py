"""The picture of all balls: their curves, one unit's strong, the zones of one weight, and the balls in piles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dropout_viz.analysis.balls import Balls, clusters, covered, levels, unit_of
from dropout_viz.analysis.slices import Array
from dropout_viz.draw import arm_names, brush
from dropout_viz.draw.contrast import reads_on
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.kept import KeptPicture
from dropout_viz.draw.near import nearest
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import Palette, faded, palette
from dropout_viz.draw.spans import Span, tick_distance
from dropout_viz.draw.style import BODY, GAP, MARGIN, SMALL, TITLE, Style
from dropout_viz.draw.text import Shortened, draw_text, fitting, live_width, text_width
from dropout_viz.draw.tip import draw_tip
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.landscape import words
from dropout_viz.views.landscape.chart import Chart
from dropout_viz.views.landscape.layout import HEAD, ROOMY, axis_rooms
from dropout_viz.views.weight_names import Names

NUMBERED = 24
"""Balls up to which they are large and carry their numbers."""
_AGES = 5  # shades of a trail
_TRAILED = 64  # balls up to which their past is drawn
_COUNTED = 3  # balls in one place from which on their number is written
_ZONES = 0.6  # strength of their colours: the balls come first
_FAINTEST, _WHOLE = 0.1, 4.0  # of zones at the limit of flatness; times that limit at which they are at full strength
_TITLE = GAP + 10.0  # where the middle of the title lies, from the top
_RING = 4.0  # pixels around a chosen ball
_PILE = 0.42  # of the picture's height: piles that would be higher are packed closer
_NEAR = 7.0  # pixels from a curve within which the mouse is on it


@dataclass(frozen=True, eq=False)
class OfArm:
    """One of several arms side by side: its name, what tells it from the others, its hue, and its balls."""

    name: str
    short: str
    hue: QColor
    balls: Balls


def places_beside(arms: int, width: float, height: float) -> list[float]:
    """Return where the pictures of so many arms side by side begin, and where the last one ends: the first has the axis
    of all of them at its left, beyond which all are as wide."""
    axis, _ = axis_rooms(_named(height))
    return [0.0, *(axis + (width - axis) * k / arms for k in range(1, arms)), width]


def _named(height: float) -> bool:
    """Return whether the axes have room for their names."""
    return height >= ROOMY - 60


@dataclass(frozen=True, eq=False)
class ShownBalls:
    """All that the picture of an arm depends on.

    Attributes:
        left: where it begins in the view. width, height: of the picture. mouse: where the mouse is in it, or None.
        hover: what the mouse is over, in whichever view. fine: it is a still picture.
        arm: which arm it is, of several side by side on the same axes; else None. others: the other ones.
    """

    balls: Balls
    names: Names
    left: float
    width: float
    height: int
    mouse: QPointF | None
    hover: Unit | Weight | None
    style: Style
    fine: bool
    arm: OfArm | None = None
    others: tuple[OfArm, ...] = ()

    @cached_property
    def chart(self) -> Chart:
        """The mapping from weights and losses to pixels."""
        left, foot = axis_rooms(_named(self.height))
        whole = QRectF(0.0, 0.0, self.width, self.height).adjusted(MARGIN, GAP + HEAD + 6, -MARGIN - 4, -GAP - foot)
        area = whole.adjusted(0.0 if self.left else left, 0.0, 0.0, 0.0)
        top = self.balls.top
        span = Span(0.0, top, tick_distance(top, max(2, int(area.height() / 48))))
        return Chart(area, self.balls.half, span, self.balls.even)

    @cached_property
    def units(self) -> list[tuple[int, int]]:
        """The unit of each ball."""
        return [unit_of(place, len(self.names.sizes) - 1) for place in self.balls.places]

    @cached_property
    def kinds(self) -> list[tuple[int, int]]:
        """The units that have balls here, in the network's order."""
        return sorted(set(self.units))

    @cached_property
    def hues(self) -> dict[tuple[int, int], QColor]:
        """The hue of each unit's balls: by its number in its layer."""
        return {unit: self.style.ball(unit[1]) for unit in self.kinds}

    @cached_property
    def radius(self) -> float:
        """Of a ball, in pixels."""
        n, grown = len(self.balls.places), min(1.5, max(0.7, self.chart.area.height() / 260))
        grown *= self.style.legible(SMALL - 2) / (SMALL - 2)  # as the numbers on them
        if n > NUMBERED:
            return (5.0 if n <= 64 else 3.6) * grown
        widest = text_width("0" * len(str(n)), self.style.legible(SMALL - 2), bold=True)
        return max(7.5 * grown, widest / 2 + 0.5)  # no number sticks out of its ball, however low the picture

    @cached_property
    def levels(self) -> Array:
        """On which level of its pile each ball lies, (n,), 0 being the lowest."""
        x = self.chart.x(self.balls.values)
        known = np.isfinite(x)
        level = np.zeros(len(x), np.intp)
        level[known] = levels(x[known], 2 * self.radius)
        return level

    @cached_property
    def middles(self) -> Array:
        """Where the balls are, (n, 2), in pixels: at their weights; at the loss, or on those that lie there."""
        chart, level = self.chart, self.levels
        x, line = chart.x(self.balls.values), float(chart.y(self.balls.loss))
        room = max(0.0, min(line - chart.area.top() - self.radius - _RING, _PILE * chart.area.height()))
        rise = min(1.8 * self.radius, room / max(1, int(level.max(initial=0))))
        return np.stack([x, line - rise * level], axis=1)

    @cached_property
    def chips(self) -> list[tuple[QRectF, tuple[int, int]]]:
        """The names of the units, right to left from the end of the second line: where each is, and whose."""
        found: list[tuple[QRectF, tuple[int, int]]] = []
        right = float(self.width - MARGIN)
        if len(self.kinds) > 8:
            return []
        for unit in reversed(self.kinds):
            width = text_width(self.names.unit(*unit), SMALL) + 20
            found.append((QRectF(right - width, GAP + 21, width, 17), unit))
            right -= width + 2
        return found[::-1] if right > 0.55 * self.width else []

    def ball_at(self, at: QPointF) -> int | None:
        """Return the ball at a point."""
        return nearest(self.middles[:, 0], self.middles[:, 1], at.x(), at.y(), self.radius + 2)

    def place_at(self, at: QPointF) -> Weight | None:
        """Return the weight whose ball or curve lies at a point, or the first one of a unit whose name does."""
        if (ball := self.ball_at(at)) is not None:
            return self.balls.places[ball]
        for area, unit in self.chips:
            if area.contains(at):
                return self.balls.places[self.units.index(unit)]
        curve = self.curve_at(at)
        return None if curve is None else self.balls.places[curve]

    def curve_at(self, at: QPointF) -> int | None:
        """Return the ball whose curve passes nearest by a point, if it is near."""
        if not self.chart.area.contains(at):
            return None
        t = self.chart.t(at.x())
        away = {
            k: abs(float(self.chart.y(np.interp(t, curve.t, curve.losses))) - at.y())
            for k, curve in self.balls.curves.items()
        }
        near = [(distance, k) for k, distance in away.items() if distance <= _NEAR]
        return min(near)[1] if near else None


@dataclass(frozen=True)
class _Texts:
    """What is written of an arm, as far as there is room: its title and its loss, the chosen weight, and its axes."""

    title: str
    loss: str
    chosen: str
    weights: str
    losses: str | None


class BallsPicture:
    """Paints what is shown. While it is live it keeps a picture of what seldom changes: titles, units' names, axes."""

    def __init__(self) -> None:
        self._sprites = brush.Sprites()
        self._still = KeptPicture()

    def paint(self, p: QPainter, arms: Sequence[ShownBalls], style: Style, room: QRect) -> None:
        """Paint every arm, or the ground alone where there is nothing to show yet."""
        colours = palette(style, _ZONES)
        texts = [_texts(shown) for shown in arms]
        self._paint_still(p, list(zip(arms, texts, strict=True)), colours, room)
        for shown, said in zip(arms, texts, strict=True):
            with saved(p):
                p.translate(shown.left, 0)
                self._paint_arm(p, shown, said, colours)
        for shown in arms:
            if shown.mouse is not None:
                _paint_tip(p, shown, room, shown.mouse)

    def _paint_still(
        self, p: QPainter, arms: Sequence[tuple[ShownBalls, _Texts]], colours: Palette, room: QRect
    ) -> None:
        def draw(painter: QPainter) -> None:
            for shown, said in arms:
                with saved(painter):
                    painter.translate(shown.left, 0)
                    _paint_standing(painter, shown, said, colours)

        short = any(isinstance(text, Shortened) for _, said in arms for text in (said.title, said.weights))
        if short or any(shown.fine for shown, _ in arms):  # what is cut short is told of whenever it is painted
            p.fillRect(room, colours.panel)
            draw(p)
            return
        of = colours, [_standing(shown, said) for shown, said in arms]
        self._still.paint(p, (room.width(), room.height()), colours.panel, of, draw, smooth=False)

    def _paint_arm(self, p: QPainter, shown: ShownBalls, said: _Texts, colours: Palette) -> None:
        draw_text(p, shown.width - MARGIN, _TITLE, said.loss, BODY, colours.text, align=1.0, live=True)
        draw_text(p, _left(shown), _TITLE + 20, said.chosen, SMALL, colours.dim, live=True)
        area = shown.chart.area
        if not math.isfinite(shown.balls.loss):
            middle = area.center() if shown.arm else QPointF(shown.width / 2, shown.height / 2)
            says = ["The loss is not a number: the run has diverged.", "The run has diverged.", "diverged"]
            text = fitting(says, BODY, shown.width)
            draw_text(p, middle.x(), middle.y(), text, BODY, QColor(shown.style.warning), align=0.5)
            return
        _paint_curves(p, shown, colours)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown.chart.paint_ruler(p, colours)
        _paint_trails(p, shown, colours)
        _paint_others(p, shown, colours)
        _paint_balls(p, shown, colours, None if shown.fine else self._sprites)


def _left(shown: ShownBalls) -> float:
    """Return where an arm's lines of text begin."""
    return float(MARGIN if not shown.left else shown.chart.area.left())


def _texts(shown: ShownBalls) -> _Texts:
    """Return the fullest wordings that fit."""
    balls, arm, left, right = shown.balls, shown.arm, _left(shown), shown.width - MARGIN
    says = words.height(balls, bool(shown.levels.any()))
    titles = words.crowd(shown.names, balls) if arm is None else [arm.name, arm.short, arm_names.brief(arm.name)]
    room = right - left - (12.0 if arm is None else 26.0)
    wide = [text_width(title, TITLE, True) for title in (titles[-1:] if arm is None else titles)]
    fits = (text for title in wide for text in says if live_width(text, BODY) <= room - title)
    loss = next(fits, says[-1])
    title = fitting(titles, TITLE, room - live_width(loss, BODY), True)
    end = shown.chips[0][0].left() if shown.chips else right
    chosen = fitting(words.chosen(shown.names, balls), SMALL, end - left - 8)
    weights, losses = words.axes(balls)
    beside = arm is not None  # then another axis has its name close by; else there is room up to the view's edge
    room = shown.chart.area.width() + (-12 if beside else 2 * (MARGIN + 4))
    name = fitting(weights, SMALL, room) if _named(shown.height) else ""
    return _Texts(title, loss, chosen, name, losses if not shown.left else None)


def _standing(shown: ShownBalls, said: _Texts) -> object:
    """Return all that what ``_paint_standing`` draws depends on, beside the theme."""
    balls, arm = shown.balls, shown.arm
    hue = None if arm is None else arm.hue.rgba()
    units = [(unit, shown.names.unit(*unit)) for unit in shown.kinds]
    axes = balls.half, balls.top, math.isfinite(balls.loss), said.weights, said.losses
    return shown.left, shown.width, shown.height, hue, said.title, units, shown.units[balls.chosen], axes


def _paint_standing(p: QPainter, shown: ShownBalls, said: _Texts, colours: Palette) -> None:
    """Draw the title, the names of the units and the numbers of the axes."""
    left, own = _left(shown), shown.units[shown.balls.chosen]
    if shown.arm is not None:
        p.fillRect(QRectF(left, _TITLE - 4, 8, 8), shown.arm.hue)
        left += 14.0
    draw_text(p, left, _TITLE, said.title, TITLE, colours.text, bold=True)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    for area, unit in shown.chips:
        if unit == own:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(shown.style.raised))
            p.drawRoundedRect(area, 5, 5)
        brush.ball(p, area.left() + 8, area.center().y(), 3.6, shown.hues[unit], colours.rim)
        name = shown.names.unit(*unit)
        draw_text(p, area.left() + 15, area.center().y(), name, SMALL, colours.text if unit == own else colours.dim)
    if math.isfinite(shown.balls.loss):
        shown.chart.paint_numbers(p, colours, said.weights, said.losses)


def _paint_curves(p: QPainter, shown: ShownBalls, colours: Palette) -> None:
    """Draw the zones of the chosen weight, the faint curves, those of its unit, and its own."""
    chart, balls = shown.chart, shown.balls
    own, first = shown.units[balls.chosen], balls.curves[balls.chosen]
    t, losses = (np.array([getattr(curve, of) for curve in balls.curves.values()]) for of in ("t", "losses"))
    lines = dict(zip(balls.curves, chart.lines(t, losses), strict=True))
    with saved(p):
        p.setClipRect(chart.area.adjusted(0, -3, 0, 0))
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if not words.flat(balls, balls.chosen):
            p.setOpacity(_depth(balls))
            chart.paint_zones(p, colours, first.zones, range(len(first.zones)), lines[balls.chosen])
        p.setOpacity(1.0)
        chart.paint_grid(p, colours)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k in sorted(lines, key=lambda k: (k == balls.chosen, shown.units[k] == own)):
            if k == balls.chosen:
                brush.line(p, lines[k], colours.curve, 2.2, shown.fine)
            elif shown.units[k] == own:
                brush.line(p, lines[k], shown.hues[own], 1.6, shown.fine)
            else:
                brush.line(p, lines[k], faded(shown.hues[shown.units[k]], 0.38), 1.0, shown.fine)


def _depth(balls: Balls) -> float:
    """Return how strong the chosen weight's zones are, 0 to 1: they come up as its curve ceases to be flat, so that
    nothing jumps while it wavers about that limit."""
    span = balls.curves[balls.chosen].span
    share = 0.0 if span is None else (span[1] - span[0]) / balls.top / words.FLAT
    return min(1.0, _FAINTEST + max(0.0, share - 1) / (_WHOLE - 1))


def _paint_trails(p: QPainter, shown: ShownBalls, colours: Palette) -> None:
    """Draw where the balls have been, dotted, as curves are not: the fainter the older for the chosen weight's unit,
    faintly for the others."""
    trails, chart = shown.balls.trails, shown.chart
    n = len(trails.losses)
    if n < 2 or len(shown.units) > _TRAILED:
        return
    x = chart.x(np.concatenate([trails.weights, shown.balls.values[None]]))
    y = np.append(chart.y(trails.losses), chart.y(shown.balls.loss))
    points = np.stack([x, np.broadcast_to(y[:, None], x.shape)], axis=-1)
    own, dots = shown.units[shown.balls.chosen], Qt.PenStyle.DotLine
    pens = {unit: [colours.pen(faded(hue, 0.25), dots)] for unit, hue in shown.hues.items()}
    shades = (0.15 + 0.55 * ((age + 1) / _AGES) ** 1.5 for age in range(_AGES))
    pens[own] = [colours.pen(faded(shown.hues[own], shade), dots) for shade in shades]
    with saved(p):
        p.setClipRect(chart.area)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setBrush(Qt.BrushStyle.NoBrush)
        for k, unit in enumerate(shown.units):
            cuts = [len(points) * age // len(pens[unit]) for age in range(len(pens[unit]) + 1)]
            for pen, (begin, end) in zip(pens[unit], pairwise(cuts), strict=True):
                p.setPen(pen)
                p.drawPolyline(brush.polygon(points[max(0, begin - 1) : end, k]))


def _paint_others(p: QPainter, shown: ShownBalls, colours: Palette) -> None:
    """Draw how high the balls of the other arms lie, each in the arm's hue."""
    chart = shown.chart
    p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for other in shown.others:
        line = float(chart.y(other.balls.loss))
        if math.isfinite(line):
            p.setPen(colours.pen(other.hue, Qt.PenStyle.DashLine))
            p.drawLine(QPointF(chart.area.left(), line), QPointF(chart.area.right(), line))


def _paint_balls(p: QPainter, shown: ShownBalls, colours: Palette, sprites: brush.Sprites | None) -> None:
    balls, chart, radius = shown.balls, shown.chart, shown.radius
    line, foot = float(chart.y(balls.loss)), chart.area.bottom()
    own, middles = shown.units[balls.chosen], shown.middles
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(colours.pen(faded(colours.text, 0.35), Qt.PenStyle.DashLine))
    p.drawLine(QPointF(chart.area.left(), line), QPointF(chart.area.right(), line))
    there = np.flatnonzero(np.isfinite(middles[:, 0])).tolist()
    order = sorted(there, key=lambda k: (k == balls.chosen, shown.units[k] == own, k))
    pens = {unit: QPen(hue, 1.6 if unit == own else 1.0) for unit, hue in shown.hues.items()}
    for k in order:
        p.setPen(pens[shown.units[k]])
        p.drawLine(QPointF(middles[k, 0], foot - 5), QPointF(middles[k, 0], foot))
    numbered = len(balls.places) <= NUMBERED
    inks = {unit: reads_on(hue) for unit, hue in shown.hues.items()} if numbered else {}
    hidden = covered(middles[order], 1.5 * radius)  # half of a number cannot be read
    for k, under in zip(order, hidden.tolist(), strict=True):
        (x, y), unit = middles[k].tolist(), shown.units[k]
        (brush.ball if sprites is None else sprites.ball)(p, x, y, radius, shown.hues[unit], colours.rim)
        if numbered and not under:
            draw_text(p, x, y, str(k + 1), colours.style.legible(SMALL - 2), inks[unit], bold=True, align=0.5)
        if k == balls.chosen or balls.places[k].is_of(shown.hover):
            p.setPen(QPen(colours.text, 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawEllipse(QPointF(x, y), radius + 2.5, radius + 2.5)
    if balls.chosen in there:
        chart.paint_pointer(p, colours, float(middles[balls.chosen, 0]))
    _paint_counts(p, shown, colours)


def _paint_counts(p: QPainter, shown: ShownBalls, colours: Palette) -> None:
    """Write above each pile how many balls lie there; where that stands below, a line joins it to them."""
    (x, y), radius, area, taken = shown.middles.T, shown.radius, shown.chart.area, list[QRectF]()

    def is_free(room: QRectF) -> bool:
        at, width, height = room.center(), room.width() / 2 + radius, room.height() / 2 + radius
        balls = (np.abs(x - at.x()) < width) & (np.abs(y - at.y()) < height)
        return area.contains(room) and not balls.any() and not any(room.intersects(one) for one in taken)

    for left, right, n in sorted(clusters(x, radius), key=lambda cluster: -cluster[2]):
        if n < _COUNTED:
            break
        pile = y[(x >= left - 2 * radius) & (x <= right + 2 * radius)]
        highest, lowest = float(pile.min()), float(pile.max())
        wide = text_width(f"{n} here", SMALL, True) + 6
        start = max(area.left(), min((left + right - wide) / 2, area.right() - wide))
        rooms = [  # above; where that is too high, beside or below
            QRectF(start, highest - radius - 15, wide, 14),
            QRectF(right + radius + 4, highest - 7, wide, 14),
            QRectF(left - radius - 4 - wide, highest - 7, wide, 14),
            QRectF(start, lowest + radius + 3, wide, 14),
        ]
        room = next(filter(is_free, rooms), None)
        if room is not None:
            taken.append(room)
            p.fillRect(room, faded(QColor(shown.style.panel), 0.85))  # no curve crosses the number
            if room is rooms[-1]:
                p.fillRect(QRectF(left - radius, room.top() - 2, right - left + 2 * radius, 1.5), colours.text)
            draw_text(p, *room.center().toTuple(), f"{n} here", SMALL, colours.text, bold=True, align=0.5)


def _paint_tip(p: QPainter, shown: ShownBalls, room: QRect, mouse: QPointF) -> None:
    ball = shown.ball_at(mouse)
    ball = shown.curve_at(mouse) if ball is None else ball
    if ball is not None:
        lines = words.ball(shown.names, shown.balls, ball, shown.chart.t(mouse.x()))
        lines += [words.elsewhere(other.name, other.balls, ball) for other in shown.others]
        x = mouse.x() + shown.left
        draw_tip(p, room.width(), room.height(), Ink(shown.style, 1.0, 1.0), lines, x, mouse.y())
