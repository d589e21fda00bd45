"""What was asked for last is what comes, however long a file is read that was asked for before it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.files import actions
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.nn.parts import Unit
from tests.app.conftest import Open
from tests.app.looking import at_step, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


class SlowFile:
    """A run file that is read only when it is let."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, run = folder / "run.safetensors", Arms.of(load_preset("three-lines"))
        run.advance(7)
        run_file.save(run.state(), self.path)
        self.read, real = threading.Event(), actions.open_path
        monkeypatch.setattr(actions, "open_path", lambda path: (self.read.wait(20), real(path))[1])


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SlowFile:
    return SlowFile(tmp_path, monkeypatch)


def session_of(window: Window) -> Session:
    assert window.session is not None
    return window.session


def new_seed(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_N)


def preset(window: Window, qtbot: QtBot) -> None:
    session_of(window).open_preset("xor")


@pytest.mark.parametrize("ask", [new_seed, preset])
def test_a_file_that_was_asked_for_before_does_not_come(
    open_window: Open, qtbot: QtBot, slow: SlowFile, ask: Callable[[Window, QtBot], None]
) -> None:
    window = open_window("moons")
    session, files = session_of(window), workbench(window).files
    before = session.frame().snapshot.run
    files.open(slow.path)
    ask(window, qtbot)
    qtbot.waitUntil(lambda: not session.awaited and session.frame().snapshot.run != before)
    wanted = session.config
    slow.read.set()
    qtbot.waitUntil(lambda: not files.tasks.busy)
    qtbot.waitUntil(lambda: not session.awaited)
    assert session.config == wanted and session.config.data != "post" and files.path is None


def test_it_is_said_to_be_opened_until_it_is(open_window: Open, qtbot: QtBot, slow: SlowFile) -> None:
    window = open_window("moons")
    messages, files = workbench(window).messages, workbench(window).files
    files.open_table(slow.path, load_preset("xor"))  # nothing is said of it when it has come
    qtbot.waitUntil(lambda: session_of(window).config.data == "xor")
    files.bring(lambda: actions.open_path(slow.path), "slow", lambda: None)
    qtbot.waitUntil(lambda: messages.isVisible() and messages.text == "Opening…")
    slow.read.set()
    qtbot.waitUntil(lambda: at_step(window, 7))
    qtbot.waitUntil(lambda: not messages.isVisible(), timeout=2_000)  # and not when it has stood for a while


def test_no_unit_of_another_run_is_taken_away(open_window: Open, qtbot: QtBot) -> None:
    """Of the same data and the same size; begun anew with another seed it is the same run to whoever took it away."""
    window = open_window("three-lines")
    session = session_of(window)
    away = frozenset({Unit(1, 1)})
    session.selection.take_away(away)
    before = session.frame().snapshot.run
    new_seed(window, qtbot)
    qtbot.waitUntil(lambda: session.frame().snapshot.run != before)
    assert session.selection.off == away
    session.open_preset("three-lines-exact")
    qtbot.waitUntil(lambda: session.name == "three-lines-exact")
    assert session.selection.off == frozenset()
