"""A number is predicted with a slider."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSlider, QWidget

from dropout_viz.analysis.truth_numbers import score
from dropout_viz.app.lessons.guesses.guess import GuessEditor, judged
from dropout_viz.draw.keys import ENTER, takes_moving_key
from dropout_viz.draw.wheel import Slider
from dropout_viz.engine.prediction import Guess, Prediction, Truth

_ASK = "? click your guess"
_TICKS = 100
_NARROW, _WIDE = 60, 320
_PAGES = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class GuessSlider(Slider):
    """A slider whose arrows move it however it has come by the focus, and no run.

    Signals:
        meant: what it stands at is the guess.
    """

    meant = Signal()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() in _PAGES:
            return QSlider.event(self, event)  # they turn the lesson's pages
        return takes_moving_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.meant.emit()
        else:
            super().keyPressEvent(event)


class NumberGuess(GuessEditor):
    """A slider, and the number that it stands at, below it in little room; it counts when it has been moved, or taken
    hold of."""

    def __init__(self, asked: Prediction) -> None:
        super().__init__()
        self._asked, self._moved = asked, False
        self._ticks = round(asked.high - asked.low) if asked.whole else _TICKS
        self.slider, self._value = GuessSlider(Qt.Orientation.Horizontal), QLabel()
        self.slider.setRange(0, self._ticks)
        self.slider.setValue(self._ticks // 2)
        self.slider.setMinimumWidth(_NARROW)
        self.slider.setMaximumWidth(_WIDE)
        self.slider.setAccessibleName("Prediction")
        self.slider.valueChanged.connect(self._take)
        self.slider.sliderPressed.connect(self._take)  # where it stands is what somebody may mean
        self.slider.meant.connect(self._take)
        self.slider.setProperty("unset", True)  # with a handle it would look answered
        self._truth = QLabel()
        self._truth.setProperty("tone", "changed")
        scale, words = QHBoxLayout(), QHBoxLayout()
        scale.addWidget(_end(asked.low, asked.measure))
        scale.addWidget(self.slider, 1)
        scale.addWidget(_end(asked.high, asked.measure))
        words.addWidget(self._value)
        words.addWidget(self._truth)
        words.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.addLayout(scale, 9)
        self._both.addLayout(words, 1)
        self._value.setText(_ASK)

    def stops(self) -> list[QWidget]:
        return [self.slider]

    def guess(self) -> Guess | None:
        return self._at(self.slider.value()) if self._moved else None

    def fit(self, width: int) -> None:
        metrics, gap = self._value.fontMetrics(), self._both.spacing()
        told = max((f"{self.told()} {self._truth.text()}", _ASK, f"{self.told()} it is {self.told()}"), key=len)
        needed = 3 * self.slider.minimumWidth() + metrics.horizontalAdvance(told) + 4 * gap
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        direction = across if needed <= width else down
        if direction != self._both.direction():
            self._both.setDirection(direction)

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

    def said(self, truth: Truth) -> str:
        assert isinstance(truth.value, int | float)
        came = score(truth.value, self._asked.measure)
        if came == self.told():
            return "Right."
        off = abs(truth.value - self._at(self.slider.value())) / (self._asked.high - self._asked.low)
        return judged(off, f"you said {self.told()}, it is {came}.")

    def _at(self, tick: int) -> float:
        return self._asked.low + tick / self._ticks * (self._asked.high - self._asked.low)

    def _take(self) -> None:
        if not self._moved:
            self._moved = True
            self.slider.setProperty("unset", False)
            self.slider.style().unpolish(self.slider)
            self.slider.style().polish(self.slider)
        self._value.setText(self.told())
        self.changed.emit()


def _end(value: float, measure: str) -> QLabel:
    """Return the number at an end of the slider."""
    label = QLabel(score(value, measure))
    label.setProperty("tone", "small")
    return label
