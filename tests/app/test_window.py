"""The window as a whole: its keys work, it remembers, it closes at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QRect, QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.app.commands.shortcuts import COMMANDS, INSIDE, VIEW_KEYS
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError
from dropout_viz.help_parts import HEADINGS, as_text
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, panels, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def test_digits_toggle_the_views_in_order(window: Window, qtbot: QtBot) -> None:
    assert [p.key for p in panels(window)] == list(registry.entries("views"))
    for digit, panel in enumerate(panels(window)[:9]):
        before = panel.isVisible()
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + digit))
        assert panel.isVisible() is not before
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + digit))
        assert panel.isVisible() is before


def test_a_closed_view_is_shown_nothing_and_catches_up(window: Window, qtbot: QtBot) -> None:
    loss = workbench(window).panel("loss")
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.waitUntil(lambda: not workbench(window).clock.ticking)
    assert loss.shown is not None
    assert loss.shown.snapshot.step == 0
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: loss.shown is not None and loss.shown.snapshot.step == 1)


def test_a_view_that_comes_back_has_the_room_it_had(window: Window, qtbot: QtBot) -> None:
    loss, landscape = workbench(window).panel("loss"), workbench(window).panel("landscape")
    before = (loss.height(), landscape.height())
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: landscape.height() > before[1] + 100)
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: abs(loss.height() - before[0]) < 8 and abs(landscape.height() - before[1]) < 8)


def test_keys_are_typed_where_text_is(window: Window, qtbot: QtBot) -> None:
    session = window.session
    assert session is not None
    line = workbench(window).setup.findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "1 2")
    assert line.text() == "1 2"
    assert not session.playing
    assert all(p.isVisible() for p in panels(window)[:3])


def test_every_button_has_a_name_and_a_tooltip(window: Window) -> None:
    for panel in panels(window):
        panel.furnish()
    for root in (workbench(window).top_bar, workbench(window).transport, *(p.header for p in panels(window))):
        buttons = root.findChildren(QAbstractButton)
        assert buttons
        for button in buttons:
            assert button.accessibleName() or button.text(), button
            assert button.toolTip(), button.accessibleName()


def test_the_list_of_keys_has_every_command_and_closes_on_any_key(window: Window, qtbot: QtBot) -> None:
    keys, session = workbench(window).keys, window.session
    assert session is not None
    qtbot.keyClicks(window, "?")
    assert keys.isVisible()
    said = {text for rows in workbench(window).shortcuts.table().values() for _, text in rows}
    views = {p.title for p in panels(window)[: len(VIEW_KEYS)]}
    assert said == {c.text for c in COMMANDS.values()} | views | {text for _, text in INSIDE}
    qtbot.keyClick(keys, Qt.Key.Key_Space)
    assert not keys.isVisible()
    assert not session.playing


def test_s_folds_the_setup_away(window: Window, qtbot: QtBot) -> None:
    setup = workbench(window).setup
    width = workbench(window).panel("network").width()
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert not setup.isVisible()
    qtbot.waitUntil(lambda: workbench(window).panel("network").width() > width)
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert setup.isVisible()


def test_a_view_fills_the_window_and_goes_back(window: Window, qtbot: QtBot) -> None:
    loss = workbench(window).panel("loss")
    before = loss.geometry()
    assert loss.header.maximise_button is not None
    qtbot.mouseClick(loss.header.maximise_button, Qt.MouseButton.LeftButton)
    assert [p.key for p in panels(window) if p.isVisible()] == ["loss"]
    assert loss.header.maximise_button.accessibleName() == "Restore Loss"
    assert not loss.features() & QDockWidget.DockWidgetFeature.DockWidgetMovable  # dragged out: an empty window
    qtbot.mouseClick(loss.header.maximise_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: loss.geometry() == before)
    assert all(p.isVisible() for p in panels(window)[:3])
    assert loss.features() & QDockWidget.DockWidgetFeature.DockWidgetMovable


def test_help_answers_what_am_i_looking_at(window: Window, qtbot: QtBot) -> None:
    header = workbench(window).panel("landscape").header
    qtbot.mouseClick(header.help_button, Qt.MouseButton.LeftButton)
    popover = window.findChild(type(header.popover)) if header.popover else None
    assert popover is not None
    assert popover.accessibleDescription() == as_text(registry.entries("views")["landscape"].facts["HELP"])
    said = [label.text() for label in popover.findChildren(QLabel)]
    help_ = registry.entries("views")["landscape"].facts["HELP"]
    assert said[1::2] == [HEADINGS[key] for key in help_]
    assert said[2::2] == list(help_.values())
    popover.close()


def test_the_theme_reaches_every_view_and_is_remembered(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    assert window.theme.style.name == "dark"
    qtbot.keyClick(window, Qt.Key.Key_T)
    views = [p.view for p in panels(window) if p.view is not None]
    qtbot.waitUntil(lambda: {v.style_.name for v in views} == {"light"})
    window.close()
    assert open_window().theme.style.name == "light"


def test_size_and_layout_are_remembered_and_reset(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.resize(1010, 690)  # Qt's offscreen screen is 800 x 800, and a window is not restored larger than the screen
    qtbot.keyClick(window, Qt.Key.Key_2)
    window.close()
    again = open_window()
    assert again.height() == 690
    assert not workbench(again).panel("loss").isVisible()
    assert workbench(again).panel("network").isVisible()
    reset = next(a for a in workbench(again).top_bar.view_menu.actions() if a.text() == "Reset layout")
    reset.trigger()
    assert workbench(again).panel("loss").isVisible()
    network, loss = workbench(again).panel("network"), workbench(again).panel("loss")
    qtbot.waitUntil(lambda: network.geometry().right() < loss.geometry().left())
    assert network.width() > loss.width()


def test_a_layout_is_remembered_as_it_was_before_one_view_filled_the_window(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert sum(p.isVisible() for p in panels(window)) == 1
    window.close()
    assert all(p.isVisible() for p in panels(open_window())[:3])


@pytest.mark.parametrize(
    "rubbish",
    [
        QByteArray(b"rubbish"),
        "text",
        *(pytest.param(rubbish, marks=pytest.mark.slow) for rubbish in (QByteArray(), 7, ["a", "b"])),
    ],
)
def test_spoilt_memories_are_passed_over(open_window: Open, settings: QSettings, rubbish: object) -> None:
    for key in ("geometry", "layout", "theme"):
        settings.setValue(key, rubbish)
    window = open_window()
    assert all(p.isVisible() for p in panels(window)[:3])


def geometry(frame: QRect, normal: QRect) -> QByteArray:
    """Return a geometry as Qt remembers it."""
    data = QByteArray()
    stream = QDataStream(data, QIODevice.OpenModeFlag.WriteOnly)
    stream.setVersion(QDataStream.Version.Qt_4_0)
    stream.writeUInt32(0x1D9D0CB)
    stream.writeUInt16(1)
    stream.writeUInt16(0)
    stream << frame << normal
    stream.writeInt32(0)
    stream.writeUInt8(0)
    stream.writeUInt8(0)
    return data


@pytest.mark.parametrize("at", [(799, -(2**31)), (6_060_130, 40), (40, -9_000), (-1_400, 0)], ids=str)
def test_a_window_comes_back_to_a_screen(settings: QSettings, qtbot: QtBot, at: tuple[int, int]) -> None:
    """Some of these Qt brings back by itself, but not those that are too far for its arithmetic."""
    settings.setValue("geometry", geometry(QRect(6_060_130, 0, 1, 400), QRect(*at, 1, 1)))
    window = Window(settings)
    qtbot.addWidget(window)
    title = window.geometry()
    title.setHeight(1)
    assert window.screen().geometry().intersected(title).width() >= 100


def test_a_spoilt_settings_file_is_passed_over(open_window: Open, tmp_path: Path) -> None:
    (tmp_path / "remembered.ini").write_bytes(b"[General\nlayout=@ByteArray(\xff\x00\x01\ntheme=\x00\xfe")
    assert all(p.isVisible() for p in panels(open_window())[:3])


def test_a_view_that_cannot_show_the_run_says_so(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = workbench(window).panel("landscape")
    assert panel.view is not None
    monkeypatch.setattr(type(panel.view), "why_not", staticmethod(lambda config, data: "There is nothing to see."))
    qtbot.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: not panel.isVisible())  # it does not stay in front
    qtbot.keyClick(window, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: panel.instead == "There is nothing to see.")
    assert not panel.view.isVisible()


@pytest.mark.parametrize("preset", ["three-lines", "digits"])
def test_closing_at_full_speed_takes_no_time_and_leaves_no_thread(open_window: Open, qtbot: QtBot, preset: str) -> None:
    window = open_window(config=load_preset(preset).changed(steps=100_000_000))
    session = window.session
    assert session is not None
    session.set_speed(None)
    session.play_pause()
    qtbot.waitUntil(lambda: newest(window).step > 20)
    begun = time.perf_counter()
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    took = time.perf_counter() - begun
    assert not window.isVisible()
    assert not [t for t in threading.enumerate() if t.name == "trainer" and t.is_alive()]
    assert took < 2  # the 100 ms are measured in the benchmarks, on a quiet machine


def test_a_file_may_name_the_views_that_open_with_it(window: Window, qtbot: QtBot) -> None:
    assert window.session is not None
    panel = workbench(window).panel("landscape")
    panel.close()
    window.session.open_config(load_preset("xor").changed(views=["landscape"]), "mine")
    session = window.session
    qtbot.waitUntil(lambda: session.name == "mine")
    assert panel.isVisible()
    with pytest.raises(UserError, match=r"views = .*no view .did you mean network..: must be among network"):
        load_preset("xor").changed(views=["netwrok"])
