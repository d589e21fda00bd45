"""The Edit menu: what undo and redo would do, and the list of all steps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QUndoView,
    QVBoxLayout,
    QWidget,
)

from dropout_viz.app.commands.shortcuts import COMMANDS, key_name
from dropout_viz.app.look.scaling import rescale, zoom_of
from dropout_viz.app.panels.view_menu import with_key
from dropout_viz.app.undo.stack import Undo

_WIDTH, _ROWS = 380, 12  # pixels; lines of the list
_FIRST = "As it was at first"
_HELP = (
    "A click goes to that state. Training is no step: where one has changed the run, that comes back as it was then, "
    "with its history."
)


class EditMenu:
    """Fills a menu, and shows the list of steps below its button.

    Args:
        dress: gives a new part of the window the theme and the zoom that are on.
    """

    def __init__(self, menu: QMenu, undo: Undo, button: QWidget, dress: Callable[[QWidget], object]) -> None:
        self._undo, self._button, self._dress = undo, button, dress
        self.steps: StepList | None = None
        menu.setToolTipsVisible(True)
        self._ways = {-1: menu.addAction("", undo.undo), 1: menu.addAction("", undo.redo)}
        menu.addSeparator()
        menu.addAction(with_key("All steps…", key_name(COMMANDS["steps"].keys[0])), self.show_steps)
        menu.aboutToShow.connect(self._look)
        self._look()

    def show_steps(self) -> None:
        """Show the list of steps."""
        self.steps = StepList(self._undo, self._button.window())
        self._dress(self.steps)
        self.steps.fit(zoom_of(self._button))
        self.steps.open_below(self._button)

    def _look(self) -> None:
        for way, action in self._ways.items():
            _tell(action, self._undo, way)


class StepList(QFrame):
    """All steps, the newest last. The one that is marked is the state on show; a click or an arrow goes to another."""

    def __init__(self, undo: Undo, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("Card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("All steps")
        self.list = QUndoView(undo.stack)
        self.list.setObjectName("Steps")
        self.list.setItemDelegate(_StepLines(undo, self.list))
        self.list.setAccessibleName("Steps that can be undone")
        self.list.setAccessibleDescription(_HELP)
        self.list.setEmptyLabel(_FIRST)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        help_ = QLabel(_HELP)
        help_.setProperty("tone", "small")
        help_.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 10)
        column.setSpacing(8)
        column.addWidget(self.list)
        column.addWidget(help_)
        self._column = column
        self._rows = min(_ROWS, undo.stack.count() + 1)

    def fit(self, zoom: float) -> None:
        """Take the size that the text needs at a zoom."""
        rescale(self, zoom)
        for widget in (self, *self.findChildren(QWidget)):
            widget.ensurePolished()  # how large it is depends on the window's style sheet
        self.list.setFixedHeight(self._rows * max(1, self.list.sizeHintForRow(0)) + 4)
        wide = round(_WIDTH * zoom)
        self.setFixedSize(wide, self._column.totalHeightForWidth(wide))

    def open_below(self, button: QWidget) -> None:
        """Show it below a button, on its screen."""
        below, screen = button.mapToGlobal(QPoint(0, button.height() + 4)), button.screen().availableGeometry()
        left = max(screen.left() + 8, min(below.x(), screen.right() - self.width() - 8))
        self.move(left, max(screen.top(), min(below.y(), screen.bottom() - self.height() - 8)))
        self.show()
        self.list.setFocus()
        self.list.scrollTo(self.list.currentIndex())


class _StepLines(QStyledItemDelegate):
    """Dims what has been undone."""

    def __init__(self, undo: Undo, parent: QWidget) -> None:
        super().__init__(parent)
        self._undo = undo

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.row() > self._undo.stack.index():
            option.state &= ~QStyle.StateFlag.State_Enabled


def _tell(action: QAction, undo: Undo, way: int) -> None:
    command = COMMANDS["undo" if way < 0 else "redo"]
    action.setText(with_key(undo.words(way) or command.text, key_name(command.keys[0])))
    action.setEnabled(bool(undo.words(way)))
    action.setToolTip(undo.meaning(way) or command.text)
