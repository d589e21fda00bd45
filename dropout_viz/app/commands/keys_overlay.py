"""The list of keys, laid over the window until any key or click; in a small window it can be scrolled."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from dropout_viz.app.commands.keys_table import KeysTable, Table
from dropout_viz.app.look.scaling import px
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.presenting.overlay import Overlay
from dropout_viz.draw import style as look

_EDGE = 12  # around the card
_MOVES = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}
_CLOSING = "Any key closes this list."
_SCROLLING = "↓ and ↑ or the wheel scroll; any other key closes this list."


class KeysOverlay(Overlay):
    """A card with all keys over a dimmed window.

    Attributes:
        keys: the list itself.
    """

    SHADE = 0.72

    def __init__(self, theme: Theme, table: Table, window: QWidget) -> None:
        super().__init__(theme, window)
        self.setAccessibleName("All keys")
        self._card = QFrame(self)
        self._card.setObjectName("Card")
        self._scroll = QScrollArea()
        self._scroll.setObjectName("Scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.keys = KeysTable(theme, table)
        self._scroll.setWidget(self.keys)
        self._closing = _label(_CLOSING, "small")
        self._inside = QVBoxLayout(self._card)
        self._inside.setContentsMargins(28, 20, 28, 18)
        self._inside.setSpacing(12)
        self._inside.addWidget(_label("Keys", "title"))
        self._inside.addWidget(self._scroll)
        self._inside.addWidget(self._closing)

    def open(self) -> None:
        """Show the list."""
        self.come(self)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # any key closes the list before it does anything else
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is not None and self._scrolls():
            self._scroll.verticalScrollBar().triggerAction(move)
        elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            self.leave()

    def _scrolls(self) -> bool:
        return self.keys.sizeHint().height() > self._scroll.height()

    def _fit(self) -> None:
        """Cover the window, with the list in as many columns as it is wide enough for."""
        super()._fit()
        margins = self._inside.contentsMargins()
        bar = self._scroll.verticalScrollBar().sizeHint().width() + px(self, 6)
        room = self.size().shrunkBy(QMargins(*(px(self, _EDGE),) * 4))
        keys = self.keys
        keys.arrange((room.width() - bar - margins.left() - margins.right()) / keys.zoom)
        wanted = keys.sizeHint()
        self._scroll.setFixedWidth(wanted.width() + bar)
        self._scroll.setMaximumHeight(wanted.height())
        self._scroll.updateGeometry()
        size = self._card.sizeHint()
        size.setHeight(size.height() - self._scroll.sizeHint().height() + wanted.height())
        area = QRect(QPoint(), size.boundedTo(room))
        area.moveCenter(QWidget.rect(self).center())
        self._card.setGeometry(area)
        self._inside.activate()
        self._closing.setText(_SCROLLING if self._scrolls() else _CLOSING)


def _label(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    if tone == "title":
        label.setFont(look.font(look.TITLE, bold=True))
    return label
