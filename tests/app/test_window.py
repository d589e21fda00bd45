"""The window as a whole: it opens alive, its keys work, it remembers, it closes at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.app.docks import ViewPanel
from dropout_viz.app.furniture import Furniture
from dropout_viz.app.shortcuts import COMMANDS
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.trainer import Trainer
from tests.app.conftest import Open


def furniture(window: Window) -> Furniture:
    assert window.furniture is not None
    return window.furniture


def newest(window: Window) -> Snapshot:
    assert window.session is not None
    return window.session.frame().snapshot


def panels(window: Window) -> list[ViewPanel]:
    return furniture(window).views


def at_step(window: Window, step: int) -> bool:
    """Whether the run rests at a step and the network view shows it."""
    shown = furniture(window).panel("network").shown
    assert window.session is not None
    return not window.session.playing and shown is not None and newest(window).step == shown.snapshot.step == step


def test_it_opens_alive_and_space_pauses(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(playing=True)
    session = window.session
    assert session is not None
    qtbot.waitUntil(lambda: newest(window).step >= 2)
    assert session.name == "three-lines"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.playing)
    step = newest(window).step
    qtbot.waitUntil(lambda: at_step(window, step))
    qtbot.waitUntil(lambda: furniture(window).transport.readout.text("step") == f"{step} / 60,000")


def test_at_the_opening_speed_a_person_can_follow(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(playing=True)
    qtbot.waitUntil(lambda: newest(window).step >= 1)
    begun, first = time.monotonic(), newest(window).step
    qtbot.waitUntil(lambda: newest(window).step >= first + 4)
    assert 0.7 < time.monotonic() - begun < 2.0


def test_right_does_exactly_one_step_as_the_trainer_alone(window: Window, qtbot: QtBot) -> None:
    alone = Trainer(load_preset("three-lines"))
    for step in (1, 2, 3):
        qtbot.keyClick(window, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda step=step: at_step(window, step))
        alone.advance(1)
        assert all((a == b).all() for a, b in zip(newest(window).weights, alone.snapshot().weights, strict=True))


def test_the_buttons_do_what_the_keys_do(window: Window, qtbot: QtBot) -> None:
    transport = furniture(window).transport
    qtbot.mouseClick(transport.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.mouseClick(transport.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: newest(window).step > 1)
    assert transport.play.accessibleName() == "Pause"
    qtbot.mouseClick(transport.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: transport.play.accessibleName() == "Play")
    qtbot.mouseClick(transport.rewind, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_step(window, 0))


def test_an_epoch_of_digits(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("digits")
    trainer = Trainer(load_preset("digits"))
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: at_step(window, trainer.steps_per_epoch))


def test_home_brings_the_same_weights_back(window: Window, qtbot: QtBot) -> None:
    before = newest(window).weights
    for step in (1, 2):
        qtbot.keyClick(window, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda step=step: at_step(window, step))
    later = newest(window).weights
    qtbot.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: at_step(window, 0))
    assert all((a == b).all() for a, b in zip(newest(window).weights, before, strict=True))
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 2))
    assert all((a == b).all() for a, b in zip(newest(window).weights, later, strict=True))


def test_a_new_seed_is_another_run(window: Window, qtbot: QtBot) -> None:
    before = newest(window)
    qtbot.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: newest(window).run != before.run)
    assert newest(window).config.seed != before.config.seed
    assert not np.array_equal(newest(window).weights[0], before.weights[0])


def test_run_to_stops_there(window: Window, qtbot: QtBot) -> None:
    session, transport = window.session, furniture(window).transport
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert session.speed is None
    qtbot.mouseClick(transport.target.lineEdit(), Qt.MouseButton.LeftButton)
    transport.target.lineEdit().selectAll()
    qtbot.keyClicks(transport.target.lineEdit(), "1234")
    qtbot.keyClick(transport.target.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: at_step(window, 1234))
    assert not transport.target.hasFocus()


def test_plus_minus_and_f_change_the_speed(window: Window, qtbot: QtBot) -> None:
    session = window.session
    assert session is not None
    words = furniture(window).transport.speed_words
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    assert (session.speed, words.text()) == (8, "8 steps/s")
    qtbot.keyClick(window, Qt.Key.Key_Minus)
    qtbot.keyClick(window, Qt.Key.Key_Minus)
    assert (session.speed, words.text()) == (2, "2 steps/s")
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert (session.speed, words.text()) == (None, "as fast as it goes")


def test_digits_toggle_the_views_in_order(window: Window, qtbot: QtBot) -> None:
    assert [p.key for p in panels(window)] == list(registry.entries("views"))
    for digit, panel in enumerate(panels(window)[:9]):
        before = panel.isVisible()
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + digit))
        assert panel.isVisible() is not before
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + digit))
        assert panel.isVisible() is before


def test_a_closed_view_is_shown_nothing_and_catches_up(window: Window, qtbot: QtBot) -> None:
    loss = furniture(window).panel("loss")
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.waitUntil(lambda: not furniture(window).clock.ticking)
    assert loss.shown is not None
    assert loss.shown.snapshot.step == 0
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: loss.shown is not None and loss.shown.snapshot.step == 1)


def test_a_view_that_comes_back_has_the_room_it_had(window: Window, qtbot: QtBot) -> None:
    loss, landscape = furniture(window).panel("loss"), furniture(window).panel("landscape")
    before = (loss.height(), landscape.height())
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: landscape.height() > before[1] + 100)
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: abs(loss.height() - before[0]) < 8 and abs(landscape.height() - before[1]) < 8)


def test_nothing_is_painted_while_nothing_is_new(window: Window, qtbot: QtBot) -> None:
    clock = furniture(window).clock
    qtbot.waitUntil(lambda: not clock.ticking)
    frames = len(clock.intervals)
    qtbot.keyClick(window, Qt.Key.Key_Plus)  # a status, not a frame
    qtbot.waitUntil(lambda: not clock.ticking)
    assert len(clock.intervals) == frames


def test_keys_are_typed_where_text_is(window: Window, qtbot: QtBot) -> None:
    session = window.session
    assert session is not None
    line = furniture(window).setup.findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "1 2")
    assert line.text() == "1 2"
    assert not session.playing
    assert all(p.isVisible() for p in panels(window)[:3])


def test_every_button_has_a_name_and_a_tooltip(window: Window) -> None:
    from PySide6.QtWidgets import QAbstractButton

    buttons = [b for b in window.findChildren(QAbstractButton) if b.objectName() != "qt_toolbar_ext_button"]
    for root in (furniture(window).top_bar, furniture(window).transport, *(p.header for p in panels(window))):
        buttons = root.findChildren(QAbstractButton)
        assert buttons
        for button in buttons:
            assert button.accessibleName() or button.text(), button
            assert button.toolTip(), button.accessibleName()


def test_the_list_of_keys_has_every_command_and_closes_on_any_key(window: Window, qtbot: QtBot) -> None:
    keys, session = furniture(window).keys, window.session
    assert session is not None
    qtbot.keyClicks(window, "?")
    assert keys.isVisible()
    said = {text for rows in furniture(window).shortcuts.table().values() for _, text in rows}
    assert said == {c.text for c in COMMANDS.values()} | {p.title for p in panels(window)[:9]}
    qtbot.keyClick(keys, Qt.Key.Key_Space)
    assert not keys.isVisible()
    assert not session.playing


def test_s_folds_the_setup_away(window: Window, qtbot: QtBot) -> None:
    setup = furniture(window).setup
    width = furniture(window).panel("network").width()
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert not setup.isVisible()
    qtbot.waitUntil(lambda: furniture(window).panel("network").width() > width)
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert setup.isVisible()


def test_a_view_fills_the_window_and_goes_back(window: Window, qtbot: QtBot) -> None:
    loss = furniture(window).panel("loss")
    before = loss.geometry()
    assert loss.header.maximise_button is not None
    qtbot.mouseClick(loss.header.maximise_button, Qt.MouseButton.LeftButton)
    assert [p.key for p in panels(window) if p.isVisible()] == ["loss"]
    assert loss.header.maximise_button.accessibleName() == "Restore Loss"
    qtbot.mouseClick(loss.header.maximise_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: loss.geometry() == before)
    assert all(p.isVisible() for p in panels(window)[:3])


def test_help_answers_what_am_i_looking_at(window: Window, qtbot: QtBot) -> None:
    header = furniture(window).panel("landscape").header
    qtbot.mouseClick(header.help_button, Qt.MouseButton.LeftButton)
    popover = window.findChild(type(header.popover)) if header.popover else None
    assert popover is not None
    assert popover.accessibleDescription() == registry.entries("views")["landscape"].facts["HELP"]
    popover.close()


def test_the_theme_reaches_every_view_and_is_remembered(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    assert window.theme.style.name == "dark"
    qtbot.keyClick(window, Qt.Key.Key_T)
    views = [p.view for p in panels(window) if p.view is not None]
    assert {v.style_.name for v in views} == {"light"}
    window.close()
    assert open_window().theme.style.name == "light"


def test_size_and_layout_are_remembered_and_reset(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.resize(1010, 690)  # Qt's offscreen screen is 800 x 800, and a window is not restored larger than the screen
    qtbot.keyClick(window, Qt.Key.Key_2)
    window.close()
    again = open_window()
    assert again.height() == 690
    assert not furniture(again).panel("loss").isVisible()
    assert furniture(again).panel("network").isVisible()
    reset = next(a for a in furniture(again).top_bar.view_menu.actions() if a.text() == "Reset layout")
    reset.trigger()
    assert furniture(again).panel("loss").isVisible()
    network, loss = furniture(again).panel("network"), furniture(again).panel("loss")
    qtbot.waitUntil(lambda: network.geometry().right() < loss.geometry().left())
    assert network.width() > loss.width()


def test_a_layout_is_remembered_as_it_was_before_one_view_filled_the_window(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert sum(p.isVisible() for p in panels(window)) == 1
    window.close()
    assert all(p.isVisible() for p in panels(open_window())[:3])


@pytest.mark.parametrize("rubbish", [QByteArray(b"rubbish"), QByteArray(), "text", 7, ["a", "b"]])
def test_spoilt_memories_are_passed_over(open_window: Open, settings: QSettings, rubbish: object) -> None:
    for key in ("geometry", "layout", "theme"):
        settings.setValue(key, rubbish)
    window = open_window()
    assert all(p.isVisible() for p in panels(window)[:3])


def test_a_spoilt_settings_file_is_passed_over(open_window: Open, tmp_path: Path) -> None:
    (tmp_path / "remembered.ini").write_bytes(b"[General\nlayout=@ByteArray(\xff\x00\x01\ntheme=\x00\xfe")
    assert all(p.isVisible() for p in panels(open_window())[:3])


def test_a_view_that_cannot_show_the_run_says_so(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = furniture(window).panel("landscape")
    assert panel.view is not None
    monkeypatch.setattr(type(panel.view), "why_not", staticmethod(lambda config, data: "There is nothing to see."))
    qtbot.keyClick(window, Qt.Key.Key_N)
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
    assert took < 0.1


def test_quick_clicks_and_switches_are_safe(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(playing=True)
    session, transport = window.session, furniture(window).transport
    assert session is not None
    for preset in ("xor", "digits", "three-lines", "moons", "digits", "three-lines"):
        session.open_preset(preset)
        for button in (transport.play, transport.step, transport.seed, transport.rewind, transport.play):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.keyClick(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: session.name == "three-lines" and newest(window).config.data == "three-lines")
    assert furniture(window).messages.isHidden() or furniture(window).messages.level == "info"


def test_at_full_speed_frames_go_on_and_say_how_many_steps_each_skips(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(config=load_preset("three-lines").changed(steps=100_000_000), playing=True)
    session, transport = window.session, furniture(window).transport
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: transport.readout.text("steps a frame").replace(",", "").isdigit())
    qtbot.waitUntil(lambda: int(transport.readout.text("steps a frame").replace(",", "")) > 10)
    assert int(transport.readout.text("frames/s")) > 0
    assert newest(window).step > 100


def test_an_error_in_training_is_a_message_and_a_rewind_mends_it(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(self: Trainer, steps: int = 1) -> None:
        raise MemoryError("no room left")

    messages = furniture(window).messages
    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "advance", break_down)
        qtbot.keyClick(window, Qt.Key.Key_Right)
        qtbot.waitUntil(messages.isVisible)
        assert messages.level == "error"
        assert "no room left" in messages.text
    assert not furniture(window).transport.play.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(furniture(window).transport.play.isEnabled)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
