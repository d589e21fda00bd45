"""A program that is killed loses little: the next start offers the run, and it goes on bit for bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from dropout_viz.app.files.recent import Recent
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine import autosave, recovery, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.recovery import RecoveryPlace
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import OtherFiles, UserError
from dropout_viz.words import ago
from tests.app.conftest import Open
from tests.app.files.test_files import choose, pick, said
from tests.app.looking import at_step, newest, workbench
from tests.engine.test_run_file import forge

pytestmark = pytest.mark.usefixtures("nothing_painted")

MOONS = load_preset("moons")
SOON = 0.1
UNSAVED = "Unsaved run: Two moons at step"

_KILLED = """
import sys
from dropout_viz.app import main
from dropout_viz.app.files import recovery
main._RECOVERY_MS = 0
recovery.Recovery.begin.__defaults__ = (0.2,)
from dropout_viz.app.session import Session
first = Session.play_pause
def play(self):
    self.set_speed(None)
    first(self)
Session.play_pause = play
from dropout_viz.cli import main
sys.exit(main(["gui", "moons", "--set", "seed=11", "--set", "steps=1000000"]))
"""


def leave(config: RunConfig = MOONS, step: int = 120) -> Path:
    """Leave a run behind, as a process that is gone has done."""
    place, run = recovery.own_place(), Arms([Trainer(config)])
    run.advance(step)
    run_file.save(run.state(), place.path)
    place.close()
    return place.path


def begin(window: Window, every: float = SOON) -> None:
    workbench(window).recovery.begin(every)


def trained(open_window: Open, qtbot: QtBot, step: int) -> tuple[Window, Session]:
    """Open a window whose run is kept, train to a step, and return it with its session."""
    window = open_window("moons")
    begin(window)
    session = window.session
    assert session is not None
    session.run_to(step)
    qtbot.waitUntil(lambda: at_step(window, step))
    return window, session


def asked(window: Window, qtbot: QtBot, words: str = "A run was cut short: Two moons at step 120") -> None:
    said(window, qtbot, words)
    messages = workbench(window).messages
    assert messages.button.text() == "Open" and messages.other.text() == "Discard"
    assert messages.button.isVisible() and messages.other.isVisible()


def goes_on(window: Window, qtbot: QtBot, config: RunConfig, step: int) -> None:
    """Do a step, and assert that the run is what it would be if nothing had happened."""
    qtbot.waitUntil(lambda: at_step(window, step))
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, step + 1))
    through = Trainer(config)
    through.advance(step + 1)
    for one, two in zip(newest(window).weights, through.snapshot().weights, strict=True):
        assert np.array_equal(one, two)
    assert newest(window).loss_under_mask == through.snapshot().loss_under_mask


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_killed_program_is_gone_on_with(open_window: Open, qtbot: QtBot) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED], env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, stderr=subprocess.PIPE
    )
    times: set[int] = set()

    def saved() -> list[Path]:
        return list(recovery.folder().glob("run-*.safetensors"))

    def saved_often() -> bool:
        times.update(path.stat().st_mtime_ns for path in saved())
        return len(times) > 1 or process.poll() is not None

    try:
        qtbot.waitUntil(saved_often)
        assert process.poll() is None
        assert recovery.left_behind() == []
    finally:
        process.send_signal(signal.SIGKILL)
        ended = time.time()
        process.communicate()
    path = saved()[0]
    lost = ended - path.stat().st_mtime
    state = run_file.read(path)
    assert lost < autosave.PROMISED and state.step > 0
    window = open_window()
    begin(window)
    asked(window, qtbot, f"A run was cut short: Two moons at step {state.step:,}, saved ")
    qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
    goes_on(window, qtbot, MOONS.changed(seed=11, steps=1_000_000), state.step)
    qtbot.waitUntil(lambda: path.exists() and run_file.read_about(path)[1] == state.step + 1)  # it is kept there now
    assert saved() == [path]
    window.close()
    (kept,) = recovery.folder().iterdir()  # nobody has saved it yet
    assert not kept.name.startswith("unsaved-brief") and run_file.read_about(kept)[1] == state.step + 1


def test_discard_deletes_it_and_the_next_is_asked_about(open_window: Open, qtbot: QtBot) -> None:
    older, newer = leave(step=120), leave(MOONS.changed(seed=2), step=130)
    os.utime(older, (1e9, 1e9))
    window = open_window()
    begin(window)
    asked(window, qtbot, "at step 130")
    qtbot.mouseClick(workbench(window).messages.other, Qt.MouseButton.LeftButton)
    asked(window, qtbot, "at step 120")
    assert not newer.exists() and older.exists()
    qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
    goes_on(window, qtbot, MOONS, 120)


def kept_steps() -> list[int]:
    return sorted(run_file.read_about(path)[1] for path in recovery.kept_runs())


@pytest.mark.slow
def test_each_that_is_opened_is_kept_until_it_is_saved_by_hand(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    older, newer = leave(step=120), leave(MOONS.changed(seed=2), step=130)
    os.utime(older, (1e9, 1e9))
    window = open_window()
    begin(window)
    kept = workbench(window).recovery.autosave
    assert kept is not None
    for step, path in ((130, newer), (120, older)):
        asked(window, qtbot, f"at step {step}")
        qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda step=step, path=path: at_step(window, step) and kept.place.path == path)
    assert kept_steps() == [130] and older.exists() and not newer.exists()
    session = window.session
    assert session is not None
    session.open_preset("xor")
    qtbot.waitUntil(lambda: kept_steps() == [120, 130])
    menu = workbench(window).file_menu
    qtbot.waitUntil(lambda: len(menu.kept()) == 2 and "at step 120" in menu.kept()[0].text)
    window.close()
    assert kept_steps() == [120, 130]

    saved = leave(step=140)
    window = open_window()
    begin(window)
    asked(window, qtbot, "at step 140")
    qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_step(window, 140))
    workbench(window).files.save_in(tmp_path / "mine.safetensors")
    said(window, qtbot, "Saved mine.safetensors at step 140")
    window.close()
    assert kept_steps() == [120, 130] and not saved.exists()


def test_what_is_trained_while_the_save_dialog_is_open_is_kept(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window, session = trained(open_window, qtbot, 30)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QFileDialog)))
    session.run_to(50)
    qtbot.waitUntil(lambda: at_step(window, 50))
    session.runner.clock += autosave.LONG
    choose(window, qtbot, str(tmp_path / "mine.safetensors"))
    said(window, qtbot, "Saved mine.safetensors at step 30")
    window.close()
    assert kept_steps() == [50]


def test_what_is_being_saved_as_the_window_closes_is_known_to_be_saved(
    open_window: Open, qtbot: QtBot, settings: QSettings, tmp_path: Path
) -> None:
    window, session = trained(open_window, qtbot, 30)
    session.runner.trained = autosave.LONG
    workbench(window).files.save_in(tmp_path / "mine.safetensors")
    window.close()
    assert Recent(settings).paths == [tmp_path / "mine.safetensors"] and kept_steps() == []


def test_a_sound_run_that_cannot_be_opened_now_is_asked_about_again(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leave()

    def other(self: DataSet, known: str) -> None:
        raise OtherFiles("was trained on other files")

    window = open_window()
    begin(window)
    asked(window, qtbot)
    with monkeypatch.context() as patch:
        patch.setattr(DataSet, "check_files", other)
        qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
        asked(window, qtbot, "It could not be opened: was trained on other files")
    assert path.exists()
    qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
    goes_on(window, qtbot, MOONS, 120)


def test_a_message_in_between_does_not_take_the_question_away(open_window: Open, qtbot: QtBot) -> None:
    path = leave()
    window = open_window()
    session, messages = window.session, workbench(window).messages
    assert session is not None
    begin(window)
    asked(window, qtbot)
    session.message.emit("Something else.", "info")
    assert messages.text == "Something else." and not messages.button.isVisible()
    messages._timer.timeout.emit()
    asked(window, qtbot)
    window.close()  # without an answer
    assert path.exists()
    window = open_window()
    begin(window)
    asked(window, qtbot)


def test_two_windows_never_take_the_same_run(open_window: Open, qtbot: QtBot) -> None:
    leave()
    first, second = open_window(), open_window("xor")
    begin(first)
    asked(first, qtbot)
    begin(second)
    qtbot.waitUntil(lambda: not workbench(second).files.tasks.busy)
    qtbot.waitUntil(lambda: not workbench(second).messages.isVisible())
    places = {workbench(w).recovery.autosave.place.path for w in (first, second)}  # type: ignore[union-attr]
    assert len(places) == 2


def test_a_file_that_is_damaged_is_put_aside(open_window: Open, qtbot: QtBot) -> None:
    spoilt, torn = leave(), leave()
    content = bytearray(spoilt.read_bytes())
    content[-5] ^= 1
    spoilt.write_bytes(content)
    torn.write_bytes(torn.read_bytes()[:300])
    os.utime(torn, (1e9, 1e9))
    window = open_window(playing=True)
    run = newest(window).run
    begin(window)
    asked(window, qtbot)
    qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
    said(window, qtbot, f"is now {torn.name}.damaged")
    assert newest(window).run == run and window.session is not None and window.session.playing
    assert all(path.with_name(f"{path.name}.damaged").exists() for path in (spoilt, torn))
    assert recovery.left_behind() == []


def test_a_file_of_another_version_waits_for_it(open_window: Open, qtbot: QtBot) -> None:
    path = leave()
    path.write_bytes(forge(path.read_bytes(), format="99", version="7.0"))
    window = open_window()
    begin(window)
    said(window, qtbot, "format '99', written by dropout-viz 7.0")
    window.close()
    assert path.exists()


@pytest.mark.slow
def test_runs_that_were_not_saved_are_in_the_menu(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window, session = trained(open_window, qtbot, 40)
    session.runner.trained = autosave.LONG
    qtbot.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: len(recovery.kept_runs()) == 1)
    session.run_to(30)
    qtbot.waitUntil(lambda: at_step(window, 30))
    session.runner.trained = autosave.LONG
    window.close()
    window = open_window("xor")
    begin(window)
    recent, kept_now = workbench(window).file_menu.recent, workbench(window).file_menu.kept
    qtbot.waitUntil(lambda: len(kept_now()) == 2)  # they are read on a thread
    recent.aboutToShow.emit()
    texts = [action.text() for action in recent.actions()[:2]]
    assert [text.partition(",")[0] for text in texts] == [f"{UNSAVED} {n}" for n in (30, 40)]
    text = texts[1]
    pick(recent, text)
    goes_on(window, qtbot, MOONS, 40)
    files, kept = workbench(window).files, workbench(window).recovery.autosave
    assert files.path is None and files.recent.paths == [] and kept is not None
    qtbot.waitUntil(lambda: kept.step == 41)
    files.save_in(tmp_path / "mine.safetensors")
    said(window, qtbot, "Saved mine.safetensors at step 41")
    window.close()
    assert len(recovery.kept_runs()) == 2  # it has a file of its own


def test_what_lessons_open_is_not_among_the_recent_runs(open_window: Open, qtbot: QtBot) -> None:
    window, session = trained(open_window, qtbot, 40)
    lessons, kept = workbench(window).lessons, workbench(window).recovery.autosave
    assert kept is not None
    lessons.open("why-scaling-works", 1)  # the user's own is kept
    qtbot.waitUntil(lambda: len(recovery.kept_runs()) == 1)
    qtbot.waitUntil(lambda: session.runner.news.course in kept.passing and session.status.step > 0)
    lessons.turn(1)
    course = session.news.course
    qtbot.waitUntil(lambda: session.news.course != course and not session.awaited)
    lessons.leave()
    window.close()
    assert len(recovery.kept_runs()) == 1, "and no run of the lesson's"


def test_no_place_for_it_is_told_and_the_run_goes_on(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Arms([Trainer(MOONS)])
    run.advance(7)
    recovery.keep(run.state())

    def none() -> RecoveryPlace:
        raise UserError("recovery: nobody may write there; must be a folder of one's own")

    monkeypatch.setattr(recovery, "own_place", none)
    window = open_window(playing=True)
    begin(window)
    said(window, qtbot, "The run is not saved as it goes: ")
    step = newest(window).step
    qtbot.waitUntil(lambda: newest(window).step > step)
    menu = workbench(window).file_menu
    qtbot.waitUntil(lambda: [entry.text.partition(",")[0] for entry in menu.kept()] == [f"{UNSAVED} 7"])
    menu.fill_recent()
    assert menu.recent.actions()[0].text().startswith(f"{UNSAVED} 7")  # what is there can be read
    window.close()


def test_how_long_ago() -> None:
    now = time.time()
    found = [ago(now - seconds) for seconds in (-5, 0.4, 1.5, 59, 61, 7300, 200_000)]
    assert found == [
        "just now",
        "just now",
        "1 second ago",
        "59 seconds ago",
        "1 minute ago",
        "2 hours ago",
        "2 days ago",
    ]
