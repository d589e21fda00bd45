"""The key that was pressed last, and what it does, for a moment in a corner: an audience sees what is done."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dropout_viz.app.commands.shortcuts import COMMANDS, VIEW_KEYS, key_name
from dropout_viz.app.look.scaling import px
from dropout_viz.app.panels.floating import Floating

STAYS_MS = 1_600
_EDGE = 16


class KeyStrokes(Floating):
    """A card in the lower right corner, above another widget.

    Attributes:
        key, what: the labels.
    """

    def __init__(self, window: QWidget, above: QWidget) -> None:
        super().__init__(window, above)
        self.setObjectName("Card")
        self.key, self.what = QLabel(), QLabel()
        for label in (self.key, self.what):
            label.setProperty("tone", "title")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(14)
        row.addWidget(self.key)
        row.addWidget(self.what)
        self._over = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._over.timeout.connect(self.hide)

    def show_key(self, command: str, views: list[str]) -> None:
        """Show the key of a command, or of one of the views, which have theirs in order."""
        known = COMMANDS.get(command)
        if known is not None:
            key, text = known.keys[0], known.text
        elif command in views and views.index(command) < len(VIEW_KEYS):
            key, text = VIEW_KEYS[views.index(command)], command
        else:
            return
        self.key.setText(key_name(key))
        self.what.setText(text)
        self.appear()
        self._over.start()

    def dismiss(self) -> bool:
        return False  # it asks nothing

    def _place(self) -> None:
        self.adjustSize()
        edge = px(self, _EDGE)
        top = self._above.mapTo(self._window, QPoint(0, 0)).y()
        self.move(self._window.width() - self.width() - edge, top - self.height() - edge)
