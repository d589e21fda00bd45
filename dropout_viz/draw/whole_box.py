"""A field for a whole number within limits: it reads what people type, and says why where it cannot."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QSpinBox, QToolTip, QWidget

from dropout_viz.draw.numbers import count
from dropout_viz.draw.typed import read_number
from dropout_viz.draw.wheel import Notches


class WholeBox(QSpinBox):
    """Qt's own spin box drops the marks that it does not know, so that ``0,5`` becomes 5.

    Signals:
        refused: a text, and what must be typed instead; the number is as it was.
    """

    refused = Signal(str)

    def __init__(self, low: int, high: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notches = Notches()
        self.setRange(low, high)
        self.setAccessibleName(name)
        self.setKeyboardTracking(False)

    def textFromValue(self, value: int) -> str:
        return str(value)

    def valueFromText(self, text: str) -> int:
        found = self._read(text)
        return self.value() if found is None else found

    def validate(self, text: str, position: int) -> object:
        known = self._read(text) is not None
        return QValidator.State.Acceptable if known else QValidator.State.Intermediate, text, position

    def fixup(self, text: str) -> str:
        """Say why a text is not taken, beside the field, when it is left."""
        typed = self._bare(text)[:40] or "nothing"
        wrong = f"{typed}: must be a whole number from {count(self.minimum())} to {count(self.maximum())}"
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), wrong, self)
        self.refused.emit(wrong)
        return f"{self.prefix()}{self.textFromValue(self.value())}{self.suffix()}"

    def event(self, event: QEvent) -> bool:
        asked = QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and event.type() == asked and event.key() == Qt.Key.Key_Escape:
            event.accept()  # it is this field's, and not the window's
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the number as it was, and gives the keys back."""
        if event.key() == Qt.Key.Key_Escape:
            self.lineEdit().setText(f"{self.prefix()}{self.textFromValue(self.value())}{self.suffix()}")
            self.clearFocus()
            event.ignore()  # a dialog around it may close
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if notches := self._notches.turn(event):
            self.stepBy(notches)

    def _bare(self, text: str) -> str:
        return text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()

    def _read(self, text: str) -> int | None:
        try:
            found = read_number(self._bare(text), whole=True)
        except ValueError:
            return None
        return found if isinstance(found, int) and self.minimum() <= found <= self.maximum() else None
