"""The command palette: type what you want, and press Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from dropout_viz.app.commands.offered import Entrance, matching
from dropout_viz.app.look.scaling import in_units
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.presenting.overlay import Overlay
from dropout_viz.draw import style as look
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.painting import guarded

_WIDE, _HIGH = 620, 440  # pixels
_EDGE = 12  # around the card, at least
_ROW = 32
_FEWEST = 2  # rows that there is room for, so that it can be said that nothing fits
_GROUP = 150  # pixels for what kind of thing a line is, with the gap behind it
_GAP = 10
_OFFER = Qt.ItemDataRole.UserRole
_PAGE = 8
_AT_ONCE = 30  # lines that are listed at once: more than can be seen
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _PAGE, Qt.Key.Key_PageUp: -_PAGE}


class CommandPalette(Overlay):
    """A card over a dimmed window with a line to type in and what fits it.

    Signals:
        chosen: something has been, and is about to be done.
    """

    chosen = Signal()

    def __init__(
        self,
        theme: Theme,
        offers: Callable[[], list[Entrance]],
        typed: Callable[[str], list[Entrance]],
        window: QWidget,
    ) -> None:
        """``offers``: what there is now; ``typed``: what the text itself asks for, which stands first."""
        super().__init__(theme, window)
        self.setAccessibleName("Command palette")
        self._ask, self._typed = offers, typed
        self._offers: list[Entrance] = []
        self._shown: list[Entrance] = []
        self._card = QFrame(self)
        self._card.setObjectName("Card")
        self.line = QLineEdit()
        self.line.setPlaceholderText("A view, preset, lesson, lab or setting; a step; p_hidden = 0.3")
        self.line.setAccessibleName("What to do")
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName("Palette")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_EntranceLines(theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = self.list.verticalScrollBar()
        bar.valueChanged.connect(lambda at: self._fill(_AT_ONCE) if at + bar.pageStep() >= bar.maximum() else None)
        self.list.itemClicked.connect(lambda item: self._do(self.list.row(item)))
        self._nothing = QLabel()
        self._nothing.setProperty("tone", "dim")
        self._nothing.setWordWrap(True)
        self._inside = inside = QVBoxLayout(self._card)
        inside.setContentsMargins(14, 14, 14, 12)
        inside.setSpacing(10)
        inside.addWidget(self.line)
        inside.addWidget(self._nothing)
        inside.addWidget(self.list, 1)

    def open(self, typed: str = "") -> None:
        """Show it with what has been typed so far and everything below; where it is there, let what is typed next
        replace what was."""
        if self.isVisible():
            self.line.selectAll()
            return
        self._offers = self._ask()
        self.line.setText(typed)
        self._find()
        self.come(self.line)

    def leave(self) -> None:
        super().leave()
        self._offers, self._shown = [], []
        self.list.clear()

    @property
    def shown(self) -> list[str]:
        """The texts of the lines that fit what has been typed."""
        return [offer.text for offer in self._shown]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._press(Qt.Key(event.key()))
            if event.type() == QEvent.Type.ShortcutOverride and event.modifiers() == Qt.KeyboardModifier.NoModifier:
                event.accept()  # Escape closes this before it does anything else
        return super().eventFilter(watched, event)

    def _press(self, key: Qt.Key) -> bool:
        """Take a key from the line, where it is one of the list's; return whether it was."""
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in ENTER:
            self._do(self.list.currentRow())
        elif key in _MOVES and self._shown:
            self._fill(len(self._shown))
            row = self.list.currentRow() + _MOVES[key]
            self.list.setCurrentRow(max(0, min(len(self._shown) - 1, row)))
        else:
            return key in _MOVES
        return True

    def _find(self) -> None:
        text = self.line.text()
        self._shown = [*self._typed(text), *matching(self._offers, text)]
        self.list.clear()
        self._fill(_AT_ONCE)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self._shown))
        self._nothing.setText(f"Nothing is called “{text[:60]}”.")
        self._nothing.setVisible(not self._shown)
        self._fit()

    def _fill(self, most: int) -> None:
        """List some more of what fits. All of it would take long; who scrolls down gets more."""
        here = self.list.count()
        for offer in self._shown[here : here + most]:
            item = QListWidgetItem(self.list)
            item.setData(_OFFER, offer)
            item.setToolTip(offer.why_not)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{offer.group}: {offer.text}")

    def _do(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            act = self._shown[row].act
            self.leave()
            self.chosen.emit()
            act()

    def _fit(self) -> None:
        super()._fit()
        wide = min(_WIDE, self.width() - 2 * _EDGE)
        high = min(_HIGH, self.height() - 2 * _EDGE)
        top = max(_EDGE, min(90, (self.height() - high) // 2))
        self._card.setGeometry(self.place(QRect((self.width() - wide) // 2, top, wide, high)))
        self._cut_to_rows()

    def _cut_to_rows(self) -> None:
        """Take off the card what no row of the list needs, and what is left below the last one that is whole."""
        for part in (self._card, self.line, self.list):
            part.ensurePolished()  # else its frame is another
        margins, row = self._inside.contentsMargins(), _ROW * self._theme.style.scale
        above = margins.top() + self.line.sizeHint().height() + self._inside.spacing()
        room = self._card.contentsRect().height() - above - margins.bottom() - 2 * self.list.frameWidth()
        rows = min(room // row, max(_FEWEST, len(self._shown)))
        self._card.resize(self._card.width(), round(self._card.height() - room + rows * row))


class _EntranceLines(QStyledItemDelegate):
    """Paints an offer: its group, what it does, and its key. Widgets in every line would take too long at every key."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, _ROW) * self._theme.style.scale

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        guarded(painter, lambda: self._draw(painter, option, index.data(_OFFER)))

    def _draw(self, painter: QPainter, option: QStyleOptionViewItem, offer: Entrance) -> None:
        style = self._theme.style
        room = in_units(painter, option.rect, style.scale)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(room, QColor(style.accent))
        dim, full = (style.accent_text,) * 2 if chosen else (style.dim, style.text)
        line = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        room.adjust(10, 0, -10, 0)
        painter.setFont(look.font(look.SMALL))
        painter.setPen(QColor(dim))
        short, small = Qt.TextElideMode.ElideRight, QFontMetrics(painter.font())
        painter.drawText(room, line, small.elidedText(offer.group, short, _GROUP - _GAP))
        painter.drawText(room, line | Qt.AlignmentFlag.AlignRight, offer.key)
        room.adjust(_GROUP, 0, -small.horizontalAdvance(offer.key) - 12, 0)
        painter.setFont(look.font(look.BODY))
        painter.setPen(QColor(dim if offer.why_not else full))
        said = f"{offer.text}: not for this run" if offer.why_not else offer.text
        text = QFontMetrics(painter.font()).elidedText(said, short, room.width())
        painter.drawText(room, line, text)
