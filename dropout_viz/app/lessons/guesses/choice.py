"""One of some options, or of the hidden units, is predicted with a button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout

from dropout_viz.analysis.truths import Truth
from dropout_viz.app.buttons import TextButton
from dropout_viz.app.lessons.guesses.guess import GuessEditor
from dropout_viz.engine.prediction import Guess


class ChoiceGuess(GuessEditor):
    """A button an option; pressing one is the prediction."""

    def __init__(self, options: Sequence[str]) -> None:
        super().__init__()
        self._chosen: int | None = None
        self.buttons = [TextButton(option) for option in options]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for at, button in enumerate(self.buttons):
            button.setCheckable(True)
            button.clicked.connect(lambda _, at=at: self._choose(at))
            row.addWidget(button)
        row.addStretch(1)

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

    def _choose(self, at: int) -> None:
        self.show_guess(at)
        self.changed.emit()
        self.made.emit()
