"""The words of a first start: what is seen and where to begin, in nobody's way, and never again once closed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.bars import fixed_bar
from dropout_viz.app.welcome.first_words import FirstStrip
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset, preset_keys
from tests.app.conftest import Open
from tests.app.looking import panels, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def _greeted(window: Window, qtbot: QtBot) -> FirstStrip:
    workbench(window).greet()
    strip = workbench(window).first_words.strip
    assert strip is not None
    qtbot.waitUntil(strip.isVisible)
    return strip


def _is_gone(window: Window) -> bool:
    return workbench(window).first_words.strip is None and not window.findChildren(FirstStrip)


def test_it_speaks_of_the_views_on_show(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    strip = _greeted(window, qtbot)
    for key in ("network", "landscape"):
        assert registry.entries("views")[key].facts["AT_FIRST"] in strip.text.text()
    assert window.session is not None
    window.session.open_preset("moons")
    qtbot.waitUntil(lambda: registry.entries("views")["map"].facts["AT_FIRST"] in strip.text.text())
    assert "ball" not in strip.text.text(), "no view with balls is open"


@pytest.mark.parametrize("size", [(900, 520), (1280, 800)])
def test_it_covers_nothing_and_is_read_whole(open_window: Open, qtbot: QtBot, size: tuple[int, int]) -> None:
    window = open_window()
    window.resize(*size)
    strip = _greeted(window, qtbot)

    def place(widget: object) -> QRect:
        return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())  # type: ignore[attr-defined]

    shown = [panel for panel in panels(window) if panel.on_screen()]
    qtbot.waitUntil(lambda: not any(place(strip).intersects(place(panel)) for panel in shown))
    qtbot.waitUntil(lambda: strip.text.height() >= strip.text.heightForWidth(strip.text.width()))


def test_once_closed_it_never_comes_again(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    strip = _greeted(window, qtbot)
    qtbot.mouseClick(strip.close_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _is_gone(window))
    again = open_window()
    workbench(again).greet()
    assert _is_gone(again)


def test_it_comes_again_until_it_is_closed(open_window: Open, qtbot: QtBot) -> None:
    _greeted(open_window(), qtbot)
    _greeted(open_window(), qtbot)


def test_keys_reach_it_and_it_leads_to_where_to_begin(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    strip = _greeted(window, qtbot)
    workbench(window).top_bar.keys.setFocus()
    QTest.keyClick(workbench(window).top_bar.keys, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is strip.begin
    assert strip.begin.accessibleDescription() == strip.text.text() != "", "what is read aloud"
    QTest.keyClick(strip.begin, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is strip.close_button
    QTest.keyClick(strip.begin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workbench(window).welcome.is_open)
    qtbot.waitUntil(lambda: _is_gone(window))


def test_escape_closes_it_when_there_is_nothing_else_to_leave(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    _greeted(window, qtbot)
    workbench(window).messages.say("Something else")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not workbench(window).messages.isVisible() and not _is_gone(window)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _is_gone(window))


@pytest.mark.parametrize("command", ["welcome", "guide", pytest.param("present", marks=pytest.mark.slow)])
def test_it_goes_where_a_way_has_been_found(open_window: Open, qtbot: QtBot, command: str) -> None:
    window = open_window()
    _greeted(window, qtbot)
    QTest.keyClick(window, {"welcome": Qt.Key.Key_F2, "guide": Qt.Key.Key_F1, "present": Qt.Key.Key_F5}[command])
    qtbot.waitUntil(lambda: _is_gone(window))


@pytest.mark.parametrize("key", preset_keys())
def test_every_preset_has_something_said_of_it(key: str) -> None:
    facts = {view: entry.facts for view, entry in registry.entries("views").items()}
    stage = load_preset(key).stage or ("network",)
    assert any("AT_FIRST" in facts[view] for view in stage)


def test_all_of_it_stands_in_its_strip_from_the_first(qtbot: QtBot) -> None:
    """Its words need two lines until it is as wide as the window."""
    window, strip = QMainWindow(), FirstStrip(Theme("dark"))
    qtbot.addWidget(window)
    window.resize(1440, 300)
    window.show()
    strip.say("Grey, crossed units are dropped: off in this step, by chance. A numbered ball is a weight. " * 2)
    fixed_bar(window, "First words", strip, Qt.ToolBarArea.TopToolBarArea)
    qtbot.waitUntil(lambda: strip.width() == 1440)
    QApplication.processEvents()
    assert strip.rect().contains(strip.begin.geometry()) and strip.rect().contains(strip.close_button.geometry())
