"""The editor of drop probabilities: a slider and a number for each layer, and advice where one is unusual."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dropout_viz.app.look.scaling import grow, px
from dropout_viz.app.look.theme import set_tone
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.number_box import NumberBox
from dropout_viz.draw.wheel import Slider
from dropout_viz.engine.config import RunConfig
from dropout_viz.nn.noise import NOISES, Noise

USUAL = {"p_input": 0.25, "p_hidden": 0.5}
"""Drop probabilities up to which are usual: advice, not a limit."""
_SLIDER_TOP = 90  # per cent
_SETTLE_MS = 350  # how long a value must rest before it counts: a drag is one change, not fifty


NAMES = 90
"""Pixels for the names of settings."""
_ELSEWHERE = (
    "TensorFlow 1 asks for the chance of being kept, keep_prob = 1 − p; TensorFlow 2 for the chance of being dropped, "
    "rate = p; the 2014 paper (JMLR) writes p for the chance of being kept."
)


def in_words(p: float, noise: Noise = NOISES["bernoulli"]) -> str:
    """Return what a drop probability means; of noise that turns no unit off, the variance of its factors."""
    if not noise.on_off:
        return f"factors of mean 1 and variance {noise.variance(noise.scalings[0], p):.3g}"
    return f"each unit: off with chance {round(p, 6):g}, on with {round(1 - p, 6):g}"


def elsewhere(p: float) -> str:
    """Return a drop probability in the notations of TensorFlow 1 and 2 and of the 2014 paper."""
    kept = f"{round(1 - p, 6):g}"
    return f"Elsewhere: TF 1 keep_prob {kept} · TF 2 rate {round(p, 6):g} · JMLR p {kept}. {_ELSEWHERE}"


class ProbabilityEditor(Editor):
    """A slider and a number for each layer's drop probability, with advice where it leaves the usual range."""

    def __init__(self, key: str, *, per_layer: bool) -> None:
        super().__init__(key)
        self._per_layer = per_layer
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self.row.addLayout(self._grid)
        self.lines: list[_Probability] = []
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.edited)

    def show_config(self, config: BaseModel) -> None:
        assert isinstance(config, RunConfig)
        values = config.set_probabilities[1:] if self._per_layer else (getattr(config, self.key),)
        while len(self.lines) > len(values):
            self.lines.pop().remove()
        for place, value in enumerate(values):
            if place == len(self.lines):
                self.lines.append(_Probability(self, self._grid, place, USUAL[self.key], self._changed))
                self.lines[-1].box.left.connect(self.left)
            name = "input" if not self._per_layer else "hidden" if len(values) == 1 else f"hidden {place + 1}"
            self.lines[place].rename(name)
            self.lines[place].noise = config.noise_kind
            if not self._settle.isActive():
                self.lines[place].show_value(value)
        if self.lines:
            self.inner = self.lines[0].box  # what is typed next is a number

    def stops(self) -> list[QWidget]:
        return [stop for line in self.lines for stop in (line.slider, line.box)]

    def value(self) -> Any:
        values = tuple(line.value for line in self.lines)
        return values if self._per_layer else values[0]

    def wrong(self) -> str:
        return next((wrong for line in self.lines if (wrong := line.box.wrong())), "")

    @property
    def being_typed(self) -> bool:
        return any(line.box.being_typed for line in self.lines)

    def _changed(self, at_once: bool) -> None:
        if at_once:
            self._settle.stop()
            self.edited.emit()
        else:
            self._settle.start()

    def mark_changed(self, changed: bool) -> None:
        """Show whether what stands here waits to be applied."""
        for line in self.lines:
            set_tone(line.name, "changed" if changed else "")

    def mark_wrong(self, wrong: bool) -> None:
        return  # the sentence below says it; a slider has no frame to colour


class _Probability:
    """One line of the editor: name, slider, number, and the advice below."""

    def __init__(
        self, parent: QWidget, grid: QGridLayout, place: int, usual: float, changed: Callable[[bool], None]
    ) -> None:
        self._usual, self._changed = usual, changed
        self.value: Any = 0.0
        self.noise = NOISES["bernoulli"]
        self.name = QLabel(parent)
        self.slider = Slider(Qt.Orientation.Horizontal, parent)
        self.slider.setRange(0, _SLIDER_TOP)
        self.slider.setPageStep(10)
        self.box = NumberBox(whole=False, low=0.0, high=0.999, step=0.05, parent=parent)
        self.box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        self.box.setFixedWidth(58)
        self.meaning = QLabel(parent)
        self.meaning.setProperty("tone", "small")
        self.meaning.setWordWrap(True)
        self.advice = QLabel(parent)
        self.advice.setProperty("tone", "advice")
        self.advice.setWordWrap(True)
        for late in (self.name, self.slider, self.box):
            grow(late)
        for column, widget in enumerate((self.name, self.slider, self.box)):
            grid.addWidget(widget, 3 * place, column)
        grid.addWidget(self.meaning, 3 * place + 1, 0, 1, 3)
        grid.addWidget(self.advice, 3 * place + 2, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, px(parent, NAMES + 2))  # as wide as the other names of the form, and their gap
        self.slider.valueChanged.connect(self._slide)
        self.slider.sliderReleased.connect(lambda: changed(True))
        self.box.committed.connect(self._type)
        self.box.lineEdit().textEdited.connect(self._follow)
        self.box.left.connect(lambda: self._show_beside(self.value))  # what was typed has been given up

    def rename(self, name: str) -> None:
        self.name.setText(f"p, {name}")
        self.name.setToolTip(f"Drop probability, {name}")
        self.slider.setAccessibleName(f"Drop probability, {name}")
        self.box.setAccessibleName(f"Drop probability, {name}, number")

    def show_value(self, value: Any) -> None:
        self.value = value
        self.box.show_value(value if _is_number(value) else None)
        self._show_beside(value)

    def _show_beside(self, value: Any) -> None:
        """Put the slider where a value is, and say what it means; of what is none nothing is said."""
        number = _is_number(value)
        if number:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(100 * max(0.0, min(1.0, value))))
        shown = number and 0 < value < 1
        self.meaning.setText(in_words(value, self.noise) if shown else "")
        self.meaning.setToolTip((elsewhere(value) if shown else "") if self.noise.on_off else self.noise.general)
        self.meaning.setVisible(shown)
        high = number and self._usual < value < 1
        self.advice.setText(f"Above the usual range, 0 to {self._usual:g}: expect it to learn slowly, if at all.")
        self.advice.setVisible(high)

    def _slide(self, per_cent: int) -> None:
        self.show_value(per_cent / 100)
        self._changed(False)

    def _follow(self) -> None:
        """Go with what is being typed: it does not count before it is finished, and nothing below jumps meanwhile."""
        there = not self.meaning.isHidden()
        self._show_beside(self.box.value())
        if there and self.meaning.isHidden():
            self.meaning.setText("\N{NO-BREAK SPACE}")
            self.meaning.show()

    def _type(self) -> None:
        self.value = self.box.value()
        if _is_number(self.value):
            self.show_value(self.value)
        self._changed(True)

    def remove(self) -> None:
        for widget in (self.name, self.slider, self.box, self.meaning, self.advice):
            widget.hide()  # or Qt, which means to show what a layout got, shows it as a window of its own
            widget.setParent(None)
            widget.deleteLater()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
