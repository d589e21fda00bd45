"""Slow motion in the window: its keys, and that the run it belongs to trains as if nobody had looked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.commands.shortcuts import COMMANDS
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.slow_motion import SlowMotion
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def slow_of(window: Window) -> SlowMotion:
    assert window.session is not None
    return window.session.selection.slow


def test_the_keys_walk_through_steps_that_the_run_then_really_does(window: Window, qtbot: QtBot) -> None:
    slow, alone = slow_of(window), Trainer(load_preset("three-lines"))
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: slow.moment == 0)
    panel = workbench(window).panel("code")
    qtbot.waitUntil(panel.on_screen)
    assert newest(window).step == 1  # taken apart, not done
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.keyClick(window, Qt.Key.Key_Comma)
    assert slow.moment == 2
    slow.show_moment(slow.count - 1)
    qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: at_step(window, 2) and slow.moment == 0)
    alone.advance(2)
    for one, other in zip(newest(window).weights, alone.snapshot().weights, strict=True):
        np.testing.assert_array_equal(one, other)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: slow.moment is None)
    assert newest(window).step == 2


def test_going_on_ends_it_and_it_pauses_a_run(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(playing=True)
    slow, session = slow_of(window), window.session
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: slow.moment == 0)
    assert not session.playing
    qtbot.keyClick(window, Qt.Key.Key_Slash)
    assert slow.playing
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: slow.moment is None)
    assert not slow.playing and session.playing


def test_another_setting_takes_the_step_apart_anew(window: Window, qtbot: QtBot) -> None:
    slow, session = slow_of(window), window.session
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: slow.moment == 0)
    assert session.apply({"p_hidden": (0.5,)}) == ""
    qtbot.waitUntil(lambda: (d := session.frame().dissection) is not None and d.config.p_hidden == (0.5,))
    session.rewind()
    qtbot.waitUntil(lambda: slow.moment is None)


def test_worlds_side_by_side_say_why_not(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines-exact").changed(worlds=4))
    session = window.session
    assert session is not None
    with qtbot.waitSignal(session.remark) as told:
        qtbot.keyClick(window, Qt.Key.Key_Period)
    assert told.args is not None and "worlds = 4" in told.args[0]


def test_its_keys_are_in_the_list(window: Window) -> None:
    listed = [key for key, _ in workbench(window).shortcuts.table()["Slow motion, lessons"]]
    assert {".", ",", "/", "Esc"} <= set(listed)
    assert COMMANDS["next_stage"].repeats
