"""Units as balls: in a pile where several lie in one place, hollow where idle, with arrows and trails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
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
_AWAY = (0.0, 14.0, 28.0, 42.0, 56.0)  # of a count from its balls, units: where it is in nothing's way
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


@dataclass(frozen=True)
class PileCount:
    """How many balls lie in one place: the text and its room, and the line to them where it does not stand beside."""

    room: QRectF
    text: str
    line: QLineF | None


def counts(places: Array, radii: Array, area: QRectF) -> list[PileCount]:
    """Return how many balls lie where some cover others.

    A text stands above, below or beside them, or further away with a line to them, inside the area, over no ball and no
    other text; where none of this is free it is left out, the largest last. ``places``, ``radii``: as of ``covered``.
    """
    found: list[PileCount] = []

    def is_free(count: PileCount) -> bool:
        room, at = count.room, count.room.center()
        away = np.maximum(np.abs(places - (at.x(), at.y())) - (room.width() / 2, room.height() / 2), 0)
        over_ball = (np.hypot(*away.T) < radii).any()
        return area.contains(room) and not over_ball and not any(_meet(count, other) for other in found)

    for top, together in sorted(covered(places, radii), key=lambda pile: -pile[1]):
        (x, y), text = places[top].tolist(), f"{together} here"
        # a small ball may lie on larger ones
        from_top = np.hypot(*(places - places[top]).T)
        reach = float((from_top + radii)[from_top < _TOGETHER * radii[top]].max()) + 1
        wide, high = text_width(text, SMALL, True) + 2, 14.0
        rooms: list[PileCount] = []
        for away in _AWAY:
            off = reach + away
            corners = [
                (x - wide / 2, y - off - high),
                (x - wide / 2, y + off),
                (x + off, y - high / 2),
                (x - off - wide, y - high / 2),
            ]
            for left, above in corners:
                room = QRectF(left, above, wide, high)
                rooms.append(PileCount(room, text, _line(room, x, y, float(radii[top])) if away else None))
        found += [room for room in rooms if is_free(room)][:1]
    return found


def _meet(one: PileCount, other: PileCount) -> bool:
    """Return whether two counts, or their lines, lie on one another."""
    return (
        one.room.intersects(other.room)
        or (one.line is not None and _crosses(one.line, other.room))
        or (other.line is not None and _crosses(other.line, one.room))
    )


def _crosses(line: QLineF, room: QRectF) -> bool:
    return QRectF(line.p1(), line.p2()).normalized().adjusted(-1, -1, 1, 1).intersects(room)


def _line(room: QRectF, x: float, y: float, radius: float) -> QLineF:
    """Return a line from the edge of a text to the rim of a ball."""
    edge = QPointF(min(max(x, room.left()), room.right()), min(max(y, room.top()), room.bottom()))
    line = QLineF(QPointF(x, y), edge)
    return QLineF(line.pointAt(radius / line.length()), edge)


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
    tip, head = QPointF(begin.x() + by.x(), begin.y() + by.y()), min(5.5, length)
    p.setPen(QPen(colour, 1.6))
    p.drawLine(begin, QPointF(tip.x() - 0.5 * head * ux, tip.y() - 0.5 * head * uy))
    back = QPointF(tip.x() - head * ux, tip.y() - head * uy)
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
