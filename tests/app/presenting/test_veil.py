"""What is laid over the window is on top of everything: one press of Escape closes one thing, the topmost first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.presenting.overlay import Overlay
from dropout_viz.app.window import Window
from tests.app.looking import workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

OPENED_BY = {
    "palette": (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
    "keys": (Qt.Key.Key_Question, Qt.KeyboardModifier.NoModifier),
}


def escape(qtbot: QtBot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)


def topmost(window: Window) -> QWidget:
    shown = [child for child in window.children() if isinstance(child, QWidget) and child.isVisible()]
    return shown[-1]


@pytest.mark.parametrize("name", OPENED_BY)
@pytest.mark.parametrize("message_first", [True, False])
def test_a_message_lies_below_it_and_goes_after_it(
    window: Window, qtbot: QtBot, name: str, message_first: bool
) -> None:
    parts = workbench(window)
    overlay: Overlay = getattr(parts, name)
    if message_first:
        parts.messages.say("said before", "warning")
    qtbot.keyClick(window, *OPENED_BY[name])
    if not message_first:
        parts.messages.say("said after", "warning")
    window.resize(1400, 880)  # the message finds its place anew
    qtbot.waitUntil(lambda: not parts.layout.fitting and parts.messages.isVisible())
    qtbot.waitUntil(lambda: topmost(window) is overlay)
    escape(qtbot)
    assert not overlay.isVisible() and parts.messages.isVisible()
    escape(qtbot)
    assert not parts.messages.isVisible()


@pytest.mark.parametrize("name", OPENED_BY)
def test_the_focus_comes_back_to_what_had_it_or_to_nobody_if_it_is_gone(
    window: Window, qtbot: QtBot, name: str
) -> None:
    parts = workbench(window)
    button = parts.top_bar.setup
    for gone in (False, True):
        held = QPushButton(window) if gone else button
        held.show()
        held.setFocus()
        qtbot.keyClick(window, *OPENED_BY[name])
        assert not held.hasFocus()
        if gone:
            held.deleteLater()
            qtbot.waitUntil(
                lambda: not window.findChildren(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
            )
        escape(qtbot)
        assert not getattr(parts, name).isVisible()
        assert gone or held.hasFocus()
