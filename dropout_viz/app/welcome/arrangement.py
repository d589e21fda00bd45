"""Where everything on the welcome has its place, in units: cards in a grid, lists in columns, and a narrow column
beside them where there is room for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF

from dropout_viz.app.welcome.shelves import Place, Shelf
from dropout_viz.draw import style as look
from dropout_viz.draw.text import wrapped

MARGIN, NARROW = 28, 16
_WIDE = 680  # units from which on there is a narrow column beside the cards
_MOST = 1640  # units that all of it is wide at most
_ASIDE = 272
_GUTTER = 28  # between that column and the rest
_BETWEEN = 14  # cards
_LEAST = 196  # units that a card is wide, and a column of a list
ASPECT = 0.625
"""How high a picture is, by its width."""
CARD_PAD = 10
STEP_LINE = 16
"""Height of the line below a picture that says its step."""
TITLE_LINE, NOTE_LINE = 20, 15
NOTE_LINES = 3
HEAD = 34
"""Height of a shelf's heading."""
_ROW, _BETWEEN_SHELVES = 28, 20
ROW_PAD = 8
STEP_HIGH = 74
"""Height of a place on a way."""
BADGE = 26
"""Width of its number."""
_FIELD = 40  # height of the line to type in
FIELD_LEAST, _FIELD_MOST = 260, 520
_LEAVE = 150  # that what closes it is wide
TOP = 18


@dataclass(frozen=True)
class WelcomeSpot:
    """Where something is that can be opened. ``shelf``: the number of its shelf; the field has none, -1."""

    rect: QRectF
    place: Place
    shelf: int
    kind: str
    """"field", "leave", "step", "card" or "row"."""


@dataclass
class WelcomeLayout:
    """Where everything is: what can be opened, the headings of the shelves, and what stands in an empty one."""

    spots: list[WelcomeSpot] = field(default_factory=list)
    heads: list[tuple[QRectF, Shelf]] = field(default_factory=list)
    words: list[tuple[QRectF, str]] = field(default_factory=list)
    title: QRectF = field(default_factory=QRectF)
    height: float = 0.0


def arrange(width: float, shelves: Sequence[Shelf], find: Place, leave: Place) -> WelcomeLayout:
    """Return where everything is in so much width. ``find``: what the field does; ``leave``: what closes it all."""
    made = WelcomeLayout()
    margin = MARGIN if width >= _WIDE else NARROW
    inside = min(width - 2 * margin, _MOST)
    left = (width - inside) / 2
    top = _arrange_top(made, left, inside, find, leave)
    beside = width >= _WIDE
    main = inside - (_ASIDE + _GUTTER if beside else 0)
    heights = {False: top, True: top}
    for number, shelf in enumerate(shelves):
        aside = beside and shelf.aside
        x, room = (left + main + _GUTTER, _ASIDE) if aside else (left, main)
        heights[aside] = _arrange_shelf(made, number, shelf, QRectF(x, heights[aside], room, 0)) + _BETWEEN_SHELVES
    made.height = max(heights.values())
    return made


def _arrange_top(made: WelcomeLayout, left: float, inside: float, find: Place, leave: Place) -> float:
    """Place the name, the field in the middle, and what closes it; return where the rest begins."""
    made.title = QRectF(left, TOP, _LEAVE, _FIELD)
    made.spots.append(WelcomeSpot(QRectF(), find, -1, "field"))
    made.spots.append(WelcomeSpot(QRectF(left + inside - _LEAVE, TOP + 4, _LEAVE, _FIELD - 8), leave, -1, "leave"))
    room = inside - 2 * (_LEAVE + _GUTTER)
    if room >= FIELD_LEAST:
        wide = min(room, _FIELD_MOST)
        rect = QRectF(left + (inside - wide) / 2, TOP, wide, _FIELD)
    else:  # below them
        rect = QRectF(left, TOP + _FIELD + 8, inside, _FIELD)
    made.spots[0] = WelcomeSpot(rect, find, -1, "field")
    return rect.bottom() + 14


def _arrange_shelf(made: WelcomeLayout, number: int, shelf: Shelf, room: QRectF) -> float:
    """Place a shelf at the top of a room; return where it ends."""
    head = QRectF(room.left(), room.top(), room.width(), HEAD)
    made.heads.append((head, shelf))
    if not shelf.places:
        words = QRectF(room.left(), head.bottom(), room.width(), 0)
        words.setHeight(NOTE_LINE * len(wrapped(shelf.empty, look.SMALL, room.width())))
        made.words.append((words, shelf.empty))
        return words.bottom()
    first = shelf.places[0]
    kind = "card" if first.preset else "step" if first.badge else "row"
    columns = max(1, int((room.width() + _BETWEEN) // (_LEAST + _BETWEEN)))
    wide = (room.width() - (columns - 1) * _BETWEEN) / columns
    out = ROW_PAD if kind == "row" else 0  # lines have their texts where the heading has its own
    rows = [shelf.places[at : at + columns] for at in range(0, len(shelf.places), columns)]
    top = head.bottom()
    for row in rows:
        high = _high(kind, row, wide + out)
        for at, place in enumerate(row):
            rect = QRectF(room.left() + at * (wide + _BETWEEN) - out, top, wide + out, high)
            made.spots.append(WelcomeSpot(rect, place, number, kind))
        top += high + (0 if kind == "row" else _BETWEEN)
    return top - (0 if kind == "row" else _BETWEEN)


def _high(kind: str, row: Sequence[Place], wide: float) -> float:
    if kind == "row":
        return max(row_height(place, wide) for place in row)
    if kind == "card":
        return card_height(wide)
    return STEP_HIGH + TITLE_LINE * (max(len(step_name(place, wide)) for place in row) - 1)


def beside_badge(wide: float) -> float:
    """Return the room for words beside the number of a place on a way, which is so wide."""
    return wide - 2 * CARD_PAD - BADGE - 8


def step_name(place: Place, wide: float) -> tuple[str, ...]:
    """Return the name of a place on a way in the lines that it takes beside its number."""
    return wrapped(place.text, look.BODY, beside_badge(wide), bold=True)


def card_height(wide: float) -> float:
    """Return how high a card is."""
    return round(wide * ASPECT) + STEP_LINE + TITLE_LINE + NOTE_LINES * NOTE_LINE + round(1.5 * CARD_PAD)


def row_height(place: Place, wide: float) -> float:
    """Return how high a line of a list is: it has its note below it, in two lines at most."""
    lines = wrapped(place.note, look.SMALL, wide - 2 * ROW_PAD) if place.note else ()
    return _ROW + NOTE_LINE * min(2, len(lines)) + (4 if lines else 0)
