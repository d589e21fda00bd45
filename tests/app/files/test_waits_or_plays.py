"""Whether the preset that is chosen next plays: by the menu, the palette, the page of all or a file, it is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from tests.app.commands.test_command_palette import ask
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

SHORT = load_preset("three-lines").changed(steps=60)


def by_palette(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(ask(window, qtbot, "digits").line, Qt.Key.Key_Return)


def by_menu(window: Window, qtbot: QtBot) -> None:
    chooser = workbench(window).top_bar.preset
    chooser.fill()
    chooser.setFocus()
    chooser.setCurrentIndex(chooser.findData("digits") - 1)
    qtbot.keyClick(chooser, Qt.Key.Key_Down)


WAYS = [by_palette, by_menu]
Way = Callable[[Window, QtBot], None]


def session_of(window: Window) -> Session:
    assert window.session is not None
    return window.session


@pytest.mark.parametrize("choose", WAYS)
@pytest.mark.parametrize("step", [30, 60])
def test_after_a_saved_run_it_waits(open_window: Open, qtbot: QtBot, tmp_path: Path, choose: Way, step: int) -> None:
    """Also after one that was saved at its end: nobody has let anything play."""
    path, made = tmp_path / "run.safetensors", Arms.of(SHORT)
    made.advance(step)
    run_file.save(made.state(), path)
    window = open_window("moons")
    workbench(window).files.open(path)
    qtbot.waitUntil(lambda: at_step(window, step))
    choose(window, qtbot)
    rests(window, qtbot)


@pytest.mark.parametrize("choose", WAYS)
def test_after_a_run_that_was_sent_to_its_end_it_waits(open_window: Open, qtbot: QtBot, choose: Way) -> None:
    window = open_window(config=SHORT)
    session_of(window).run_to(60)
    qtbot.waitUntil(lambda: at_step(window, 60))
    choose(window, qtbot)
    rests(window, qtbot)


@pytest.mark.parametrize("choose", WAYS)
def test_after_a_run_that_has_played_to_its_end_it_plays(open_window: Open, qtbot: QtBot, choose: Way) -> None:
    window = open_window(config=SHORT)
    session_of(window).set_speed(None)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: at_step(window, 60))
    choose(window, qtbot)
    qtbot.waitUntil(lambda: session_of(window).name == "digits" and newest(window).step > 0)


def rests(window: Window, qtbot: QtBot) -> None:
    """Assert that the preset has come, and that nothing that was asked of it lets it play."""
    session = session_of(window)
    qtbot.waitUntil(lambda: session.name == "digits" and not session.awaited)
    qtbot.waitUntil(session.hearing())
    assert not session.playing and newest(window).step == 0
