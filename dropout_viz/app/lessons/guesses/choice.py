"""One of some options, or of the hidden units, is predicted with a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout

from dropout_viz.analysis.truths import Truth
from dropout_viz.app.buttons import TextButton
from dropout_viz.app.lessons.guesses.guess import GuessEditor
from dropout_viz.engine.prediction import Guess

_GAP = 6
_IN_ROWS = (4, 3, 2)  # how many stand in a row where there is no room for all


class ChoiceGuess(GuessEditor):
    """A button an option; pressing one is the prediction. They stand in rows where one is too long."""

    def __init__(self, options: Sequence[str]) -> None:
        super().__init__()
        self._chosen: int | None = None
        self.buttons = [TextButton(option) for option in options]
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(_GAP)
        self._in_a_row = 0
        for at, button in enumerate(self.buttons):
            button.setCheckable(True)
            button.clicked.connect(lambda _, at=at: self._choose(at))
        self._place(len(options))

    def fit(self, width: int) -> None:
        wide = [button.sizeHint().width() for button in self.buttons]
        ways = (len(wide), *(n for n in _IN_ROWS if n < len(wide)))
        self._place(next((n for n in ways if _needed(wide, n) <= width), ways[-1]))

    def _place(self, in_a_row: int) -> None:
        if in_a_row == self._in_a_row:
            return  # who lays out anew each time that it is asked is asked again
        self._rows.setColumnStretch(self._in_a_row, 0)
        self._in_a_row = in_a_row
        for at, button in enumerate(self.buttons):
            self._rows.addWidget(button, at // in_a_row, at % in_a_row)
        self._rows.setColumnStretch(in_a_row, 1)

    def guess(self) -> Guess | None:
        return self._chosen

    def show_guess(self, guess: Guess) -> None:
        assert isinstance(guess, int | float)
        self._chosen = int(guess)
        for at, button in enumerate(self.buttons):
            button.setChecked(at == self._chosen)

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
