"""A zoom there and back while two runs are compared: the same of them is on show as before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from tests.app.look.test_zoom import HELD, at_rest
from tests.app.looking import workbench
from tests.app.timeline_hands import session_of


@pytest.mark.slow
def test_both_runs_stand_side_by_side_again(window: Window, qtbot: QtBot) -> None:
    size, parts = window.size(), workbench(window)
    at_rest(window, qtbot)
    window.resize(1280, 800)
    at_rest(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: len(session_of(window).frame().arms) == 2 and parts.panel("network").arms is not None)
    at_rest(window, qtbot)
    arms = parts.panel("network").arms
    assert arms is not None
    qtbot.waitUntil(lambda: arms.currentText() == "side by side" and not parts.setup.isVisible())
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_Minus, HELD)
        at_rest(window, qtbot)
    assert parts.setup.isVisible(), "there is room for it now"
    qtbot.keyClick(window, Qt.Key.Key_0, HELD)
    at_rest(window, qtbot)
    assert not parts.setup.isVisible()
    qtbot.waitUntil(lambda: arms.currentText() == "side by side")
    parts.layout.toggle(parts.setup)  # whoever opens it has it there
    at_rest(window, qtbot)
    assert parts.setup.isVisible()
    parts.layout.toggle(parts.setup)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: len(session_of(window).frame().arms) == 1)
    window.resize(size)
    at_rest(window, qtbot)
