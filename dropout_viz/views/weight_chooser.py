"""The weight stepper in the dock's header: arrows, wheel and keys go through the weights; a name can be typed."""

from __future__ import annotations

import re
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFocusEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QSpinBox

from dropout_viz.draw.numbers import ARROW, count
from dropout_viz.draw.wheel import Notches
from dropout_viz.nn.parts import Weight
from dropout_viz.views.weight_names import Names

_WIDTH = 104
_AROUND, _LEAST, _MOST = 2.6, 7.0, 12.0  # times the height of a line


class WeightChooser(QSpinBox):
    """A spin box over all weights of a network, layer by layer, source by source, shown by name."""

    def __init__(self) -> None:
        self._notches = Notches()
        self._names: Names | None = None  # before the base class asks for a text
        super().__init__()
        self.setWrapping(True)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Weight whose landscape is shown")
        self.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(_WIDTH)

    def show_network(self, names: Names) -> None:
        """Offer the weights of a network."""
        if self._names is not None and self._names.are_of(names.sizes, names.data):
            return
        self._names = names
        total = sum(a * b for a, b in zip(names.sizes, names.sizes[1:], strict=False))
        with QSignalBlocker(self):
            self.setRange(0, max(0, total - 1))
        self._fit(names)
        example = self.textFromValue(0)
        self.setToolTip(f"Which of the {count(total)} weights is shown large. Type a name, such as {example}.")
        self.lineEdit().setText(self.textFromValue(self.value()))
        self.lineEdit().setCursorPosition(0)

    def _fit(self, names: Names) -> None:
        """Have room for the longest name: both its ends tell weights apart."""
        metrics = self.fontMetrics()
        units = [max((names.unit(at, k) for k in range(n)), key=len) for at, n in enumerate(names.sizes)]
        names_of = (f"w{at}[{one} {ARROW} {other}]" for at, (one, other) in enumerate(pairwise(units), 1))
        around = round(_AROUND * metrics.height())  # arrows and margins, at any zoom
        least, most = (round(width * metrics.height()) for width in (_LEAST, _MOST))
        self.setFixedWidth(min(max(max(map(metrics.horizontalAdvance, names_of)) + around, least), most))

    def place(self) -> Weight:
        """Return the weight that is chosen."""
        return self._place(self.value())

    def show_place(self, place: Weight) -> None:
        """Show a weight without announcing it."""
        value = self._value(place)
        if value != self.value():
            with QSignalBlocker(self):
                self.setValue(value)
            self.lineEdit().setCursorPosition(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if notches := self._notches.turn(event):
            self.stepBy(notches)

    def stepBy(self, steps: int) -> None:
        """Go on, with the beginning of the name in sight: a long one is cut at its end."""
        super().stepBy(steps)
        length = len(self.lineEdit().text())
        self.lineEdit().setSelection(length, -length)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.lineEdit().setCursorPosition(0)

    def textFromValue(self, value: int) -> str:
        return self._names.weight(self._place(value)) if self._names is not None else ""

    def valueFromText(self, text: str) -> int:
        found = self._find(text)
        return self.value() if found is None else found

    def validate(self, text: str, position: int) -> object:
        state = QValidator.State.Intermediate if self._find(text) is None else QValidator.State.Acceptable
        return state, text, position

    def _place(self, value: int) -> Weight:
        sizes = self._names.sizes if self._names is not None else (1, 1)
        for layer, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:], strict=False)):
            if value < fan_in * fan_out:
                return Weight(layer, *divmod(value, fan_out))
            value -= fan_in * fan_out
        return Weight(0, 0, 0)

    def _value(self, place: Weight) -> int:
        sizes = self._names.sizes if self._names is not None else (1, 1)
        before = sum(a * b for a, b in zip(sizes[: place.layer], sizes[1 : place.layer + 1], strict=True))
        return before + place.source * sizes[place.layer + 1] + place.target

    def _find(self, text: str) -> int | None:
        """Return the weight of a typed name, written as shown or more loosely: ``w1 a h2``, ``w1[a->h2]``."""
        if self._names is None:
            return None
        words = re.findall(r"[^\s\[\],>→-]+", text)
        if len(words) != 3 or not re.fullmatch(r"[wW]\d+", words[0]):
            return None
        layer = int(words[0][1:]) - 1
        if not 0 <= layer < len(self._names.sizes) - 1:
            return None
        units = []
        for at, word in zip((layer, layer + 1), words[1:], strict=True):
            known = [i for i in range(self._names.sizes[at]) if self._names.unit(at, i) == word]
            if not known:
                return None
            units.append(known[0])
        return self._value(Weight(layer, units[0], units[1]))
