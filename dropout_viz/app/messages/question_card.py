"""A question in place, asked before something would be lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.messages.asking import Asking
from dropout_viz.app.timeline.commands import ChangeQuestion, TimelineCommands


class QuestionCard(Asking):
    """Asks; nothing happens before an answer, and Escape is a no."""

    def __init__(self, timeline: TimelineCommands, window: QWidget, above: QWidget) -> None:
        super().__init__(window, above)
        self.setObjectName("Card")
        self._timeline = timeline
        self._question: ChangeQuestion | None = None
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setAccessibleName("Question")
        self.yes, self.no = TextButton("", primary=True), TextButton("")
        self.yes.clicked.connect(self._accept)
        self.no.clicked.connect(self.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(self.text, 1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        timeline.asked.connect(self._ask)

    def _ask(self, question: ChangeQuestion | None) -> None:
        self._question = question
        if question is None:
            self.hide()
            return
        self.text.setText(question.text)
        self.yes.setText(question.yes)
        self.no.setText(question.no)
        self.appear()

    def _accept(self) -> None:
        self.hide()
        if self._question is not None:
            self._question.act()

    def leave(self) -> None:
        """Take it as a no."""
        self.hide()
        self._timeline.refuse()
