"""The page of the welcome: all shelves, painted in one widget, for a widget each would be a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QToolTip

from dropout_viz.app.commands.shortcuts import COMMANDS, key_name
from dropout_viz.app.look.icons import pixmap
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.welcome.arrangement import (
    ASPECT,
    BADGE,
    CARD_PAD,
    NOTE_LINE,
    NOTE_LINES,
    ROW_PAD,
    STEP_LINE,
    TITLE_LINE,
    WelcomeLayout,
    WelcomeSpot,
    arrange,
    beside_badge,
    step_name,
)
from dropout_viz.app.welcome.shelves import Place, Shelf
from dropout_viz.app.welcome.thumbnails import Thumbnails
from dropout_viz.draw import style as look
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.painting import Painted, saved
from dropout_viz.draw.text import draw_text, elided, first_lines, fitting, text_width

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)
_FIND = ("Type to find anything: a view, preset, lesson or setting", "Type to find anything", "Find")
_HEADLINE = 20  # units of the word at the top
_ICON = 20
_RADIUS = 8
_CAP = 18  # how high a key's frame is
_AT_ONCE = 3  # spots whose texts are made ready in one turn


class WelcomePage(Painted):
    """Paints shelves and hears what is chosen on them.

    Signals:
        left: Escape. chosen: the place that is to be opened. typed: what was typed, a letter or a digit. moved: where
            what has the focus is.
        pointed: the preset whose card the mouse or the focus is on, or "".
    """

    left = Signal()
    chosen = Signal(object)
    typed = Signal(str)
    moved = Signal(QRectF)
    pointed = Signal(str)

    def __init__(self, theme: Theme, thumbnails: Thumbnails, find: Place, leave: Place) -> None:
        super().__init__()
        self._theme, self._thumbnails = theme, thumbnails
        self._find, self._leave = find, leave
        self._shelves: Sequence[Shelf] = ()
        self._width, self._arranged = 0.0, False
        self.made = WelcomeLayout()
        self.at = 0
        """The spot that has the focus."""
        self._begins = True  # nobody has gone anywhere yet
        self._over: WelcomeSpot | None = None  # that the mouse is over
        self._pressed: WelcomeSpot | None = None
        self._kept: dict[str, tuple[QImage, QPixmap]] = {}
        self._part = QRectF()  # that is to be painted
        self._ready: set[tuple[str, str]] = set()  # what has been painted: its texts need not be made ready again
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleDescription(
            "Arrows go from place to place, Enter opens, Escape closes, typing finds anything."
        )
        thumbnails.changed.connect(self._repaint_card)
        theme.changed.connect(self.update)

    def show_shelves(self, shelves: Sequence[Shelf]) -> None:
        """Show what there is now; what had the focus keeps it, where it is still there."""
        had = _named(self.now) if self.made.spots else None
        self._shelves, self._arranged = shelves, False
        if not self._width:
            return  # it has no place yet
        self.arrange(self._width)
        if self._begins:
            self.begin()
        else:
            self._go(next((at for at, spot in enumerate(self.made.spots) if _named(spot) == had), 0))

    def arrange(self, width: float) -> None:
        """Take so much width, in units, and as much height as that takes."""
        if self._arranged and width == self._width:
            return
        self._width, self._over, self._pressed, self._arranged = width, None, None, True
        self.made = arrange(width, self._shelves, self._find, self._leave)
        self.at = min(self.at, len(self.made.spots) - 1)
        self.resize(self.pixels(QSize(round(width), round(self.made.height))))
        self.update()

    def begin(self) -> None:
        """Begin at the place to open first, which looks chosen; where there is none, at the field."""
        self._over = None
        self._go(next((at for at, spot in enumerate(self.made.spots) if spot.place.primary), 0))
        self._begins = True

    @property
    def now(self) -> WelcomeSpot:
        """What has the focus."""
        return self.made.spots[self.at]

    # --- keys and the mouse ------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.Paint and isinstance(event, QPaintEvent):
            part, unit = QRectF(event.rect()), 1 / self.zoom
            self._part = QRectF(part.topLeft() * unit, part.size() * unit)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            spot = self._spot_at(QPointF(event.pos()) * (1 / self.zoom))
            if spot is not None and spot.kind in ("card", "row") and spot.place.note:
                QToolTip.showText(event.globalPos(), f"{spot.place.text}\n{spot.place.note}", self)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not _is_own(event):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in ENTER:
            self.chosen.emit(self.now.place)
        elif key in _ARROWS:
            self._go(beside(self.made.spots, self.at, key))
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._go_far(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            self.typed.emit(event.text())

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from shelf to shelf, and beyond the last one out of the page."""
        spots = self.made.spots
        firsts = [at for at, s in enumerate(spots) if at < 2 or s.shelf != spots[at - 1].shelf]
        after = [at for at in firsts if at > self.at] if forward else [at for at in firsts if at < self.at][::-1]
        if not after:
            return super().focusNextPrevChild(forward)
        self._go(after[0])
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._spot_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._spot_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if self._pressed is not None:
            self._go(self.made.spots.index(self._pressed))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed is self._spot_at(event.position()):
            self.chosen.emit(pressed.place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._repaint(self.now)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._repaint(self.now)

    def _spot_at(self, at: QPointF) -> WelcomeSpot | None:
        return next((spot for spot in self.made.spots if spot.rect.contains(at)), None)

    def _hover(self, spot: WelcomeSpot | None) -> None:
        if spot is not self._over:
            self._repaint(self._over, spot)
            self._over = spot
            self.setCursor(Qt.CursorShape.ArrowCursor if spot is None else Qt.CursorShape.PointingHandCursor)
            self.pointed.emit("" if spot is None else spot.place.preset)

    def _go(self, at: int) -> None:
        """Give the focus to a spot."""
        before, self._begins = self.now, False
        self.at = at
        spot = self.now
        self._repaint(before, spot)
        shelf = self.made.heads[spot.shelf][1].title if spot.shelf >= 0 else ""
        self.setAccessibleName(". ".join(filter(None, (f"{spot.place.text}", shelf, spot.place.note))))
        self.moved.emit(spot.rect if spot.shelf >= 0 else QRectF(0, 0, 1, 1))
        self.pointed.emit(spot.place.preset)

    def _go_far(self, by: int) -> None:
        """Go about half a page up or down."""
        high = self.visibleRegion().boundingRect().height() / self.zoom / 2
        wanted = self.now.rect.center() + QPointF(0, by * high)
        spots = self.made.spots

        def far(at: int) -> float:
            away = spots[at].rect.center() - wanted
            return abs(away.y()) + abs(away.x())

        self._go(min(range(len(spots)), key=far))

    # --- painting ----------------------------------------------------------------------------------------------------

    def draw(self, p: QPainter) -> None:
        style, made = self._theme.style, self.made
        p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        text, dim = QColor(style.text), QColor(style.dim)
        draw_text(p, made.title.left(), made.title.center().y(), "Welcome", _HEADLINE, text, bold=True)
        for rect, shelf in made.heads:
            if rect.intersects(self._part):
                self._draw_head(p, rect, shelf)
        for rect, words in made.words:
            lines = first_lines(words, look.SMALL, rect.width(), 9)
            self._draw_lines(p, rect.left(), rect.top(), lines, dim)
        draws = {
            "field": self._draw_field,
            "leave": self._draw_leave,
            "step": self._draw_step,
            "card": self._draw_card,
            "row": self._draw_row,
        }
        new = 0
        for at, spot in enumerate(made.spots):
            if not spot.rect.intersects(self._part):
                continue
            new += _named(spot) not in self._ready
            if new > _AT_ONCE:
                break
            self._ready.add(_named(spot))
            draws[spot.kind](p, spot)
            if at == self.at and self.hasFocus():
                self._draw_ring(p, spot)
        if later := self.not_ready[:_AT_ONCE]:  # they come with the next turns, and these are not painted again
            QTimer.singleShot(0, self, partial(self._repaint, *later))

    @property
    def not_ready(self) -> list[WelcomeSpot]:
        """What is before somebody's eyes and has not been painted yet."""
        seen, unit = QRectF(self.visibleRegion().boundingRect()), 1 / self.zoom
        part = QRectF(seen.topLeft() * unit, seen.size() * unit)
        return [s for s in self.made.spots if _named(s) not in self._ready and s.rect.intersects(part)]

    def _draw_head(self, p: QPainter, rect: QRectF, shelf: Shelf) -> None:
        style, middle = self._theme.style, rect.top() + 13
        wide = draw_text(p, rect.left(), middle, shelf.title, look.TITLE, QColor(style.text), bold=True)
        room = rect.width() - wide - 12
        if shelf.note and text_width(shelf.note, look.SMALL) <= room:
            draw_text(p, rect.left() + wide + 12, middle + 1, shelf.note, look.SMALL, QColor(style.dim))

    def _draw_ring(self, p: QPainter, spot: WelcomeSpot) -> None:
        """Draw what shows the focus; on a card that is filled with its colour inside it, in the colour of its words."""
        filled = spot.kind == "step" and spot.place.primary
        inset = 4 if filled else 1
        p.setPen(QPen(QColor(self._theme.style.accent_text if filled else self._theme.style.accent), 2))
        p.setBrush(Qt.BrushStyle.NoBrush)
        rounded = _RADIUS - inset // 2
        p.drawRoundedRect(spot.rect.adjusted(inset, inset, -inset, -inset), rounded, rounded)

    def _draw_ground(self, p: QPainter, spot: WelcomeSpot, ground: str, line: str = "") -> None:
        style = self._theme.style
        p.setPen(QPen(QColor(line), 1) if line else Qt.PenStyle.NoPen)
        p.setBrush(QColor(style.raised if spot is self._over else ground))
        p.drawRoundedRect(spot.rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    def _draw_field(self, p: QPainter, spot: WelcomeSpot) -> None:
        style, rect, middle = self._theme.style, spot.rect, spot.rect.center().y()
        self._draw_ground(p, spot, style.raised, style.faint)
        size = QRectF(rect.left() + 11, middle - _ICON / 2, _ICON, _ICON)
        p.drawPixmap(size.toRect(), pixmap("search", style.dim, p.deviceTransform().m11()))
        key = key_name(COMMANDS["palette"].keys[0])
        wide = self._draw_key(p, rect.right() - 10, middle, key)
        room = rect.width() - wide - 62
        draw_text(p, rect.left() + 40, middle, fitting(_FIND, look.BODY, room), look.BODY, QColor(style.dim))

    def _draw_leave(self, p: QPainter, spot: WelcomeSpot) -> None:
        style, middle = self._theme.style, spot.rect.center().y()
        if spot is self._over:
            self._draw_ground(p, spot, style.raised)
        wide = self._draw_key(p, spot.rect.right() - 8, middle, "Esc")
        draw_text(p, spot.rect.right() - wide - 16, middle, spot.place.text, look.BODY, QColor(style.text), align=1.0)

    def _draw_key(self, p: QPainter, right: float, middle: float, key: str) -> float:
        """Draw a key that ends at ``right``; return its width."""
        style = self._theme.style
        wide = text_width(key, look.SMALL, bold=True) + 12
        frame = QRectF(right - wide, middle - _CAP / 2, wide, _CAP)
        p.setPen(QPen(QColor(style.line), 1))
        p.setBrush(QColor(style.panel))
        p.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        draw_text(p, frame.center().x(), middle, key, look.SMALL, QColor(style.text), bold=True, align=0.5)
        return wide

    def _draw_step(self, p: QPainter, spot: WelcomeSpot) -> None:
        """Draw a place on a way: its number or mark, its name, and what there is to say of it."""
        style, rect, shown = self._theme.style, spot.rect, spot.place
        ground = style.accent if shown.primary else style.panel
        p.setPen(QPen(QColor(style.accent if shown.primary or spot is self._over else style.line), 1))
        p.setBrush(QColor(ground if shown.primary or spot is not self._over else style.raised))
        p.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        text, dim = (style.accent_text,) * 2 if shown.primary else (style.text, style.dim)
        left = rect.left() + CARD_PAD
        circle = QRectF(left, rect.top() + 10, BADGE, BADGE)
        p.setPen(QPen(QColor(text if shown.primary else style.faint), 1.5))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawEllipse(circle.adjusted(1, 1, -1, -1))
        draw_text(
            p, circle.center().x(), circle.center().y(), shown.badge, look.BODY, QColor(text), align=0.5, bold=True
        )
        room = beside_badge(rect.width())
        left = rect.right() - CARD_PAD - room
        names = step_name(shown, rect.width())
        for line, words in enumerate(names):
            words = elided(words, look.BODY, room, bold=True)
            draw_text(p, left, rect.top() + 18 + line * TITLE_LINE, words, look.BODY, QColor(text), bold=True)
        note = first_lines(shown.note, look.SMALL, room, 3)
        self._draw_lines(p, left, rect.top() + 8 + len(names) * TITLE_LINE, note, QColor(dim))

    def _draw_card(self, p: QPainter, spot: WelcomeSpot) -> None:
        style, rect, shown = self._theme.style, spot.rect, spot.place
        self._draw_ground(p, spot, style.panel, style.line)
        picture = QRectF(rect.left() + 1, rect.top() + 1, rect.width() - 2, round(rect.width() * ASPECT) - 1)
        self._draw_picture(p, picture, shown.preset)
        p.fillRect(QRectF(rect.left() + 1, picture.bottom(), rect.width() - 2, 1), QColor(style.line))
        left, room = rect.left() + CARD_PAD, rect.width() - 2 * CARD_PAD
        top = picture.bottom() + STEP_LINE + CARD_PAD / 2
        title = elided(shown.text, look.BODY, room, bold=True)
        draw_text(p, left, top + 7, title, look.BODY, QColor(style.text), bold=True)
        lines = first_lines(shown.note, look.SMALL, room, NOTE_LINES)
        self._draw_lines(p, left, top + TITLE_LINE, lines, QColor(style.dim))

    def _draw_picture(self, p: QPainter, rect: QRectF, preset: str) -> None:
        """Draw a preset's picture and its step; or what is known of it as long as there is none."""
        style, thumbnail = self._theme.style, self._thumbnails.of(preset)
        why = self._thumbnails.why.get(preset)
        if thumbnail is None or why is not None:
            lines = first_lines(why or "is being trained", look.SMALL, rect.width() - 32, 6)
            top = rect.center().y() - NOTE_LINE * len(lines) / 2
            for k, line in enumerate(lines):
                middle = top + NOTE_LINE * (k + 0.5)
                draw_text(p, rect.center().x(), middle, line, look.SMALL, QColor(style.dim), align=0.5)
            return
        with saved(p):
            outline = QPainterPath()
            outline.addRoundedRect(rect.adjusted(0, 0, 0, _RADIUS), _RADIUS - 1, _RADIUS - 1)
            p.setClipRect(rect)
            p.setClipPath(outline, Qt.ClipOperation.IntersectClip)
            pixels = p.deviceTransform().m11()  # of a unit: more than the zoom on a fine screen, and in a picture
            p.drawPixmap(rect.topLeft(), self._scaled(preset, thumbnail.image, rect.size(), pixels))
        step = f"step {max(0, thumbnail.step):,}"  # below it: it would cover the picture's legend
        right, middle = rect.right() - CARD_PAD + 1, rect.bottom() + 1 + STEP_LINE / 2
        draw_text(p, right, middle, step, look.SMALL, QColor(style.dim), align=1.0)

    def _scaled(self, preset: str, image: QImage, size: QSizeF, unit: float) -> QPixmap:
        """Return a picture at the size that it is shown at, of which the last one of each preset is kept."""
        pixels = (size * unit).toSize()
        kept = self._kept.get(preset)
        if kept is None or kept[0] is not image or kept[1].size() != pixels:
            smooth = Qt.TransformationMode.SmoothTransformation
            made = QPixmap.fromImage(image.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
            made.setDevicePixelRatio(unit)
            kept = self._kept[preset] = image, made
        return kept[1]

    def _draw_row(self, p: QPainter, spot: WelcomeSpot) -> None:
        style, rect, shown = self._theme.style, spot.rect, spot.place
        if spot is self._over:
            self._draw_ground(p, spot, style.raised)
        left, room = rect.left() + ROW_PAD, rect.width() - 2 * ROW_PAD
        colour = QColor(style.dim if shown.gone else style.text)
        draw_text(p, left, rect.top() + 14, elided(shown.text, look.BODY, room), look.BODY, colour)
        lines = first_lines(shown.note, look.SMALL, room, 2) if shown.note else ()
        warns = shown.gone and spot is not self._over  # on the other ground it would be hard to read
        self._draw_lines(p, left, rect.top() + 26, lines, QColor(style.warning if warns else style.dim))

    def _draw_lines(self, p: QPainter, left: float, top: float, lines: Sequence[str], colour: QColor) -> None:
        for k, line in enumerate(lines):
            draw_text(p, left, top + NOTE_LINE * (k + 0.5), line, look.SMALL, colour)

    def _repaint_card(self, preset: str) -> None:
        self._repaint(*(spot for spot in self.made.spots if spot.place.preset == preset))

    def _repaint(self, *spots: WelcomeSpot | None) -> None:
        for spot in spots:
            if spot is not None:
                self.update(self.place(spot.rect.toAlignedRect()))


def _named(spot: WelcomeSpot) -> tuple[str, str]:
    """Return what a place is known by: a lesson stands on a card to begin with, and in the list."""
    return spot.kind, spot.place.text


def _is_own(event: QKeyEvent) -> bool:
    """Return whether a key is the page's, whatever it means elsewhere: letters and digits are typed."""
    if event.modifiers() not in _PLAIN:
        return False
    if event.key() in (*_ARROWS, *ENTER, Qt.Key.Key_Escape, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        return event.modifiers() != Qt.KeyboardModifier.ShiftModifier
    return event.text().isalnum()


def beside(spots: Sequence[WelcomeSpot], at: int, key: Qt.Key) -> int:
    """Return the spot that an arrow leads to from another: the nearest that lies wholly on that side; the same where
    there is none."""
    here = spots[at].rect

    def away(there: QRectF) -> tuple[float, float, float]:
        """How far it lies on that side, how far it is out of line, and how far the middles are."""
        across = max(there.left() - here.right(), here.left() - there.right(), 0.0)
        down = max(there.top() - here.bottom(), here.top() - there.bottom(), 0.0)
        off = there.center() - here.center()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            side = there.top() - here.bottom() if key == Qt.Key.Key_Down else here.top() - there.bottom()
            return side, across, abs(off.x())
        side = there.left() - here.right() if key == Qt.Key.Key_Right else here.left() - there.right()
        return side, down, abs(off.y())

    found = []
    for number, spot in enumerate(spots):
        side, out, middle = away(spot.rect)
        if number != at and side >= -1:
            found.append((side + 3 * out + 0.1 * middle, number))
    return min(found)[1] if found else at
