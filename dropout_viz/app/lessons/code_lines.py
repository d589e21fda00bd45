"""Lines of code that a step is about, those in question marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget


class CodeLines(QFrame):
    """A few lines, one below the other. Marked ones are lit; the others stand back.

    Attributes:
        labels: a line each.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("CodeLines")
        self.labels: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_lines(self, code: Sequence[str], marked: Collection[int]) -> None:
        """Show lines; ``marked``: the numbers of those in question, from 1. No lines: nothing is to be seen."""
        self.setHidden(not code)
        if [label.text() for label in self.labels] != list(code):
            for label in self.labels:
                label.hide()
                label.deleteLater()
            self.labels = [QLabel(line) for line in code]
            for label in self.labels:
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._column.addWidget(label)
        for number, label in enumerate(self.labels, 1):
            label.setProperty("tone", "marked-line" if number in marked else "plain-line")
            label.style().unpolish(label)
            label.style().polish(label)
            of = f"Line {number} of {len(code)}{', the one in question' * (number in marked)}"
            label.setAccessibleName(f"{of}: {label.text().strip()}")

    def needed(self) -> QSize:
        """Return how large it has to be; nothing, where it is not seen."""
        if self.isHidden():
            return QSize(0, 0)
        for label in self.labels:
            label.ensurePolished()
        sizes = [label.sizeHint() for label in self.labels]
        return QSize(max(size.width() for size in sizes), sum(size.height() for size in sizes))
