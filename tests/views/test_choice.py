"""What the user may choose in a view, declared once: in the header, in the menu, by its letter, in pictures."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QComboBox, QMenu, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choice import OneOf, Switch, Whole
from dropout_viz.views.choices import Choices


class View(BaseView):
    """A view as small as one can be."""

    def __init__(self) -> None:
        super().__init__(Selection(), look.style("dark"))
        self.header: QWidget | None = None
        self.seen: list[dict[str, Any]] = []
        self.grid = self.declare(Switch(self, "grid", "grid", "Draw a grid", letter="G"), self.note)
        self.kind = self.declare(OneOf(self, "kind", "Kind", "What is drawn", {"a": "first", 3: "second"}), self.note)
        self.many = self.declare(Whole(self, "many", "How many", "How many there are", 5, 9, "n = "), self.note)

    def note(self) -> None:
        self.seen.append(self.choices())

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), Qt.GlobalColor.black)


def view_in(qtbot: QtBot) -> tuple[View, QCheckBox, QComboBox, QSpinBox]:
    """Return a view and its tools, in a header of their own."""
    view = View()
    view.header = header = QWidget()
    qtbot.addWidget(view)
    qtbot.addWidget(header)
    tools: Any = view.header_tools()
    for tool in tools:
        tool.setParent(header)
    return (view, *tools)


def test_its_tools_choose(qtbot: QtBot) -> None:
    view, grid, kind, many = view_in(qtbot)
    assert view.choices() == {"grid": False, "kind": "a", "many": 5}
    grid.click()
    kind.setCurrentIndex(1)
    many.setValue(7)
    assert view.choices() == view.seen[-1] == {"grid": True, "kind": 3, "many": 7} and len(view.seen) == 3
    assert grid.toolTip() == "Draw a grid (G)" and kind.accessibleName() == "Kind" and many.text() == "n = 7"


def test_the_tools_follow_whoever_chooses_and_say_it_once(qtbot: QtBot) -> None:
    view, grid, kind, many = view_in(qtbot)
    view.kind.value = 3
    view.kind.value = 3
    assert kind.currentText() == "second" and len(view.seen) == 1
    view.take_choices(Choices({"grid": True, "kind": 3, "many": 2}))
    assert grid.isChecked() and many.value() == 2 and len(view.seen) == 1  # a picture's choices are not announced
    view.take_choices(Choices({"grid": 1, "kind": True, "many": 10}))  # as no view writes them
    assert view.choices() == {"grid": False, "kind": "a", "many": 5}
    assert not grid.isChecked() and kind.currentIndex() == 0 and many.value() == 5


def test_its_menu_and_its_letters_choose_too(qtbot: QtBot) -> None:
    view, grid, kind, _ = view_in(qtbot)
    menu = view.menu()
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == ["Draw a grid\tG", "Kind"]
    actions["Draw a grid\tG"].trigger()
    inside = actions["Kind"].menu()
    assert isinstance(inside, QMenu) and [a.isChecked() for a in inside.actions()] == [True, False]
    inside.actions()[1].trigger()
    assert view.grid.value and grid.isChecked() and view.kind.value == 3 and kind.currentIndex() == 1
    menu.deleteLater()
    qtbot.keyClick(view, Qt.Key.Key_G)
    assert not view.grid.value
    qtbot.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert not view.grid.value


def test_where_there_is_nothing_to_choose_there_is_no_tool(qtbot: QtBot) -> None:
    view, grid, kind, _ = view_in(qtbot)
    view.kind.offer({3: "second"})
    assert kind.isHidden() and view.kind.value == 3 and not view.seen
    view.kind.offer({3: "second", 4: "third"})
    assert not kind.isHidden() and view.kind.value == 3 and [kind.itemText(k) for k in range(2)] == ["second", "third"]
    view.grid.possible = False
    assert grid.isHidden()
    qtbot.keyClick(view, Qt.Key.Key_G)
    assert not view.grid.value
