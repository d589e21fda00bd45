"""A field for one number, whole or not, that may be empty: the arrows step it evenly or by 1, 2, 5, 10."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.typed import read_number
from dropout_viz.draw.wheel import Notches

_STEPS = (1.0, 2.0, 5.0)
_PART = 1e-9  # of a step, by which a multiple may miss a limit
_FIRST = 0.001  # where a field of powers of ten begins: it has no least number


def answers(event: QEvent, line: Callable[[], QLineEdit]) -> bool:
    """Answer whose a key is that may be the window's as well, and return whether that was asked.

    Escape is the field's: it leaves the field as it was. Undo and redo are the window's where the line has none, while
    Qt always takes them for the line's.
    """
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    if event.key() == Qt.Key.Key_Escape:
        event.accept()
        return True
    undo = event.matches(QKeySequence.StandardKey.Undo) and not line().isUndoAvailable()
    if undo or (event.matches(QKeySequence.StandardKey.Redo) and not line().isRedoAvailable()):
        event.ignore()
        return True
    return False


class NumberBox(QAbstractSpinBox):
    """Takes any text and reads a number from it; whether the number is allowed is for the config to say.

    Signals:
        committed: the user has finished: Enter, another field, an arrow or the wheel. left: with Escape.
    """

    committed = Signal()
    left = Signal()

    def __init__(
        self,
        *,
        whole: bool,
        low: float,
        high: float,
        logarithmic: bool = False,
        optional: bool = False,
        step: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole, self._low, self._high = whole, low, high
        self._logarithmic, self._optional, self._step = logarithmic, optional, step
        self._shown: float | None = None
        self._told: float | int | str | None = None  # what was shown or committed last, whichever was later
        self._notches = Notches()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.editingFinished.connect(self._finish)
        self.lineEdit().textChanged.connect(self._tell_reader)

    # --- the value ---------------------------------------------------------------------------------------------------

    def show_value(self, value: float | None) -> None:
        """Write a number, or nothing."""
        self._shown = self._told = value
        self.lineEdit().setText("" if value is None else self._write(value))

    @property
    def being_typed(self) -> bool:
        """Whether somebody is at it: what stands there is not finished, and not to be written over."""
        return self.hasFocus() and self.lineEdit().isModified()

    def value(self) -> float | int | str | None:
        """Return the number in the field, None where it is empty, and the text itself where that is no number."""
        text = self.text().strip()
        if not text:
            return None if self._optional else ""
        if self._shown is not None and text == self._write(self._shown):
            return self._shown  # as it was: not rounded to the digits that are written
        try:
            return read_number(text, whole=self._whole)
        except ValueError:
            return self.text()

    def wrong(self) -> str:
        """Return the text and what must be typed instead, where it is no number or could mean two; else ``""``."""
        try:
            if self.text().strip() and not isinstance(self.value(), int | float):
                read_number(self.text(), whole=self._whole)
        except ValueError as error:
            return f"{self.text().strip()[:40]}: {error}"
        return ""

    def _write(self, value: float) -> str:
        return f"{value:,d}" if isinstance(value, int) else f"{value:.6g}"

    def event(self, event: QEvent) -> bool:
        if answers(event, self.lineEdit):
            return True
        return super().event(event)

    # --- QAbstractSpinBox --------------------------------------------------------------------------------------------

    def validate(self, text: str, position: int) -> object:
        return QValidator.State.Acceptable, text, position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        """Go so many steps up or down, within the limits; from the nearest limit where the number lies beyond, and from
        a round one where there is none."""
        before = now = self.value()
        if not isinstance(now, int | float) or not math.isfinite(now) or not self._low <= now <= self._high:
            now = self._start(now)
        elif self._logarithmic:
            now = self._along_ladder(float(now), steps)
        else:
            now = self._evenly(now, steps)
        now = int(now) if self._whole else float(f"{now:.6g}")
        if now != before and self._low <= now <= self._high:
            self.show_value(now)
            self.committed.emit()

    def _along_ladder(self, now: float, steps: int) -> float:
        """Return a number so many round ones away, or the last that is within the limits."""
        for _ in range(abs(steps)):
            following = _next_round(now, up=steps > 0)
            if following == now or not self._low <= following <= self._high or math.isinf(following):
                break
            now = following
        return now

    def _evenly(self, now: float, steps: int) -> float:
        """Return a multiple of the step so many steps away, or the last that is within the limits."""
        places = now / self._step + steps
        if math.isfinite(self._high):
            places = min(places, math.floor(self._high / self._step + _PART))
        if math.isfinite(self._low):
            places = max(places, math.ceil(self._low / self._step - _PART))
        found = round(places) * self._step
        return found if (found > now) == (steps > 0) else now  # it lies at the limit, between two multiples

    def _start(self, typed: float | int | str | None) -> float:
        """Return where the steps begin when there is no number to step from, or one that is not allowed."""
        if isinstance(typed, int | float) and typed > self._high:
            nearest = self._high
        else:
            nearest = _FIRST if self._logarithmic else self._low
        return nearest if math.isfinite(nearest) else 0.0

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            event.accept()
            if notches := self._notches.turn(event):
                self.stepBy(notches)
        else:
            event.ignore()  # the form is scrolled, its numbers are not changed in passing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (*ENTER, Qt.Key.Key_Escape):
            if event.key() == Qt.Key.Key_Escape:
                self.show_value(self._shown)
            self.clearFocus()  # so that the keys of the window work again
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
            else:
                event.accept()  # it ends the number, and is no answer to a dialog

    def _tell_reader(self) -> None:
        """Keep the property of this name: screen readers are told what it holds, of any box that is not one of Qt's."""
        value = self.value()
        self.setProperty("value", float(value) if isinstance(value, int | float) else None)

    def _finish(self) -> None:
        if self.value() != self._told:
            self._told = self.value()
            self.committed.emit()


def _next_round(value: float, *, up: bool) -> float:
    """Return the next of 1, 2, 5, 10, ... above or below a positive number; the number itself where there is none."""
    power = 10.0 ** math.floor(math.log10(value))
    ladder = [s * power * p for p in (0.1, 1.0, 10.0) for s in _STEPS]
    if up:
        return min((v for v in ladder if v > value * (1 + 1e-9)), default=value)
    return max((v for v in ladder if v < value * (1 - 1e-9)), default=value)
