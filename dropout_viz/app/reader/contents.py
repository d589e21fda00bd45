"""The list beside a page: all pages below their headings, or what was found, with the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dropout_viz.app.look.scaling import in_units
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.reader.finding import Passage, excerpt
from dropout_viz.app.reader.pages import Page
from dropout_viz.draw import style as look
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.painting import guarded

_THING = Qt.ItemDataRole.UserRole  # a page, a passage, or the text of a heading
_HEADING, _PAGE, _FOUND = 32, 27, 62  # units: how high a line is
_SIDE, _INDENT = 12, 8
_LINES = 2  # of an excerpt


class Contents(QListWidget):
    """Lists pages or passages.

    Signals:
        chosen: a page, or a passage.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._typed = ""
        self.setObjectName("Palette")
        self.setAccessibleName("Contents")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._lines = _ContentsLines(theme, self)
        self.setItemDelegate(self._lines)
        self.itemClicked.connect(self._choose)
        theme.changed.connect(self._measure)

    def show_pages(self, pages: Sequence[Page], now: Page | None) -> None:
        """List pages below their headings; ``now``: the one that is read."""
        self.setAccessibleName("Contents")
        self.clear()
        for group, members in groupby(pages, key=lambda page: page.group):
            self._add(group, group).setFlags(Qt.ItemFlag.NoItemFlags)
            for page in members:
                item = self._add(page, page.title)
                if page is now:
                    self.setCurrentItem(item)

    def show_found(self, found: Sequence[Passage], typed: str) -> None:
        """List passages in which every word that was typed stands."""
        self.setAccessibleName(f"{len(found)} places found")
        self._lines.typed = typed
        self.clear()
        for passage in found:
            self._add(passage, f"{_place(passage)}: {passage.text}")
        self.setCurrentRow(0)

    @property
    def texts(self) -> list[str]:
        """What the lines say."""
        return [self.item(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(self.count())]

    def step(self, by: int) -> None:
        """Go to another line."""
        self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + by)))

    def choose_current(self) -> None:
        """Choose the line that is marked."""
        if (item := self.currentItem()) is not None:
            self._choose(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.choose_current()
        else:
            super().keyPressEvent(event)

    def _measure(self) -> None:
        self.scheduleDelayedItemsLayout()  # lines may be higher now

    def _add(self, thing: Page | Passage | str, said: str) -> QListWidgetItem:
        item = QListWidgetItem(self)
        item.setData(_THING, thing)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        if isinstance(thing, Passage):
            item.setToolTip(_place(thing))  # it is cut where the guide is narrow
        return item

    def _choose(self, item: QListWidgetItem) -> None:
        thing = item.data(_THING)
        if isinstance(thing, Page | Passage):
            self.chosen.emit(thing)


def _place(passage: Passage) -> str:
    page = passage.page.title
    return page if passage.heading == page else f"{page} › {passage.heading}"


class _ContentsLines(QStyledItemDelegate):
    """Paints the lines."""

    typed = ""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        thing = index.data(_THING)
        high = _PAGE if isinstance(thing, Page) else _FOUND if isinstance(thing, Passage) else _HEADING
        return QSize(0, high) * self._theme.style.scale

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        guarded(painter, lambda: self._draw(painter, option, index.data(_THING)))

    def _draw(self, p: QPainter, option: QStyleOptionViewItem, thing: Page | Passage | str) -> None:
        style = self._theme.style
        room = in_units(p, option.rect, style.scale)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(style.accent))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.drawRoundedRect(room.adjusted(4, 1, -4, -1), 5, 5)
        dim, full = (style.accent_text,) * 2 if chosen else (style.dim, style.text)
        room.adjust(_SIDE, 0, -_SIDE, 0)
        if isinstance(thing, Passage):
            self._draw_found(p, room, thing, QColor(full), QColor(dim))
        elif isinstance(thing, Page):
            self._draw_line(p, room.adjusted(_INDENT, 0, 0, 0), thing.title, look.font(look.BODY), full)
        else:
            self._draw_line(p, room.adjusted(0, 8, 0, 0), thing, look.font(look.SMALL, bold=True), dim)

    def _draw_line(self, p: QPainter, room: QRect, text: str, font: QFont, colour: str) -> None:
        p.setFont(font)
        p.setPen(QColor(colour))
        elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        p.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, elided)

    def _draw_found(self, p: QPainter, room: QRect, passage: Passage, full: QColor, dim: QColor) -> None:
        head = QRect(room.left(), room.top() + 5, room.width(), 18)
        self._draw_line(p, head, _place(passage), look.font(look.BODY, bold=True), full.name())
        text, places = excerpt(passage, self.typed)
        layout = QTextLayout(text, look.font(look.SMALL))
        strong = []
        for start, length in places:
            found = QTextLayout.FormatRange()
            found.start, found.length, found.format = start, length, QTextCharFormat()
            found.format.setForeground(full)
            found.format.setFontWeight(QFont.Weight.DemiBold)
            strong.append(found)
        layout.setFormats(strong)
        layout.beginLayout()
        top = 0.0
        for _ in range(_LINES):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(room.width())
            line.setPosition(QPointF(0, top))
            top += line.height() + 1
        layout.endLayout()
        p.setPen(dim)
        layout.draw(p, QPointF(room.left(), head.bottom() + 2))
