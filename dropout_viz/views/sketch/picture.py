"""Drawing the sketch: zones under the curve, balls that sit on it, how many there are in each zone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QPixmap

from dropout_viz.analysis.basins import Basin
from dropout_viz.analysis.sketch import SketchBalls, SketchCurve
from dropout_viz.draw import brush
from dropout_viz.draw.numbers import count
from dropout_viz.draw.painting import painted
from dropout_viz.draw.palette import Palette, faded, palette
from dropout_viz.draw.style import GAP, MARGIN, SMALL, TITLE, Style
from dropout_viz.draw.text import draw_text, elided, first_fitting, live_width, text_width
from dropout_viz.words import many

Array = NDArray[Any]

_WALL = 200  # points of a valley's walls
_HEAD, _RAIL, _FOOT = 46.0, 16.0, 30.0  # the heading; where the balls were dropped; the numbers below the curve


@dataclass(frozen=True, eq=False)
class ShownSketch:
    """All that the picture depends on.

    Attributes:
        width, height: of the picture. title: the heading.
        grip: the control point that is held or pointed at, or None; grips: whether all of them are drawn.
        zone: the zone that the mouse is in, or None.
    """

    width: float
    height: float
    curve: SketchCurve
    balls: SketchBalls
    title: str
    grip: int | None
    grips: bool
    zone: int | None
    style: Style
    fine: bool

    @property
    def area(self) -> QRectF:
        """Where the zones are."""
        top = _HEAD + _RAIL
        return QRectF(MARGIN, top, self.width - 2 * MARGIN, self.height - top - _FOOT - GAP)

    @property
    def radius(self) -> float:
        """Of a ball, in pixels."""
        room = math.sqrt(0.35 * max(0.0, self.area.width() * self.area.height()) / (4 * max(1, len(self.balls.x))))
        return min(14.0, max(4.5, min(self.area.height() / 26, self.width / 56)), max(2.0, room))

    def x(self, x: Any) -> Any:
        """Return where a place of the curve lies, in pixels."""
        return self.area.left() + x * self.area.width()

    def y(self, height: Any) -> Any:
        """Return where a height of the curve lies, in pixels; balls have room above and below."""
        area, room = self.area, 2 * self.radius + 6
        return area.bottom() - 12 - height * (area.height() - 12 - room)

    def place(self, at: QPointF) -> tuple[float, float]:
        """Return place and height of a point of the picture."""
        low, high = self.y(0.0), self.y(1.0)
        return (at.x() - self.area.left()) / self.area.width(), (at.y() - low) / (high - low)


def heaped(shown: ShownSketch, zones: Array) -> tuple[Array, Array]:
    """Return where balls are drawn, in pixels, (n,) each: in their place on the curve; those at the bottom of a valley
    fill it up from there, so that every one can be seen.

    ``zones``: the zone of each, (n,).
    """
    radius, area = shown.radius, shown.area
    true = shown.x(shown.balls.x)
    x = np.clip(true, area.left() + radius, area.right() - radius)
    y = shown.y(shown.curve.height(shown.balls.x)) - radius - 1.5
    for zone, basin in enumerate(shown.curve.zones.basins):
        there = np.flatnonzero((zones == zone) & (np.abs(true - shown.x(basin.bottom)) < radius))
        if len(there) > 1:
            x[there], y[there] = _filled(shown, basin, len(there))
    return x, y


def _filled(shown: ShownSketch, basin: Basin, balls: int) -> tuple[list[float], list[float]]:
    """Return places for so many balls in a valley, row by row from its bottom, in each from the middle outwards."""
    radius, walls = shown.radius, np.linspace(basin.left, basin.right, _WALL)
    across, floor = shown.x(walls), shown.y(shown.curve.height(walls))
    x: list[float] = []
    y: list[float] = []
    level = float(shown.y(basin.value)) - radius - 1.5
    while len(x) < balls:
        inside = across[floor >= level + 0.7 * radius]
        ends = (float(inside[0]), float(inside[-1])) if len(inside) else (shown.x(basin.bottom),) * 2
        fit = max(1, int((ends[1] - ends[0]) / (2 * radius)))
        places = (ends[0] + ends[1]) / 2 + (np.arange(fit) - (fit - 1) / 2) * 2 * radius
        row = places[np.argsort(np.abs(places - places.mean()), kind="stable")][: balls - len(x)]
        x += np.clip(row, shown.area.left() + radius, shown.area.right() - radius).tolist()
        y += [level] * len(row)
        level = max(level - 1.8 * radius, shown.area.top() + radius)  # a picture that is full is full
    return x, y


class SketchPicture:
    """Paints the sketch; what stays the same from frame to frame is painted once and copied."""

    def __init__(self) -> None:
        self._ground: QPixmap | None = None
        self._key: object = None
        self._held: object = None  # what the key's ids stand for
        self._sprites = brush.Sprites()

    def paint(self, p: QPainter, shown: ShownSketch) -> None:
        """Paint everything."""
        colours = palette(shown.style)
        if shown.fine:
            _paint_ground(p, shown, colours)
        else:
            p.drawPixmap(0, 0, self._painted_ground(p, shown, colours))
        zones = SketchBalls.zone_of(shown.curve.zones, shown.balls.x)
        self._paint_balls(p, shown, colours, zones)
        _paint_counts(p, shown, colours)
        _paint_heading(p, shown)
        if shown.grips:
            _paint_grips(p, shown)

    def _painted_ground(self, p: QPainter, shown: ShownSketch, colours: Palette) -> QPixmap:
        ratio = brush.pixels(p)
        key = (shown.width, shown.height, ratio, shown.style.name, id(shown.curve), id(shown.balls), shown.zone)
        if self._ground is None or key != self._key:
            self._key, self._held = key, (shown.curve, shown.balls)
            self._ground = painted(
                shown.width, shown.height, ratio, lambda own: _paint_ground(own, shown, colours), smooth=False
            )
        return self._ground

    def _paint_balls(self, p: QPainter, shown: ShownSketch, colours: Palette, zones: Array) -> None:
        """Draw every ball on the curve, those that have come to rest in one place in a heap."""
        radius = shown.radius
        x, y = heaped(shown, zones)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cx, cy, zone in zip(x.tolist(), y.tolist(), zones.tolist(), strict=True):
            colour = colours.ball[zone % len(colours.ball)]
            if shown.fine:
                brush.ball(p, cx, cy, radius, colour, _rim(colour))
            else:
                self._sprites.ball(p, cx, cy, radius, colour, _rim(colour))


def _rim(colour: QColor) -> QColor:
    """Return a ball's edge: dark, so that balls that overlap stay apart, and not so wide that it hides the curve."""
    return faded(colour.darker(190), 0.75)


def _paint_ground(p: QPainter, shown: ShownSketch, colours: Palette) -> None:
    """Paint the zones, the curve, and where the balls were dropped."""
    area, curve = shown.area, shown.curve
    zones = curve.zones
    p.fillRect(QRectF(0, 0, shown.width, shown.height), colours.panel)
    points = np.stack([shown.x(curve.samples), shown.y(curve.height(curve.samples))], axis=1)
    edges = [0.0, *zones.borders, 1.0]
    cuts = np.searchsorted(curve.samples, edges).tolist()
    p.setPen(Qt.PenStyle.NoPen)
    for k in range(len(zones)):
        left, right = shown.x(edges[k]), shown.x(edges[k + 1])
        shade = k % len(colours.above)
        above = QColor(colours.above[shade])
        if shown.zone == k:
            above = above.lighter(122) if shown.style.name == "dark" else above.darker(104)
        p.fillRect(QRectF(left, area.top(), right - left, area.height()), above)
        depth = QLinearGradient(0, area.top(), 0, area.bottom())
        depth.setColorAt(0.0, colours.under[shade])
        depth.setColorAt(1.0, colours.deep[shade])
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setBrush(depth)
        foot = [[right, area.bottom()], [left, area.bottom()]]
        p.drawPolygon(brush.polygon(np.concatenate([points[cuts[k] : cuts[k + 1] + 1], foot])))
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if k:
            summit = float(points[cuts[k], 1])
            p.fillRect(QRectF(left - 0.5, summit, 1, area.bottom() - summit), colours.border)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    brush.line(p, points, colours.curve, 2.4, True)
    _paint_rail(p, shown, colours)


def _paint_rail(p: QPainter, shown: ShownSketch, colours: Palette) -> None:
    """Mark where each ball was dropped, in the colour of the zone that it fell into."""
    middle = _HEAD + _RAIL / 2
    starts = shown.balls.starts
    zones = SketchBalls.zone_of(shown.curve.zones, starts)
    for x, zone in zip(shown.x(starts).tolist(), zones.tolist(), strict=True):
        p.fillRect(QRectF(x - 0.75, middle - 4, 1.5, 8), faded(colours.ball[zone % len(colours.ball)], 0.8))


def _paint_counts(p: QPainter, shown: ShownSketch, colours: Palette) -> None:
    """Write under each zone how many balls are in it."""
    zones = shown.curve.zones
    edges = [0.0, *zones.borders, 1.0]
    middle = shown.area.bottom() + 15
    for k, number in enumerate(shown.balls.counts(zones)):
        left, right = shown.x(edges[k]), shown.x(edges[k + 1])
        colour = QColor(shown.style.text if number else shown.style.faint)
        width = live_width(str(number), TITLE, True)
        words = " ball" if number == 1 else " balls"
        roomy = right - left > width + text_width(words, SMALL) + 12
        if right - left < width:
            continue
        x = (left + right - width - (text_width(words, SMALL) if roomy else 0)) / 2
        draw_text(p, x, middle, str(number), TITLE, colour, bold=True, live=True)
        if roomy:
            draw_text(p, x + width, middle, words, SMALL, QColor(shown.style.dim))


def _paint_heading(p: QPainter, shown: ShownSketch) -> None:
    style = shown.style
    tag = "a sketch, not your network"
    wide = text_width(tag, SMALL) + 16
    right = shown.width - MARGIN
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(QColor(style.warning), 1))
    p.setBrush(faded(style.warning, 0.10))
    p.drawRoundedRect(QRectF(right - wide, GAP, wide, 19), 9.5, 9.5)
    draw_text(p, right - wide / 2, GAP + 9.5, tag, SMALL, QColor(style.warning), align=0.5)
    room = right - wide - 2 * MARGIN
    title = elided(shown.title, TITLE, room, True)
    draw_text(p, MARGIN, GAP + 9.5, title, TITLE, QColor(style.text), bold=True, live=True)
    told: tuple[str, ...] = (
        "dropped at random (the marks), each rolls down to the valley of its zone; drag the curve to bend it",
        "each ball rolls down to the valley of its zone; drag the curve to bend it",
        "each ball rolls to the valley of its zone",
    )
    if shown.zone is not None:
        told = (_about_zone(shown, shown.zone), *told)
    text = first_fitting(told, SMALL, shown.width - 2 * MARGIN)
    draw_text(p, MARGIN, GAP + 29, text, SMALL, QColor(style.dim))


def _about_zone(shown: ShownSketch, zone: int) -> str:
    zones = shown.curve.zones
    basin, balls = zones.basins[zone], shown.balls
    started = int((SketchBalls.zone_of(zones, balls.starts) == zone).sum())
    return (
        f"zone {zone + 1} of {len(zones)}: {100 * (basin.right - basin.left):.0f} % of the width, "
        f"{many(started, 'ball', of=len(balls.x))} dropped here, {count(balls.counts(zones)[zone])} here now"
    )


def _paint_grips(p: QPainter, shown: ShownSketch) -> None:
    """Draw the control points."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    for k, (x, height) in enumerate(shown.curve.points):
        held = k == shown.grip
        p.setPen(QPen(QColor(shown.style.accent), 2 if held else 1.4))
        p.setBrush(QColor(shown.style.accent if held else shown.style.panel))
        radius = 6.0 if held else 4.0
        p.drawEllipse(QPointF(shown.x(x), shown.y(height)), radius, radius)
