"""Lines of code that a step is about, those in question marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from dropout_viz.app.look.scaling import px

_SIDES = 26  # units beside a line: what the style sheet puts there


class CodeLines(QFrame):
    """A few lines, one below the other. Marked ones are lit; the others stand back.

    Attributes:
        labels: a line each.
    """

    def __init__(self) -> None:
        super().__init__()
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

    def needed(self, room: int) -> QSize:
        """Return how large it has to be where there is so much room; nothing, where it is not seen. Lines that are
        longer go on in the next row."""
        if self.isHidden():
            return QSize(0, 0)
        for label in self.labels:
            label.ensurePolished()
        longest = max(label.fontMetrics().horizontalAdvance(label.text()) for label in self.labels)
        wide = min(room, longest + px(self, _SIDES))
        wraps = wide < longest + px(self, _SIDES)
        for label in self.labels:
            if label.wordWrap() != wraps:  # Qt asks for another layout each time that it is told
                label.setWordWrap(wraps)
        return QSize(wide, sum(max(label.heightForWidth(wide), label.sizeHint().height()) for label in self.labels))
