"""A number is predicted with a slider."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel

from dropout_viz.analysis.truth_numbers import score
from dropout_viz.app.lessons.guesses.guess import GuessEditor
from dropout_viz.draw.wheel import Slider
from dropout_viz.engine.prediction import Guess, Prediction, Truth

_TICKS = 100
_NARROW, _WIDE = 60, 320


class NumberGuess(GuessEditor):
    """A slider, and the number that it stands at; it counts when it has been moved, or taken hold of."""

    def __init__(self, asked: Prediction) -> None:
        super().__init__()
        self._asked, self._moved = asked, False
        self._ticks = round(asked.high - asked.low) if asked.whole else _TICKS
        self.slider, self._value = Slider(Qt.Orientation.Horizontal), QLabel()
        self.slider.setRange(0, self._ticks)
        self.slider.setValue(self._ticks // 2)
        self.slider.setMinimumWidth(_NARROW)
        self.slider.setMaximumWidth(_WIDE)
        self.slider.setAccessibleName("Prediction")
        self.slider.valueChanged.connect(self._take)
        self.slider.sliderPressed.connect(self._take)  # where it stands is what somebody may mean
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(_end(asked.low, asked.measure))
        row.addWidget(self.slider, 1)
        row.addWidget(_end(asked.high, asked.measure))
        row.addWidget(self._value)
        self._truth = QLabel()
        self._truth.setProperty("tone", "changed")
        row.addWidget(self._truth)
        self._value.setText("?")

    def guess(self) -> Guess | None:
        return self._at(self.slider.value()) if self._moved else None

    def show_guess(self, guess: Guess) -> None:
        assert isinstance(guess, int | float)
        share = (guess - self._asked.low) / (self._asked.high - self._asked.low)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(share * self._ticks))
        self._take()

    def show_truth(self, truth: Truth) -> None:
        assert isinstance(truth.value, int | float)
        self._truth.setText(f"it is {score(truth.value, self._asked.measure)}")

    def told(self) -> str:
        return score(self._at(self.slider.value()), self._asked.measure)

    def _at(self, tick: int) -> float:
        return self._asked.low + tick / self._ticks * (self._asked.high - self._asked.low)

    def _take(self) -> None:
        self._moved = True
        self._value.setText(self.told())
        self.changed.emit()


def _end(value: float, measure: str) -> QLabel:
    """Return the number at an end of the slider."""
    label = QLabel(score(value, measure))
    label.setProperty("tone", "small")
    return label
