"""One editor for each kind of setting. Which kind a setting is, is read from the config's own fields."""

from __future__ import annotations

import csv
import io
import types
import typing
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy, QToolButton, QWidget

from dropout_viz import registry
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.number_box import NumberBox, answers
from dropout_viz.app.setup.probability_editor import ProbabilityEditor
from dropout_viz.data import drawn, memory
from dropout_viz.digits import is_count
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.typed import read_numbers
from dropout_viz.draw.wheel import Combo
from dropout_viz.engine.config import MOST_UNITS, RunConfig, facts, make_config
from dropout_viz.errors import UserError


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, key: str, choices: dict[str, str], field: FieldInfo | None = None) -> None:
        super().__init__(key, field)
        self.combo = _Combo()
        for value, title in choices.items():
            self.combo.addItem(title, value)
        self.combo.activated.connect(lambda _: self.edited.emit())
        self.adopt(self.combo)

    def show_config(self, config: BaseModel) -> None:
        value = getattr(config, self.key)
        if self.combo.findData(value) < 0:  # what cannot be chosen but is: data from Python
            self.combo.addItem(memory.title(value) if memory.is_memory(value) else str(value), value)
        self.combo.setCurrentIndex(self.combo.findData(value))

    def value(self) -> Any:
        return self.combo.currentData()


class SwitchEditor(Editor):
    """Yes or no."""

    def __init__(self, key: str, field: FieldInfo | None = None) -> None:
        super().__init__(key, field)
        self.box = QCheckBox()
        self.box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.box.clicked.connect(lambda _: self.edited.emit())
        self.adopt(self.box)

    def show_config(self, config: BaseModel) -> None:
        self.box.setChecked(getattr(config, self.key))

    def value(self) -> Any:
        return self.box.isChecked()


class NumberEditor(Editor):
    """A number. Positive ones that may span decades are stepped by 1, 2, 5, 10."""

    def __init__(self, key: str, *, whole: bool, optional: bool, field: FieldInfo | None = None) -> None:
        super().__init__(key, field)
        low, high, open_low = limits(self.field)
        logarithmic = not whole and open_low and low == 0
        step = 1.0 if whole else 0.05 if high <= 1 else 0.1
        self.box = NumberBox(
            whole=whole,
            low=low + (1e-300 if open_low else 0),
            high=high,
            logarithmic=logarithmic,
            optional=optional,
            step=step,
        )
        if optional:
            self.box.lineEdit().setPlaceholderText(_for_nothing(self.field) or "the data set's own")
        self.box.committed.connect(self.edited)
        self.box.left.connect(self.left)
        self.adopt(self.box)

    def show_config(self, config: BaseModel) -> None:
        self.box.show_value(getattr(config, self.key))

    def value(self) -> Any:
        return self.box.value()

    def wrong(self) -> str:
        return self.box.wrong()

    @property
    def being_typed(self) -> bool:
        return self.box.being_typed


class TypedEditor(Editor):
    """One line that is typed into: what differs from the setting on show is entered when the typing is over."""

    def __init__(self, key: str, field: FieldInfo | None = None) -> None:
        super().__init__(key, field)
        self.line = LineEditor()
        self._before = ""  # the setting on show, as it is typed
        self.line.editingFinished.connect(self._finish)
        self.line.left.connect(self.left)
        self.adopt(self.line)

    @property
    def being_typed(self) -> bool:
        return self.line.hasFocus() and self.line.isModified()

    def _finish(self) -> None:
        if self.line.text() != self._before:
            self.edited.emit()


class ListEditor(TypedEditor):
    """Numbers with commas between them, whole ones or not."""

    def __init__(self, key: str, field: FieldInfo | None = None, *, whole: bool = True) -> None:
        super().__init__(key, field)
        self._whole = whole
        nothing = _for_nothing(self.field) or "none"
        self.line.setPlaceholderText(nothing if self.field.default == () else "for example 64, 32")

    def show_config(self, config: BaseModel) -> None:
        self._before = ", ".join(str(n) for n in getattr(config, self.key))
        self.line.setText(self._before)

    def value(self) -> Any:
        if not self._whole:
            try:
                return read_numbers(self.line.text())
            except ValueError:
                return self.line.text()
        parts = [part.strip() for part in self.line.text().split(",")]
        return tuple(int(part) if is_count(part) else part for part in parts if part)

    def wrong(self) -> str:
        if not self._whole:
            try:
                read_numbers(self.line.text())
            except ValueError as error:
                return f"{self.line.text().strip()[:40]}: {error}"
        return ""


class TextFieldEditor(TypedEditor):
    """A text of one line. What is wrong with it is said as it stands, whatever the other settings are."""

    def __init__(self, key: str, field: FieldInfo | None = None) -> None:
        super().__init__(key, field)
        self.line.setPlaceholderText(_for_nothing(self.field))

    def show_config(self, config: BaseModel) -> None:
        self._before = self.written(getattr(config, self.key))
        self.line.setText(self._before)
        self.line.setCursorPosition(0)

    def value(self) -> Any:
        return self.line.text().strip()

    def written(self, value: Any) -> str:
        """Return a value as it is typed."""
        return str(value)

    def wrong(self) -> str:
        try:
            make_config({self.key: self.value()})
        except UserError as error:
            return str(error).removeprefix(f"{self.key} = ")
        return ""


class NamesEditor(TextFieldEditor):
    """Names with commas between them; a name with a comma stands in quotes."""

    def value(self) -> Any:
        row = next(csv.reader([self.line.text()], skipinitialspace=True), [])
        return tuple(name.strip() for name in row if name.strip())

    def written(self, value: Any) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(value)
        return text.getvalue().replace(",", ", ") if '"' not in text.getvalue() else text.getvalue()


class PointsEditor(Editor):
    """Points that are drawn elsewhere: how many there are."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.line = LineEditor()
        self.line.setReadOnly(True)
        self.line.setPlaceholderText("drawn in Map: D")
        self._points: Any = ()
        self.adopt(self.line)

    def show_config(self, config: BaseModel) -> None:
        self._points = getattr(config, self.key)
        self.line.setText(drawn.told(self._points) if self._points else "")

    def value(self) -> Any:
        return self._points


class UnitsEditor(ListEditor):
    """The units of each layer, with a button for one more and one for one fewer: in the layer that the text cursor is
    in, which is the last one until somebody puts it elsewhere."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.fewer, self.more = (self._button(sign, by) for sign, by in (("−", -1), ("+", 1)))

    def stops(self) -> list[QWidget]:
        return [self.line, self.fewer, self.more]

    def _button(self, sign: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        what = "One unit more" if by > 0 else "One unit fewer"
        button.setToolTip(f"{what}, in the layer that the text cursor is in")
        button.setAccessibleName(what)
        button.setFixedWidth(26)
        button.clicked.connect(lambda: self._count(by))
        self.row.addWidget(button)
        return button

    def _count(self, by: int) -> None:
        parts = self.line.text().split(",")
        at = self.line.text()[: self.line.cursorPosition()].count(",")
        if is_count(parts[at].strip()):
            parts[at] = f"{' ' if at else ''}{max(1, min(MOST_UNITS, int(parts[at]) + by))}"
            self.line.setText(",".join(parts))
            self.line.setCursorPosition(len(",".join(parts[: at + 1])))
            self._finish()


class _Combo(Combo):
    """A choice that is as wide as its place."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class LineEditor(QLineEdit):
    """A text field that gives the focus back on Enter and Escape, so that the keys of the window work again. Escape
    leaves the text as it was.

    Signals:
        left: with Escape.
    """

    left = Signal()
    _was = ""

    def event(self, event: QEvent) -> bool:
        if answers(event, lambda: self):
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:  # else it has been typed in already
            self._was = self.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._was)
            self.left.emit()
        if event.key() in (*ENTER, Qt.Key.Key_Escape):
            self.clearFocus()


def limits(field: FieldInfo) -> tuple[float, float, bool]:
    """Return a field's lower and upper limit, and whether the lower one itself is not allowed."""
    low, high, open_low = float("-inf"), float("inf"), False
    for limit in field.metadata:
        if (value := getattr(limit, "ge", None)) is not None:
            low = value
        if (value := getattr(limit, "gt", None)) is not None:
            low, open_low = value, True
        for name in ("le", "lt"):
            if (value := getattr(limit, name, None)) is not None:
                high = value
    return low, high, open_low


def make_editor(key: str) -> Editor:
    """Return the editor for a setting, chosen by the type, the limits and the group of its field."""
    field = RunConfig.model_fields[key]
    kind, optional = field.annotation, False
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        kind = next(part for part in typing.get_args(kind) if part is not types.NoneType)
        optional = True
    if typing.get_origin(kind) is Literal:
        words = {word: word.replace("_", " ") for word in typing.get_args(kind)}
        return ChoiceEditor(key, words | facts(key)["names"])
    if typing.get_origin(kind) is tuple:
        if typing.get_origin(typing.get_args(kind)[0]) is tuple:
            return PointsEditor(key)
        inner = typing.get_args(kind)[0]
        if inner is str:
            return NamesEditor(key)
        if inner is int:
            return UnitsEditor(key) if field.default else ListEditor(key)
        return ProbabilityEditor(key, per_layer=True)
    if kind is bool:
        return SwitchEditor(key)
    if kind is float and facts(key)["group"] == "dropout":
        return ProbabilityEditor(key, per_layer=False)
    if kind in (int, float):
        return NumberEditor(key, whole=kind is int, optional=optional)
    if key != "data":
        return TextFieldEditor(key)
    return ChoiceEditor(key, {entry.key: entry.title for entry in registry.entries(key).values()})


def _for_nothing(field: FieldInfo) -> str:
    """Return what an empty field stands for, where the setting's help ends with that."""
    for word in ("empty: ", "none: "):
        _, found, rest = (field.description or "").partition(word)
        if found:
            return rest.rstrip(".")
    return ""
