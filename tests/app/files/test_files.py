"""Opening and saving in the window: by the menu, by keys, by a drop; and what is refused leaves the run alone."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from dropout_viz.app.files import actions as file_actions
from dropout_viz.app.files.recent import MOST, Recent
from dropout_viz.app.window import Window
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset, to_toml
from dropout_viz.engine.source import Source
from dropout_viz.engine.trainer import Trainer
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

MOONS = load_preset("moons")
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run file at step 120."""
    path = tmp_path / "moons.safetensors"
    made = Arms([Trainer(MOONS)])
    made.advance(120)
    run_file.save(made.state(), path)
    return path


def said(window: Window, qtbot: QtBot, words: str) -> None:
    messages = workbench(window).messages
    qtbot.waitUntil(lambda: messages.isVisible() and words in messages.text)
    assert "\n" not in messages.text


def choose(window: Window, qtbot: QtBot, name: str) -> None:
    """Type a file's name into the dialog that is open, and press Enter."""
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QFileDialog)))
    dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    window.activateWindow()  # as a window manager does
    qtbot.waitUntil(window.isActiveWindow)


def pick(menu: QMenu, text: str) -> None:
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.text().split("\t")[0] == text).trigger()


def drop(window: Window, *names: Path | str) -> None:
    """Hold files over the window, move a little and let go, as a file manager does."""
    data, at = QMimeData(), QPoint(400, 300)
    data.setUrls([QUrl.fromLocalFile(str(n)) if isinstance(n, Path) else QUrl(n) for n in names])
    actions, button = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(at, actions, data, button, none),
        QDragMoveEvent(at, actions, data, button, none),
    ):
        QApplication.sendEvent(window, event)
        assert event.isAccepted() and event.dropAction() == Qt.DropAction.CopyAction
    assert workbench(window).drops.hint.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(at), actions, data, button, none))
    assert not workbench(window).drops.hint.isVisible()


# --- opening -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["key", "menu", "drop"])
def test_a_run_is_opened_and_goes_on_bit_for_bit(window: Window, qtbot: QtBot, run: Path, how: str) -> None:
    if how == "drop":
        drop(window, run)
    else:
        if how == "key":
            qtbot.keyClick(window, Qt.Key.Key_O, CONTROL)
        else:
            pick(workbench(window).top_bar.file_menu, "Open…")
        choose(window, qtbot, str(run))
    qtbot.waitUntil(lambda: at_step(window, 120))
    said(window, qtbot, "Opened moons.safetensors at step 120")
    assert window.windowTitle().startswith("moons.safetensors – ")
    assert workbench(window).top_bar.preset.placeholderText() == "moons.safetensors"
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 121))
    through = Trainer(MOONS)
    through.advance(121)
    for one, two in zip(newest(window).weights, through.snapshot().weights, strict=True):
        assert np.array_equal(one, two)


def test_settings_are_opened_by_a_drop(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(to_toml(MOONS.changed(p_hidden=0.35, title="")))
    drop(window, path)
    qtbot.waitUntil(lambda: newest(window).config.p_hidden == (0.35,))
    assert workbench(window).top_bar.preset.placeholderText() == "mine.toml"
    assert window.windowTitle().startswith("mine.toml – ")
    assert workbench(window).files.path is None  # a run is never saved over its settings


def test_what_cannot_be_opened_leaves_the_run_playing(show_run: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = show_run(playing=True)
    session, before = window.session, newest(window)
    assert session is not None
    good = tmp_path / "good.toml"
    good.write_text("p_hidden = 0.1\n")
    (tmp_path / "wrong.toml").write_text("p_hidden = 1.5\n")
    (tmp_path / "huge.toml").write_bytes(b"# " + b"x" * (2 << 20))
    (tmp_path / "torn.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}")
    (tmp_path / "folder.toml").mkdir()
    cases = {
        "p_hidden = 1.5: every drop probability": [tmp_path / "wrong.toml"],
        "at most": [tmp_path / "huge.toml"],
        "torn.safetensors: ": [tmp_path / "torn.safetensors"],
        "folder.toml: a folder; must be one file that ends in .toml": [tmp_path / "folder.toml"],
        "notes.doc: cannot be opened; must be one file": [tmp_path / "notes.doc"],
        "2 files: only one run is on show": [good, good],
        "not a file on this computer": ["https://example.org/run.toml"],
        "gone.toml: no such file": [tmp_path / "gone.toml"],
    }
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.toml")
        os.mkfifo(tmp_path / "pipe.safetensors")
        cases |= {f"{name}: not a file": [tmp_path / name] for name in ("pipe.toml", "pipe.safetensors")}
    for words, names in cases.items():
        drop(window, *names)
        said(window, qtbot, words)
    step = newest(window).step
    assert session.playing and newest(window).run == before.run
    qtbot.waitUntil(lambda: newest(window).step > step)


def test_a_hint_is_seen_while_a_file_is_held_over_the_window(window: Window, run: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(run))])
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, enter)
    hint = workbench(window).drops.hint
    assert hint.isVisible() and hint.welcome and hint.title == "Drop to open moons.safetensors"
    assert hint.geometry() == window.rect()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not hint.isVisible()
    words = QMimeData()
    words.setText("p_hidden = 0.3")  # a piece of text from an editor is no file
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, words, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted() and not hint.isVisible()


# --- saving --------------------------------------------------------------------------------------------------------


def test_save_asks_once_and_then_saves_in_the_same_file(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    session, path = window.session, tmp_path / "mine.safetensors"
    assert session is not None
    session.run_to(50)
    qtbot.waitUntil(lambda: at_step(window, 50))
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    choose(window, qtbot, str(path.with_suffix("")))
    said(window, qtbot, "Saved mine.safetensors at step 50")
    assert window.windowTitle().startswith("mine.safetensors – ")
    assert run_file.read(path).step == 50
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 51))
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    said(window, qtbot, "at step 51")
    state = run_file.read(path)
    through = Trainer(load_preset("three-lines"))
    through.advance(51)
    assert np.array_equal(state.trainers[0].cores[0]["parameters"], through.state().cores[0]["parameters"])
    run = newest(window).run
    qtbot.keyClick(window, Qt.Key.Key_N)  # another run: it does not belong in that file
    qtbot.waitUntil(lambda: newest(window).run > run)
    assert "mine" not in window.windowTitle()
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QFileDialog)))
    for dialog in window.findChildren(QFileDialog):
        dialog.reject()
    assert run_file.read(path).step == 51


def test_saving_while_it_plays_is_waited_for_at_the_end(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window("moons", playing=True)
    assert window.session is not None
    window.session.set_speed(None)
    qtbot.waitUntil(lambda: newest(window).step > 20)
    workbench(window).files.save_in(tmp_path / "last.safetensors")
    window.close()
    state = run_file.read(tmp_path / "last.safetensors")
    through = Trainer(MOONS)
    through.advance(state.step)
    assert state.step > 0
    assert np.array_equal(state.trainers[0].cores[0]["parameters"], through.state().cores[0]["parameters"])


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    workbench(window).files.save_in(tmp_path / "run.safetensors")
    said(window, qtbot, "Permission denied")
    tmp_path.chmod(0o700)


def test_a_place_that_cannot_be_written_leaves_the_old_file(window: Window, qtbot: QtBot, run: Path) -> None:
    files, before = workbench(window).files, run.read_bytes()
    files.save_in(run.parent / "none" / "run.safetensors")
    said(window, qtbot, "cannot be written (no folder")
    files.save_in(run.with_suffix(".txt"))
    said(window, qtbot, "a file that ends in .safetensors")
    assert run.read_bytes() == before and [p.name for p in run.parent.iterdir() if p.suffix != ".ini"] == [run.name]
    assert files.path is None


# --- recent files --------------------------------------------------------------------------------------------------


def test_recent_files_are_remembered_and_lost_ones_taken_off(open_window: Open, qtbot: QtBot, run: Path) -> None:
    window = open_window()
    drop(window, run)
    qtbot.waitUntil(lambda: at_step(window, 120))
    window.close()
    window = open_window()
    recent = workbench(window).file_menu.recent
    pick(recent, run.name)
    qtbot.waitUntil(lambda: at_step(window, 120))
    run.unlink()
    pick(recent, run.name)
    said(window, qtbot, "not there any more; it has been taken off the list")
    recent.aboutToShow.emit()
    assert [a.text() for a in recent.actions()] == ["Nothing yet"]
    assert at_step(window, 120)


def test_a_spoilt_list_of_recent_files_is_no_harm(settings: QSettings, tmp_path: Path) -> None:
    for value, kept in {"one.toml": ["one.toml"], 7: [], ("a.toml", 3, ""): ["a.toml"], None: []}.items():
        settings.setValue("recent", list(value) if isinstance(value, tuple) else value)
        settings.setValue("folder", value)
        recent = Recent(settings)
        assert [path.name for path in recent.paths] == kept and recent.folder == Path.home()
    for n in range(MOST + 3):
        recent.add(tmp_path / f"{n}.toml")
    recent.add(tmp_path / "5.toml")
    names = [f"{n}.toml" for n in (5, 12, 11, 10, 9, 8, 7, 6, 4, 3)]
    assert [path.name for path in Recent(settings).paths] == names and Recent(settings).folder == tmp_path


def test_of_two_files_the_one_asked_for_last_is_opened(
    window: Window, qtbot: QtBot, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = threading.Event(), file_actions.open_path
    (tmp_path / "quick.toml").write_text("p_hidden = 0.15\n")

    def slow(path: Path) -> Source:
        if path == run:
            go_on.wait(20)
        return read(path)

    monkeypatch.setattr(file_actions, "open_path", slow)
    monkeypatch.setattr(file_actions, "_SLOW_MS", 0)
    drop(window, run)
    said(window, qtbot, "Opening…")
    drop(window, tmp_path / "quick.toml")
    qtbot.waitUntil(lambda: newest(window).config.p_hidden == (0.15,))
    go_on.set()
    qtbot.waitUntil(lambda: not workbench(window).files.tasks.busy)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: newest(window).step > 0)
    assert newest(window).config.p_hidden == (0.15,)
