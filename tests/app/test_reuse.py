"""The window that tests share: what was done in it is taken back, or it is noticed and the next test has a new one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.views.choices import Choices
from tests.app.conftest import Open
from tests.app.looking import workbench
from tests.app.putting_back import begin_anew, put_back
from tests.app.reuse import likeness
from tests.app.timeline_hands import go_to, session_of

LOGARITHMIC = Choices({"log_y": True})
DEEDS: dict[str, Callable[[Window], object]] = {
    "an example is chosen": lambda window: session_of(window).selection.choose(example=2),
    "the other theme": lambda window: window.theme.toggle(),
    "a view that is closed is made": lambda window: workbench(window).panel("masks").load(),
    "a view is set otherwise": lambda window: workbench(window).panel("loss").load().take_choices(LOGARITHMIC),
    "a panel floats": lambda window: workbench(window).panel("loss").setFloating(True),
    "a panel is closed": lambda window: workbench(window).panel("landscape").close(),
    "a group of settings is opened": lambda window: workbench(window).setup.open_groups(["training"]),
    "a message": lambda window: session_of(window).message.emit("Something", "info"),
    "a speed": lambda window: session_of(window).set_speed(7),
    "more memory": lambda window: session_of(window).runner.keep_within(64 << 20),
    "a size": lambda window: window.resize(1300, 800),
    "something is remembered": lambda window: window.settings and window.settings.setValue("x", 1),
    "a method is another": lambda window: setattr(session_of(window), "step", lambda: None),
}


@pytest.mark.slow
def test_what_is_done_in_a_window_is_noticed(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    before = likeness(window)
    assert likeness(window) == before
    for name, deed in DEEDS.items():
        deed(window)
        qtbot.waitUntil(lambda before=before: likeness(window) != before)
        QApplication.processEvents()
        before = likeness(window)
        assert before, name


@pytest.mark.slow
def test_what_tests_often_do_is_taken_back(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    workbench(window).stages.reset()
    assert put_back(window, qtbot)
    new = likeness(window)
    go_to(window, qtbot, 12)
    session_of(window).message.emit("Something", "info")
    workbench(window).palette.open()
    qtbot.keyClicks(workbench(window).palette.line, "mas")
    session_of(window).set_speed(None)
    workbench(window).panel("loss").close()
    workbench(window).layout.bring_view("map")
    qtbot.waitUntil(lambda: workbench(window).panel("map").shown is not None)
    session_of(window).selection.choose(example=2)
    window.resize(1100, 700)
    assert likeness(window) != new
    assert put_back(window, qtbot)
    qtbot.waitUntil(lambda: likeness(window) == new)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session_of(window).status.step == 1)
    workbench(window).panel("loss").load().take_choices(LOGARITHMIC)
    session_of(window).compare(True)
    qtbot.waitUntil(lambda: len(session_of(window).frame().arms) > 1)
    assert put_back(window, qtbot) and likeness(window) != new, "a view of the first ones was set otherwise"
    begin_anew(window, qtbot)
    qtbot.waitUntil(lambda: likeness(window) == new)
