"""What the dialogs that ask have in common: a line on what will be made, one on what is wrong, and two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.look.progress import ProgressBar
from dropout_viz.draw.keys import ENTER


class AskingDialog(QDialog):
    """A dialog that asks. Enter does what its button does, but from a field in which it ends what is typed.

    Attributes:
        note, error: what will be made, and what is wrong. bar: how far it is.
        accept_button, cancel: the buttons.
        LEAST: width and height that it needs, in units, whatever is chosen in it.

    Signals:
        coming: it is about to be shown.
    """

    LEAST = (600, 400)
    coming = Signal()

    def __init__(self, window: QWidget, accept: str) -> None:
        """``accept``: what its button does, in a word."""
        super().__init__(window)
        self._window = window
        self.note, self.error = text_label("small"), text_label("error")
        self.error.hide()
        self.bar = ProgressBar()
        self.bar.setTextVisible(False)
        self.accept_button, self.cancel = TextButton(accept, primary=True), TextButton("Cancel")
        self.accept_button.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)

    def stack(self, *parts: QWidget | QLayout, beside: QWidget | None = None) -> QVBoxLayout:
        """Lay parts out below one another, and the note and the buttons below them; ``beside``: left of the note."""
        buttons = QHBoxLayout()
        if beside is not None:
            buttons.addWidget(beside)
        buttons.addWidget(self.note, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for part in (*parts, buttons):
            column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)
        return column

    def most_zoom(self) -> float:
        """Return the largest zoom at which its window has room for it, 1 at least: before an audience all is large, and
        the screen may be small."""
        room = self._window.size()
        return max(1.0, min(room.width() / self.LEAST[0], room.height() / self.LEAST[1]))

    def come(self) -> None:
        """Show it, before everything else, no larger than its window where that has room for it."""
        self.coming.emit()
        self.resize(self.size().boundedTo(self._window.size()))
        self.show()
        self.raise_()
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            if not isinstance(self.focusWidget(), QLineEdit | QAbstractSpinBox):
                self.accept_button.click()
        else:
            super().keyPressEvent(event)

    def say(self, wrong: str) -> None:
        """Say what is wrong; ``""``: nothing."""
        self.error.setText(wrong)
        self.error.setVisible(bool(wrong))


def text_label(tone: str) -> QLabel:
    """Return a label for sentences, of files' names among others, in a tone of the theme."""
    label = QLabel()
    label.setProperty("tone", tone)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
