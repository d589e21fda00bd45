"""The list of keys, laid over the window until any key or click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dropout_viz.app.theme import Theme
from dropout_viz.views import style as look
from dropout_viz.views.painting import Painted

_HIGH = 22  # rows that the smallest window has room for
Table = dict[str, list[tuple[str, str]]]


class KeysOverlay(Painted):
    """A card over a dimmed window. It takes the focus while it is open and gives it back."""

    def __init__(self, theme: Theme, table: Table, window: QWidget) -> None:
        super().__init__(window)
        self.setAccessibleName("All keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme, self._window = theme, window
        self._before: QWidget | None = None
        card = QFrame(self)
        card.setObjectName("Card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(28, 20, 28, 18)
        inside.setSpacing(12)
        inside.addWidget(_label("Keys", "title"))
        columns = QHBoxLayout()
        columns.setSpacing(36)
        for groups in _packed(table):
            columns.addLayout(_column(groups))
        inside.addLayout(columns)
        inside.addWidget(_label("Any key closes this list.", "small"))
        outside = QVBoxLayout(self)
        outside.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show the list."""
        self._before = self._window.focusWidget()
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
        self.setFocus()

    def leave(self) -> None:
        """Close the list and give the focus back."""
        if self.isVisible():
            self.hide()
            if self._before is not None:
                self._before.setFocus()
            self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible() and watched is self._window:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # any key closes the list before it does anything else
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            self.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.leave()

    def draw(self, p: QPainter) -> None:
        shade = QColor(self._theme.style.window)
        shade.setAlphaF(0.72)
        p.fillRect(self.rect(), shade)


def _packed(table: Table) -> list[Table]:
    """Return the groups in columns, in order: those share one that are not too high together."""
    longest = max(_HIGH, *(len(rows) for rows in table.values()))
    columns: list[Table] = []
    room = 0
    for heading, rows in table.items():
        room -= len(rows) + 2  # a heading and a gap
        if not columns or room < 0:
            columns.append({})
            room = longest - len(rows)
        columns[-1][heading] = rows
    return columns


def _column(groups: Table) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(5)
    for heading, rows in groups.items():
        if row := grid.rowCount() if grid.count() else 0:
            grid.setRowMinimumHeight(row, 10)
        grid.addWidget(_label(heading, "group"), row + 1, 0, 1, 2)
        for at, (key, text) in enumerate(rows, row + 2):
            grid.addWidget(_label(key, "key"), at, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(_label(text, ""), at, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid


def _label(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    if tone == "title":
        label.setFont(look.font(look.TITLE, bold=True))
    return label
