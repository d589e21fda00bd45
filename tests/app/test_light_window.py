"""What nobody sees yet is not made, not imported and not given another theme; it is when it is seen."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.labs import panel as labs_panel
from dropout_viz.app.window import Window
from tests.app.conftest import Open
from tests.app.looking import panels, workbench


def test_a_closed_panel_is_empty_until_it_is_opened(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    panel = workbench(window).panel("masks")
    assert not panel.isVisible() and panel.widget() is None and not panel.header.findChildren(QAbstractButton)
    assert sum(len(p.findChildren(QWidget)) for p in panels(window) if not p.isVisible()) < 200
    workbench(window).layout.toggle(panel)
    assert panel.isVisible() and panel.widget() is not None
    names = {button.accessibleName() for button in panel.header.findChildren(QAbstractButton)}
    assert {"Masks: what am I looking at?", "Export Masks", "Maximise Masks", "Close Masks"} <= names
    qtbot.waitUntil(lambda: panel.shown is not None)


def test_another_theme_comes_to_one_view_after_another(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    before, closed = parts.theme.style, parts.panel("loss")
    closed.close()
    views = [panel.view for panel in panels(window) if panel.view is not None]
    parts.theme.toggle()
    assert {view.style_ for view in views} == {before}  # not while a key is being pressed
    while workbench(window).restyling.under_way:
        parts._style_next()
        assert {view.style_ for view in views} == {before}  # the parts around them come first
        workbench(window).restyling._go_on()
    for done in range(1, len(views) + 1):
        parts._style_next()
        assert sum(view.style_ is not before for view in views) == done
    qtbot.waitUntil(lambda: {view.style_ for view in views} == {parts.theme.style})
    icon = closed.header.close_button
    assert icon is not None and icon._faded  # nobody sees it
    parts.layout.toggle(closed)
    assert not icon._faded


def test_labs_are_imported_on_a_thread(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, importing = workbench(window).labs, labs_panel._import
    threads: list[threading.Thread] = []
    monkeypatch.setattr(labs_panel, "_import", lambda: (threads.append(threading.current_thread()), importing()))
    panel.open("sweep")
    assert panel.isVisible() and panel.body is None
    panel.open("paired")  # the last one that was asked for is shown
    qtbot.waitUntil(lambda: panel.body is not None)
    assert panel.load().key == "paired"
    assert threads and threading.main_thread() not in threads


def test_a_window_may_close_while_labs_are_imported(window: Window) -> None:
    panel = workbench(window).labs
    panel.open("sweep")
    window.close()
    assert panel.body is None
