"""Settings and command lines on the clipboard, and the menu and keys that put them there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset, to_toml
from tests.app.conftest import Open
from tests.app.files.test_files import CONTROL, SHIFT, pick, said
from tests.app.looking import at_step, newest, workbench
from tests.app.timeline_hands import session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")

MOONS = load_preset("moons")


def test_settings_are_copied_and_pasted(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("moons", MOONS.changed(p_hidden=0.4, seed=3))
    clipboard = QGuiApplication.clipboard()
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL | SHIFT)
    text = clipboard.text()
    assert text == to_toml(newest(window).config)
    before = newest(window)
    for wrong, words in {
        "": "The clipboard holds no text",
        "p_hidden = ": "not TOML",
        "p_hidden = 1.5": "Pasted: p_hidden = 1.5: every drop probability",
        "p_hiden = 0.5": "did you mean p_hidden",
        "x" * (2 << 20): "characters",
        "[" * 5000: "not TOML",
    }.items():
        clipboard.setText(wrong)
        qtbot.keyClick(window, Qt.Key.Key_V, CONTROL | SHIFT)
        said(window, qtbot, words)
        assert newest(window).run == before.run
    clipboard.setText(text.replace("seed = 3", "seed = 4"))
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: newest(window).config == before.config.changed(seed=4))


def test_the_command_line_is_copied_with_its_step(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("moons", MOONS.changed(p_hidden=0.3))
    session = window.session
    assert session is not None
    session.run_to(30)
    qtbot.waitUntil(lambda: at_step(window, 30))
    pick(workbench(window).top_bar.file_menu, "Copy command line")
    assert QGuiApplication.clipboard().text() == "dropout-viz gui moons --set p_hidden=0.3 --steps 30"
    session.apply({"p_hidden": (0.2,)})
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 31) and newest(window).config.p_hidden == (0.2,))
    qtbot.keyClick(window, Qt.Key.Key_L, CONTROL | SHIFT)
    said(window, qtbot, "does not tell what was changed at step 30")


def test_a_command_line_says_that_a_rule_to_stop_ends_its_run(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("moons", MOONS.changed(patience=100))
    pick(workbench(window).top_bar.file_menu, "Copy command line")
    said(window, qtbot, "Copied: dropout-viz gui moons --set patience=100")
    session_of(window).run_to(3)
    qtbot.waitUntil(lambda: at_step(window, 3))
    pick(workbench(window).top_bar.file_menu, "Copy command line")
    said(window, qtbot, "It ends where the rule to stop ends it, if that is before step 3. A saved run tells it.")


def test_the_menu_shows_the_keys(window: Window) -> None:
    menu = workbench(window).top_bar.file_menu
    shown = dict(a.text().split("\t") for a in menu.actions() if "\t" in a.text())
    assert shown["Open…"] == "Ctrl O" and shown["Save run as…"] == "Ctrl Shift S"
