"""The hint on opening: what the keys do. It goes away as soon as one of them has been used."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from dropout_viz.app.commands.shortcuts import COMMANDS, key_name
from dropout_viz.app.look.scaling import add_space

_SAID = (("play_pause", "pauses"), ("step", "steps"), ("show_keys", "shows all keys"))


class Hint(QFrame):
    """Three keys and what they do.

    Signals:
        clicked: somebody has seen enough of it.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip("Click to close")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        for command, text in _SAID:
            key = QLabel(key_name(COMMANDS[command].keys[0]))
            key.setProperty("tone", "key")
            row.addWidget(key)
            row.addWidget(QLabel(text))
            add_space(row, 10)
        row.addStretch(1)
        self.setAccessibleName(", ".join(f"{key_name(COMMANDS[c].keys[0])} {text}" for c, text in _SAID))
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
