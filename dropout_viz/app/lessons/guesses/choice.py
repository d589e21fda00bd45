"""One of some options, or of the hidden units, is predicted with a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.lessons.guesses.guess import GuessEditor
from dropout_viz.engine.prediction import Guess, Truth

_GAP = 6
_POINT = "Point at an answer to read what it means."
_IN_ROWS = (4, 3, 2, 1)  # how many stand in a row where there is no room for all


class ChoiceGuess(GuessEditor):
    """A button an option; pressing one is the prediction. They stand in rows where one is too long."""

    def __init__(self, options: Sequence[str], explained: Sequence[str] = ()) -> None:
        """``explained``: what each option means, a sentence each, or nothing."""
        super().__init__()
        self._chosen: int | None = None
        self._explained = explained
        self.buttons = [TextButton(option) for option in options]
        self.means = QLabel(_POINT)
        self.means.setProperty("tone", "dim")
        self.means.setTextFormat(Qt.TextFormat.PlainText)
        self.means.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        self._rows = QGridLayout()
        self._rows.setSpacing(_GAP)
        column.addLayout(self._rows)
        column.addWidget(self.means)
        self.means.setVisible(bool(explained))  # only now: without a parent it would be a window of its own
        for button, text in zip(self.buttons, explained, strict=False):
            button.setAccessibleDescription(text)
            button.installEventFilter(self)
        self._in_a_row = 0
        for at, button in enumerate(self.buttons):
            button.setCheckable(True)
            button.clicked.connect(lambda _, at=at: self._choose(at))
        self._place(len(options))

    def fit(self, width: int) -> None:
        wide = [button.sizeHint().width() for button in self.buttons]
        ways = (len(wide), *(n for n in _IN_ROWS if n < len(wide)))
        self._place(next((n for n in ways if _needed(wide, n) <= width), ways[-1]))
        if self._explained:  # as high as the longest, so that nothing moves below the mouse
            self.means.ensurePolished()
            room, flags, metrics = QRect(0, 0, width, 1 << 15), Qt.TextFlag.TextWordWrap, self.means.fontMetrics()
            high = max(metrics.boundingRect(room, flags, self._meaning(at)).height() for at in range(len(self.buttons)))
            self.means.setFixedSize(width, high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say what the option means that is pointed at, or has the focus; else the chosen one."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self._tell(next(at for at, button in enumerate(self.buttons) if button is watched))
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self._tell(next((at for at, button in enumerate(self.buttons) if button.hasFocus()), self._chosen))
        return False

    def _meaning(self, at: int) -> str:
        return f"{self.buttons[at].text()}: {self._explained[at][:1].lower()}{self._explained[at][1:]}"

    def _tell(self, at: int | None) -> None:
        self.means.setText(_POINT if at is None else self._meaning(at))

    def _place(self, in_a_row: int) -> None:
        if in_a_row == self._in_a_row:
            return  # who lays out anew each time that it is asked is asked again
        self._rows.setColumnStretch(self._in_a_row, 0)
        self._in_a_row = in_a_row
        for at, button in enumerate(self.buttons):
            self._rows.addWidget(button, at // in_a_row, at % in_a_row)
        self._rows.setColumnStretch(in_a_row, 1)

    def stops(self) -> list[QWidget]:
        return list[QWidget](self.buttons)

    def guess(self) -> Guess | None:
        return self._chosen

    def show_guess(self, guess: Guess) -> None:
        assert isinstance(guess, int | float)
        self._chosen = int(guess)
        for at, button in enumerate(self.buttons):
            button.setChecked(at == self._chosen)
        if self._explained:
            self._tell(self._chosen)

    def show_truth(self, truth: Truth) -> None:
        for at, button in enumerate(self.buttons):
            button.setProperty("primary", at == truth.value)  # the one that came true
            button.style().unpolish(button)
            button.style().polish(button)

    def told(self) -> str:
        return "" if self._chosen is None else f"“{self.buttons[self._chosen].text()}”"

    def said(self, truth: Truth) -> str:
        return "Right." if self._chosen == truth.value else f"Not so: you said {self.told()}."

    def _choose(self, at: int) -> None:
        self.show_guess(at)
        self.changed.emit()
        self.made.emit()


def _needed(wide: Sequence[int], in_a_row: int) -> int:
    """Return how wide rows of so many are, whose columns are as wide as their widest."""
    columns = [max(wide[first::in_a_row]) for first in range(min(in_a_row, len(wide)))]
    return sum(columns) + _GAP * len(columns)
