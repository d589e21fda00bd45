"""All labs as cards: what each asks, how long it takes here, what it found last. Painted, by one widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from dropout_viz.app.labs.table import tone
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw import style as look
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.text import draw_text, elided, first_lines, wrapped

THUMB = (168, 105)
"""Units of the small picture on a card."""
_LEAST, _MOST_ACROSS = 330, 3  # units of a card's width, at least; cards beside one another, at most
_GAP, _PAD, _HIGH = 12, 14, 236
_WIDEST = 900  # units of a line of text
_LINE, _SMALL_LINE = 18, 15
SEEDS = (
    "A seed is the number from which all chance begins: with another seed a network starts with other weights and "
    "turns other units off. A lab asks its question of many seeds, so that luck can be told from what always happens."
)
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, *ENTER)


@dataclass
class Card:
    """A lab as the gallery shows it.

    Attributes:
        takes: how long it takes, in a line; "": not known yet. lack: why it cannot answer its question of the run on
            show, or "". verdict, answer, how: of its last result; "": there is
            none. running: whether it is at work. thumb: the last result's picture.
    """

    key: str
    title: str
    question: str
    takes: str = ""
    lack: str = ""
    verdict: str = ""
    answer: str = ""
    how: str = ""
    running: bool = False
    thumb: QImage | None = None

    @property
    def spoken(self) -> str:
        """All of it in sentences."""
        last = f"Last result: {self.verdict}. {self.answer} {self.how}" if self.verdict else "Not run here yet"
        running = "It is running" if self.running else ""
        return ". ".join(
            part.rstrip(". ") for part in (self.title, self.question, self.lack, running, self.takes, last) if part
        )


class Gallery(Painted):
    """Cards in rows. A click opens one; so do the arrow keys and Enter.

    Signals:
        chosen: the key of a lab that is to be opened.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, cards: Sequence[Card], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.cards = theme, list(cards)
        self.current, self._under = 0, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(f"All labs. {SEEDS}")
        self._speak()
        theme.changed.connect(self.update)

    # --- where they are ----------------------------------------------------------------------------------------------

    @property
    def across(self) -> int:
        """How many cards stand beside one another."""
        return max(1, min(_MOST_ACROSS, (self.width() - _GAP) // (_LEAST + _GAP)))

    def place_of(self, at: int) -> QRectF:
        """Return where a card is, in units."""
        across = self.across
        wide = (self.width() - (across + 1) * _GAP) / across
        row, column = divmod(at, across)
        return QRectF(_GAP + column * (wide + _GAP), self._top + row * (_HIGH + _GAP), wide, _HIGH)

    @property
    def _about(self) -> Sequence[str]:
        """What stands above the cards, in lines."""
        return wrapped(SEEDS, look.BODY, min(_WIDEST, self.width() - 2 * _GAP))

    @property
    def _top(self) -> float:
        """Where the cards begin."""
        return _GAP + _LINE * len(self._about) + _GAP

    def at(self, place: QPointF) -> int:
        """Return which card is at a place, or -1."""
        return next((k for k in range(len(self.cards)) if self.place_of(k).contains(place)), -1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        rows = -(-len(self.cards) // self.across)
        QWidget.setMinimumHeight(self, round((rows * (_HIGH + _GAP) + self._top) * self.zoom))

    # --- mouse and keys ----------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _plain(event):
            event.accept()  # else the window would step through its run
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _plain(event):
            super().keyPressEvent(event)
        elif event.key() in ENTER:
            self.chosen.emit(self.cards[self.current].key)
        else:
            steps = {
                Qt.Key.Key_Left: -1,
                Qt.Key.Key_Right: 1,
                Qt.Key.Key_Up: -self.across,
                Qt.Key.Key_Down: self.across,
            }
            ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self.cards) - 1}
            key = Qt.Key(event.key())
            to = ends[key] if key in ends else self.current + steps[key]
            if 0 <= to < len(self.cards):
                self.go(to)

    def go(self, to: int) -> None:
        """Mark a card, and have it where it can be seen."""
        self.current = to
        self._speak()
        self.update()
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            middle = self.place_of(to).center() * self.zoom
            area.ensureVisible(0, round(middle.y()), 0, round(_HIGH * self.zoom / 2 + _GAP))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self.at(event.position())
        if under != self._under:
            self._under = under
            self.setCursor(Qt.CursorShape.PointingHandCursor if under >= 0 else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self.cards[under].lack if under >= 0 else "")  # the card may have no room for all of it
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self.current = at
            self.chosen.emit(self.cards[at].key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changed(self) -> None:
        """Some card says something else."""
        self._speak()
        self.update()

    def _speak(self) -> None:
        said = f"{self.cards[self.current].spoken}. {self.current + 1} of {len(self.cards)}"
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    # --- painting ----------------------------------------------------------------------------------------------------

    def draw(self, p: QPainter) -> None:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        p.fillRect(self.rect(), QColor(self._theme.style.panel))
        for k, line in enumerate(self._about):
            draw_text(p, _GAP, _GAP + _LINE * (k + 0.5), line, look.BODY, QColor(self._theme.style.dim))
        for at, card in enumerate(self.cards):
            self._draw_card(p, self.place_of(at), card, at)

    def _draw_card(self, p: QPainter, place: QRectF, card: Card, at: int) -> None:
        style = self._theme.style
        marked = at == self.current and self.hasFocus()
        p.setPen(QPen(QColor(style.accent if marked or at == self._under else style.line), 2 if marked else 1))
        p.setBrush(QColor(style.raised))
        p.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        inner = place.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        wide = inner.width()
        y = inner.top() + 8
        running = draw_text(p, inner.right(), y, "running" * card.running, look.SMALL, QColor(style.accent), align=1.0)
        draw_text(
            p,
            inner.left(),
            y,
            elided(card.title, look.TITLE, wide - running - 8, True),
            look.TITLE,
            QColor(style.text),
            bold=True,
        )
        y += 23
        for line in first_lines(card.question, look.BODY, wide, 3):
            draw_text(p, inner.left(), y, line, look.BODY, QColor(style.text))
            y += _LINE
        self._draw_last(p, QRectF(inner.left(), inner.bottom() - 22 - THUMB[1], wide, THUMB[1]), card)
        takes = card.lack or card.takes or "How long it takes here is being measured…"
        colour = QColor(style.warning if card.lack else style.dim)
        draw_text(p, inner.left(), inner.bottom() - 5, elided(takes, look.SMALL, wide), look.SMALL, colour)

    def _draw_last(self, p: QPainter, room: QRectF, card: Card) -> None:
        """Draw the last result: its picture, and its verdict beside it."""
        style = self._theme.style
        shown = min(THUMB[0], 0.5 * room.width()) if card.verdict else room.width()
        picture = QRectF(room.left(), room.top(), shown, room.height())
        p.setPen(QPen(QColor(style.line), 1))
        p.setBrush(QColor(style.panel))
        p.drawRoundedRect(picture, 5, 5)
        if not card.verdict:
            centre = picture.center()
            draw_text(p, centre.x(), centre.y(), "Not run here yet", look.SMALL, QColor(style.dim), align=0.5)
            return
        if card.thumb is not None:
            p.drawImage(_fitted(card.thumb, picture.adjusted(3, 3, -3, -3)), card.thumb)
        x, wide = picture.right() + 12, room.right() - picture.right() - 12
        y = room.top() + 9
        draw_text(p, x, y, card.verdict, look.TITLE + 2, tone(card.verdict, style), bold=True)
        y += 20
        below = first_lines(card.how, look.SMALL, wide, 2)
        for line in first_lines(card.answer, look.SMALL, wide, 5 - len(below)):
            draw_text(p, x, y, line, look.SMALL, QColor(style.text))
            y += _SMALL_LINE
        y = room.bottom() - 7 - _SMALL_LINE * (len(below) - 1)
        for line in below:
            draw_text(p, x, y, line, look.SMALL, QColor(style.dim))
            y += _SMALL_LINE


def _plain(event: QKeyEvent) -> bool:
    """Whether it is a key that moves among the cards, or opens one."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return plain and event.key() in _KEYS


def _fitted(image: QImage, room: QRectF) -> QRectF:
    """Return where an image has its place in a room, as large as it can be there."""
    size = image.deviceIndependentSize().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(room.center() - QPointF(size.width() / 2, size.height() / 2), size)
