"""Units as balls: in a pile where several lie in one place, hollow where idle, with arrows and trails."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dropout_viz.analysis.questions.shared import Array
from dropout_viz.draw import brush
from dropout_viz.draw.contrast import reads_on
from dropout_viz.draw.painting import saved
from dropout_viz.draw.palette import Palette, faded, round_pen
from dropout_viz.draw.style import SMALL, mix
from dropout_viz.draw.text import draw_text, text_width

NUMBERED = 24  # units up to which the balls are large and carry their numbers
PILED = 128  # units up to which balls that would cover one another lie in a pile
_TOGETHER = 0.6  # of a ball's radius: so near to its middle another one cannot be told from it
_AGES = 6  # shades of a trail


def radius(units: int, room: float) -> float:
    """Return how large a ball is, for so many units in a picture so high."""
    grown = min(1.25, max(0.5, room / 230))
    return (8.6 if units <= NUMBERED else 4.5 if units <= PILED else 3.0) * grown


def pile(x: Array, floor: Array, radii: Array) -> Array:
    """Return how high balls lie, in pixels downwards: on the floor, or on those that came before, leftmost first.

    Args:
        x: of their middles, (n,). floor: where a middle lies if nothing is below it, (n,). radii: (n,).
    """
    y = np.array(floor, float)
    if len(x) > PILED:
        return y
    done: list[int] = []
    for k in np.argsort(x, kind="stable").tolist():
        moved = True
        while moved and math.isfinite(y[k]):
            moved = False
            for other in done:
                reach = radii[k] + radii[other] + 0.5
                beside = abs(x[k] - x[other])
                if beside < reach and abs(y[k] - y[other]) < math.sqrt(reach**2 - beside**2) - 1e-6:
                    y[k] = y[other] - math.sqrt(reach**2 - beside**2)
                    moved = True
        done.append(k)
    return y


def covered(places: Array, radii: Array) -> list[tuple[int, int]]:
    """Return the balls that cover others so far that these cannot be told, and how many lie there with them.

    Args:
        places: of their middles, (n, 2), those drawn later being on top. radii: (n,).
    """
    left, found = list(range(len(places)))[::-1] if len(places) <= PILED else [], []
    while left:
        top = left[0]
        here = [k for k in left if math.dist(places[k], places[top]) < _TOGETHER * radii[top]]
        left = [k for k in left if k not in here and k != top]
        if len(here) > 1:
            found.append((top, len(here)))
    return found


def counts(places: Array, radii: Array, area: QRectF) -> list[tuple[QRectF, str]]:
    """Return how many balls lie where some cover others, and the room of each such text.

    It stands above, below or beside them, inside the area, over no ball and no other text; where none of this is free
    it is left out, the largest last. ``places``, ``radii``: as of ``covered``.
    """
    found: list[tuple[QRectF, str]] = []

    def is_free(room: QRectF) -> bool:
        at = room.center()
        away = np.maximum(np.abs(places - (at.x(), at.y())) - (room.width() / 2, room.height() / 2), 0)
        over_ball = (np.hypot(*away.T) < radii).any()
        return area.contains(room) and not over_ball and not any(room.intersects(other) for other, _ in found)

    for top, together in sorted(covered(places, radii), key=lambda pile: -pile[1]):
        (x, y), text = places[top].tolist(), f"{together} here"
        off = np.hypot(*(places - places[top]).T)
        reach = float((off + radii)[off < _TOGETHER * radii[top]].max()) + 1  # a small ball may lie on larger ones
        wide, high = text_width(text, SMALL, True) + 2, 14.0
        corners = [
            (x - wide / 2, y - reach - high),
            (x - wide / 2, y + reach),
            (x + reach, y - high / 2),
            (x - reach - wide, y - high / 2),
        ]
        rooms = (QRectF(left, above, wide, high) for left, above in corners)
        if (room := next(filter(is_free, rooms), None)) is not None:
            found.append((room, text))
    return found


def paint_ball(
    p: QPainter, colours: Palette, at: QPointF, size: float, colour: QColor, number: str, idle: bool
) -> None:
    """Draw one ball and its number."""
    if idle:
        p.setPen(QPen(faded(colours.text, 0.75), 1.3))
        p.setBrush(faded(colours.panel, 0.75))
        p.drawEllipse(at, size, size)
    else:
        brush.ball(p, at.x(), at.y(), size, colour, colours.rim)
    if number and size >= 6.5:
        ground = mix(colours.panel.name(), colour.name(), p.opacity())  # a faint ball has no faint number
        with saved(p):
            p.setOpacity(1.0)
            tone = colours.dim if idle else reads_on(ground)
            draw_text(p, at.x(), at.y(), number, colours.style.legible(SMALL - 2), tone, bold=True, align=0.5)


def paint_ring(p: QPainter, at: QPointF, size: float, colour: QColor) -> None:
    """Mark a ball."""
    p.setPen(QPen(colour, 2))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawEllipse(at, size + 3, size + 3)


def paint_arrow(p: QPainter, colour: QColor, start: QPointF, by: QPointF, size: float) -> None:
    """Draw where a ball is headed, from its rim; nothing where it would be too short to see."""
    length = math.hypot(by.x(), by.y())
    if not 2.0 < length < 1e4:
        return
    ux, uy = by.x() / length, by.y() / length
    begin = QPointF(start.x() + ux * (size + 1), start.y() + uy * (size + 1))
    tip = QPointF(begin.x() + ux * (length + 4), begin.y() + uy * (length + 4))
    p.setPen(QPen(colour, 1.6))
    p.drawLine(begin, QPointF(tip.x() - 3 * ux, tip.y() - 3 * uy))
    back = QPointF(tip.x() - 5.5 * ux, tip.y() - 5.5 * uy)
    brush.fill(p, colour)
    side = QPointF(-3 * uy, 3 * ux)
    p.drawPolygon(QPolygonF([tip, back + side, back - side]))


def paint_trails(p: QPainter, paths: Sequence[Array], shades: Sequence[int], colours: Sequence[QColor]) -> None:
    """Draw where balls have been: dots, the fainter the older.

    Args:
        paths: of each ball, (n, 2) in pixels, the oldest first. shades: of each ball, which of ``colours``.
    """
    groups: dict[tuple[int, int], list[Array]] = {}
    for path, shade in zip(paths, shades, strict=True):
        n = len(path)
        for age in range(_AGES if n else 0):
            groups.setdefault((age, shade), []).append(path[n * age // _AGES : n * (age + 1) // _AGES])
    for (age, shade), parts in sorted(groups.items()):
        points = np.concatenate(parts)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            share = (age + 1) / _AGES
            p.setPen(round_pen(faded(colours[shade], 0.1 + 0.5 * share), 3.0 * (0.6 + 0.4 * share)))
            p.drawPoints(brush.polygon(points))
