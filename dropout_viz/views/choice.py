"""What the user may choose in a view, declared once: it gives the tool in the panel's header, the entry in the panel's
menu, and its place in pictures.

    self.log = self.choice(Switch(self, "log", "log", "Logarithmic axis of shares"), self.update)
    self.layer = self.choice(OneOf(self, "layer", "Layer", "Which layer is shown", {None: "all layers"}))

A view reads ``.value``; whoever else wants another sets it, and the tool follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QCheckBox, QMenu, QWidget

from dropout_viz.draw import style as look
from dropout_viz.draw.wheel import Combo
from dropout_viz.draw.whole_box import WholeBox
from dropout_viz.views.choices import Choices


class Choice(QObject):
    """One thing that the user may choose.

    Attributes:
        key: its name in pictures. name: its short name, beside or in the tool. tip: what it does, in a few words.
        letter: the key that changes it while the view has the focus, or ``""``. in_header: whether it has a tool there.
        FLOWS: whether it is changed little by little: many such changes are undone as one.

    Signals:
        changed: there is another value.
    """

    FLOWS = False
    changed = Signal()

    def __init__(
        self, view: QWidget, key: str, name: str, tip: str, value: Any, letter: str = "", in_header: bool = True
    ) -> None:
        super().__init__(view)
        self.key, self.name, self.tip, self.letter, self.in_header = key, name, tip, letter, in_header
        self._value = self._default = value
        self._possible = True
        self._idle = ""
        self._tool: Any = None

    @property
    def value(self) -> Any:
        """What is chosen."""
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        if self._keep(value):
            self.changed.emit()

    @property
    def possible(self) -> bool:
        """Whether there is anything to choose in what is on show; where not, it has neither tool nor entry."""
        return self._possible

    @possible.setter
    def possible(self, possible: bool) -> None:
        if possible != self._possible:
            self._possible = possible
            self._show_tool()

    @property
    def idle(self) -> str:
        """Why it changes nothing in what is on show, or ``""``: it is greyed then, and says so."""
        return self._idle

    @idle.setter
    def idle(self, why: str) -> None:
        if why != self._idle:
            self._idle = why
            if self._tool is not None:
                self._explain()

    def take(self, choices: Choices) -> None:
        """Take over what a picture has of it, without announcing it; of one that has nothing, the default."""
        self._keep(self.read(choices))

    def come_back(self, value: Any) -> None:
        """Take a value again that it had, where that may still be chosen."""
        self.value = value

    def told(self, value: Any) -> str:
        """Return what was done where that value was chosen, in a few words."""
        return f"{self.name} {value}"

    def tool(self) -> QWidget:
        """Return its widget for the panel's header, made when it is first asked for."""
        if self._tool is None:
            self._tool = self.make_tool()
            self._tool.setFont(look.font(look.SMALL))
            self._explain()
            self._tool.setAccessibleName(self.name)
            self._tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Space stays with play and pause
            self.show_value()
            self._show_tool()
        return self._tool

    def _explain(self) -> None:
        tip = f"{self.tip} ({self.letter})" if self.letter else self.tip
        self._tool.setToolTip(self._idle or tip)
        self._tool.setEnabled(not self._idle)

    def _show_tool(self) -> None:
        """Hide the tool where there is nothing to choose. One that has no header yet is not shown: it would be a
        window."""
        if self._tool is not None and (not self._possible or self._tool.parentWidget() is not None):
            self._tool.setVisible(self._possible)

    def _keep(self, value: Any) -> bool:
        before, self._value = self._value, value
        if self._tool is not None:
            self.show_value()
        return bool(value != before)

    def read(self, choices: Choices) -> Any:
        """Return what a picture has of it, or the default."""
        raise NotImplementedError

    def make_tool(self) -> QWidget:
        """Make its widget, which sets ``value``."""
        raise NotImplementedError

    def show_value(self) -> None:
        """Show the value in the widget, without announcing it."""
        raise NotImplementedError

    def add_to(self, menu: QMenu) -> None:
        """Add it to a menu, as it stands now."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Choose the next value: what its letter does."""
        raise NotImplementedError

    def _entry(self, text: str) -> str:
        return f"{text}\t{self.letter}" if self.letter else text


class Switch(Choice):
    """Something that is on or off: a check box."""

    def __init__(
        self, view: QWidget, key: str, name: str, tip: str, on: bool = False, letter: str = "", in_header: bool = True
    ) -> None:
        super().__init__(view, key, name, tip, on, letter, in_header)

    def told(self, value: Any) -> str:
        return f"{self.name} {'on' if value else 'off'}"

    def read(self, choices: Choices) -> bool:
        return choices.flag(self.key, self._default)

    def make_tool(self) -> QWidget:
        box = QCheckBox(self.name)
        box.toggled.connect(self._set)
        return box

    def show_value(self) -> None:
        with QSignalBlocker(self._tool):
            self._tool.setChecked(self._value)

    def add_to(self, menu: QMenu) -> None:
        action = _checkable(menu.addAction(self._entry(self.tip)), self._value)
        action.setEnabled(self._possible and not self._idle)
        action.triggered.connect(self._set)

    def go_on(self) -> None:
        self.value = not self._value

    def _set(self, on: bool) -> None:
        self.value = on


class OneOf(Choice):
    """One of several values: a combo box, which is hidden where there is nothing to choose.

    Attributes:
        values: what may be chosen, and what each is called.
    """

    def __init__(
        self, view: QWidget, key: str, name: str, tip: str, values: Mapping[Any, str], letter: str = ""
    ) -> None:
        self.values: dict[Any, str] = dict(values)
        super().__init__(view, key, name, tip, next(iter(self.values), None), letter)
        self._possible = len(self.values) > 1

    def offer(self, values: Mapping[Any, str]) -> None:
        """Offer other values; where what was chosen is no longer among them it is the first."""
        if self.values != values:
            self.values = dict(values)
            self._default = next(iter(self.values), None)
            if self._tool is not None:
                self._fill()
            self.possible = len(self.values) > 1
            self._keep(self._value if self._value in self.values else self._default)

    def come_back(self, value: Any) -> None:
        if value in self.values:
            self.value = value

    def told(self, value: Any) -> str:
        return f"{self.name}: {self.values.get(value, value)}"

    def read(self, choices: Choices) -> Any:
        return choices.one_of(self.key, self.values, self._default)

    def make_tool(self) -> QWidget:
        self._tool = Combo()
        self._tool.setAccessibleName(self.name)
        self._fill()
        self._tool.currentIndexChanged.connect(self._chosen)
        return self._tool

    def show_value(self) -> None:
        with QSignalBlocker(self._tool):
            self._tool.setCurrentIndex(list(self.values).index(self._value) if self._value in self.values else -1)

    def add_to(self, menu: QMenu) -> None:
        if self._possible:
            inside = menu.addMenu(self.name)
            inside.setEnabled(not self._idle)
            group = QActionGroup(inside)
            for value, text in self.values.items():
                action = _checkable(inside.addAction(text), value == self._value)
                action.setData(value)
                group.addAction(action)
            group.triggered.connect(self._picked)

    def go_on(self) -> None:
        values = list(self.values)
        self.value = values[(values.index(self._value) + 1) % len(values)]

    def _fill(self) -> None:
        with QSignalBlocker(self._tool):
            self._tool.clear()
            self._tool.addItems(list(self.values.values()))

    def _chosen(self, index: int) -> None:
        self.value = list(self.values)[index]

    def _picked(self, action: QAction) -> None:
        self.value = action.data()


class Whole(Choice):
    """A whole number from 1 on: a box with a stepper, in the header only."""

    FLOWS = True

    def __init__(self, view: QWidget, key: str, name: str, tip: str, value: int, most: int, prefix: str = "") -> None:
        super().__init__(view, key, name, tip, value)
        self.most, self.prefix = most, prefix

    def read(self, choices: Choices) -> int:
        return choices.whole(self.key, self._default, 1, self.most)

    def make_tool(self) -> QWidget:
        box = WholeBox(1, self.most, self.name)
        box.setPrefix(self.prefix)
        box.valueChanged.connect(self._set)
        return box

    def show_value(self) -> None:
        with QSignalBlocker(self._tool):
            self._tool.setValue(self._value)

    def add_to(self, menu: QMenu) -> None:
        return  # a number is typed, in the header

    def _set(self, value: int) -> None:
        self.value = value


def _checkable(action: QAction, on: bool) -> QAction:
    action.setCheckable(True)
    action.setChecked(on)
    return action


AnyChoice = TypeVar("AnyChoice", bound=Choice)
