"""Another theme comes a part at a time, and in the end nothing tells that the window began with the other one."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QLabel, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.canvas import deliver_events
from dropout_viz.app.window import Window
from tests.app.conftest import Open
from tests.app.looking import workbench


def _seen(window: Window) -> list[QWidget]:
    parts = [part for part in window.children() if isinstance(part, QWidget) and part.isVisible()]
    return [part for part in parts if part.geometry().intersects(window.rect())]  # Qt keeps others out of sight


def _looks(window: Window, qtbot: QtBot) -> dict[str, QImage]:
    """Return pictures of the window, of a panel that is opened only now, and of a dialog that is made only now."""
    parts = workbench(window)
    parts.layout.bring(parts.panel("masks"))
    parts.setup.fill()
    parts.keys.open()
    qtbot.waitUntil(lambda: parts.panel("masks").shown is not None and not parts.clock.ticking)
    found = {"keys": parts.keys.grab().toImage()}
    parts.keys.leave()
    dialog = QDialog(window)
    QVBoxLayout(dialog).addWidget(QLabel("One line"))
    dialog.show()
    deliver_events()
    found["dialog"] = dialog.grab().toImage()
    dialog.close()
    window.setFocus()
    qtbot.waitUntil(lambda: not window.restyling.under_way)
    for bar in window.findChildren(QTabBar):
        if bar in _seen(window):
            found["tabs"] = bar.grab().toImage()
    found["compare"] = parts.top_bar.compare.grab().toImage()
    found["window"] = _below_the_top(window)
    return found


def _below_the_top(window: Window) -> QImage:
    """Return a picture without the top bar, whose choice of presets is as wide as it was when it was filled."""
    deliver_events()
    return window.grab(window.rect().adjusted(0, workbench(window).top_bar.height(), 0, 0)).toImage()


def test_nothing_is_left_of_the_theme_before(open_window: Open, qtbot: QtBot, settings: QSettings) -> None:
    window = open_window()
    window.theme.set("light")
    qtbot.waitUntil(lambda: not window.restyling.under_way)
    changed = _looks(window, qtbot)
    window.close()
    for key in set(settings.allKeys()) - {"theme"}:
        settings.remove(key)
    window = open_window()  # in the light from the beginning
    assert window.theme.style.name == "light"
    begun = _looks(window, qtbot)
    assert set(changed) == set(begun) == {"keys", "dialog", "tabs", "compare", "window"}
    assert [name for name in begun if changed[name] != begun[name]] == []
    window.theme.set("dark")
    window.theme.set("light")  # before anything has followed
    qtbot.waitUntil(lambda: not window.restyling.under_way)
    assert _below_the_top(window) == begun["window"]


def test_parts_follow_one_by_one_those_that_are_seen_first(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    workbench(window).keys.hide()  # it is there
    hidden = [panel for panel in workbench(window).views if not panel.isVisible()]
    before = [part.styleSheet() for part in _seen(window)]
    window.theme.toggle()
    assert [part.styleSheet() for part in _seen(window)] == before
    assert window.restyling.under_way
    window.restyling._go_on()
    assert sum(part.styleSheet() != "" for part in _seen(window)) == 1
    while window.restyling.under_way:
        window.restyling._go_on()
    (sheet,) = {part.styleSheet() for part in _seen(window)}
    assert window.theme.style.panel in sheet
    assert {panel.styleSheet() for panel in hidden} == {""}  # their turns are still to come
    window.restyling._turns.stop()
    workbench(window).layout.bring(workbench(window).panel("masks"))  # and is not waited for by what is shown
    deliver_events()
    window.restyling._dress_shown()
    window.restyling._turns.stop()
    assert workbench(window).panel("masks").styleSheet() == sheet
    assert sum(panel.styleSheet() != "" for panel in hidden) == 1
    window.restyling._turns.start()
    qtbot.waitUntil(lambda: {panel.styleSheet() for panel in hidden} == {sheet})


def test_what_stands_behind_a_tab_waits_for_its_turn_and_has_it_when_it_comes_to_the_front(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_window()
    parts = workbench(window)
    behind, before = parts.panel("landscape"), parts.panel("masks")
    parts.layout.bring(before)  # in front of it
    qtbot.waitUntil(lambda: behind.isVisible() and not behind.geometry().intersects(window.rect()))
    window.theme.toggle()
    while window.restyling.under_way:
        window.restyling._go_on()
    window.restyling._dress_shown()
    assert window.theme.style.panel in before.styleSheet() and behind.styleSheet() == ""
    behind.raise_()
    qtbot.waitUntil(lambda: behind.geometry().intersects(window.rect()))
    window.restyling._turns.stop()  # not for its turn
    qtbot.waitUntil(lambda: window.theme.style.panel in behind.styleSheet())
