"""Playing, stepping, rewinding: what the keys and buttons say is what the trainer does."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from dropout_viz.app import session as session_file
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


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
    qtbot.waitUntil(lambda: workbench(window).transport.readout.text("step") == f"{step} / 60,000")


def test_at_the_opening_speed_a_person_can_follow(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(playing=True)
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
    transport = workbench(window).transport
    qtbot.mouseClick(transport.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.mouseClick(transport.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: newest(window).step > 1)
    assert transport.play.accessibleName() == "Pause"
    qtbot.mouseClick(transport.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: transport.play.accessibleName() == "Play")
    qtbot.mouseClick(transport.rewind, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: at_step(window, 0))


def test_an_epoch_of_digits(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("digits")
    trainer = Trainer(load_preset("digits"))
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: at_step(window, trainer.steps_per_epoch))


@pytest.mark.parametrize(
    ("examples", "batch", "said"),
    [
        (60, 60, "One epoch: one step, as every step sees all examples"),
        (60, 50, "One epoch: one step of 50 of the 60 examples, each seen once at most"),
        (200, 50, "One epoch: 4 steps of 50 of the 200 examples, each seen once at most"),
    ],
)
def test_what_an_epoch_is_stands_at_its_number(
    window: Window, qtbot: QtBot, examples: int, batch: int, said: str
) -> None:
    config = load_preset("moons").changed(examples=examples, batch_size=batch)
    assert window.session is not None
    window.session.open_config(config, "moons")
    qtbot.waitUntil(lambda: said in workbench(window).transport.epoch.toolTip())


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
    session, transport = window.session, workbench(window).transport
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert session.speed is None
    qtbot.mouseClick(transport.target.lineEdit(), Qt.MouseButton.LeftButton)
    transport.target.lineEdit().selectAll()
    qtbot.keyClicks(transport.target.lineEdit(), "1234")
    qtbot.keyClick(transport.target.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: at_step(window, 1234))
    assert not transport.target.hasFocus()


def test_where_a_run_comes_to_by_itself_is_said_and_a_late_space_starts_it_not_again(
    show_run: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever presses Space as it arrives meant to pause it; a second press, and one that comes later, plays on."""
    window = show_run("digits")
    session, parts = window.session, workbench(window)
    assert session is not None
    monkeypatch.setattr(session_file, "A_MOMENT", 3600.0)  # on a busy machine a second may pass
    qtbot.keyClick(window, Qt.Key.Key_F)
    line = parts.transport.target.lineEdit()
    for goal in (300, 600):
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
        line.selectAll()
        qtbot.keyClicks(line, str(goal))
        qtbot.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: session.playing)
        qtbot.waitUntil(lambda goal=goal: at_step(window, goal) and not session.playing)
        if goal == 300:
            qtbot.waitUntil(parts.messages.isVisible)
            assert parts.messages.text == "Step 300, where the run was to pause. Space goes on past it."
        qtbot.keyClick(window, Qt.Key.Key_Space)  # of the second goal nobody may have been told yet
        assert not session.playing and at_step(window, goal)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: newest(window).step > 600)
    qtbot.waitUntil(lambda: not parts.messages.isVisible())  # what it said is over
    qtbot.waitUntil(lambda: session.status.target == session.config.steps)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.playing)
    monkeypatch.setattr(session_file, "A_MOMENT", 0.0)
    session.run_to(newest(window).step + 300, told=True)
    qtbot.waitUntil(lambda: session.playing)
    qtbot.waitUntil(lambda: not session.playing)
    step = newest(window).step
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: newest(window).step > step)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.playing)


def test_the_end_is_said_at_any_speed(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("digits")
    session, parts = window.session, workbench(window)
    assert session is not None
    session.open_config(load_preset("digits").changed(steps=200), "digits")
    qtbot.waitUntil(lambda: newest(window).config.steps == 200)
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: at_step(window, 200) and parts.messages.isVisible())
    assert parts.messages.text == "Step 200, the end of the run. Space goes on past it."


def test_run_to_nowhere_is_refused_and_leaves_the_run_alone(window: Window, qtbot: QtBot) -> None:
    transport, messages = workbench(window).transport, workbench(window).messages
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
    run = newest(window).run
    field = transport.target.lineEdit()
    for text in ("-5", "abc", "0", "9999999999", "1.5", ""):
        messages.dismiss()
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
        field.selectAll()
        qtbot.keyClick(field, Qt.Key.Key_Delete)
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(messages.isVisible)
        assert "run to" in messages.text, text
        assert "must be a whole number from 1 to 100,000,000" in messages.text, text
        assert at_step(window, 1), text
        assert newest(window).run == run, text


def test_plus_minus_and_f_change_the_speed(window: Window, qtbot: QtBot) -> None:
    session = window.session
    assert session is not None
    words = workbench(window).transport.speed_words
    qtbot.keyClick(window, Qt.Key.Key_Plus)
    assert (session.speed, words.text()) == (8, "8 steps/s")
    qtbot.keyClick(window, Qt.Key.Key_Minus)
    qtbot.keyClick(window, Qt.Key.Key_Minus)
    assert (session.speed, words.text()) == (2, "2 steps/s")
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert (session.speed, words.text()) == (None, "as fast as it goes")


def test_nothing_is_painted_while_nothing_is_new(window: Window, qtbot: QtBot) -> None:
    clock, log = workbench(window).clock, workbench(window).log_frames()
    qtbot.waitUntil(lambda: not clock.ticking)
    frames = len(log.frames)
    qtbot.keyClick(window, Qt.Key.Key_Plus)  # a status, not a frame
    qtbot.waitUntil(lambda: not clock.ticking)
    assert len(log.frames) == frames


def test_quick_clicks_and_switches_are_safe(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(playing=True)
    session, transport = window.session, workbench(window).transport
    assert session is not None
    for preset in ("xor", "digits", "three-lines", "moons", "digits", "three-lines"):
        session.open_preset(preset)
        for button in (transport.play, transport.step, transport.seed, transport.rewind, transport.play):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.keyClick(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: session.name == "three-lines" and newest(window).config.data == "three-lines")
    assert workbench(window).messages.isHidden() or workbench(window).messages.level == "info"


def test_at_full_speed_frames_go_on_and_say_how_many_steps_each_skips(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines").changed(steps=100_000_000), playing=True)
    session, transport = window.session, workbench(window).transport
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_F)
    told = re.compile(r"(\d+) frames a second, ([\d,]+) steps a frame")

    def drawn() -> tuple[int, int]:
        found = told.fullmatch(transport.readout.toolTip())
        return (0, 0) if found is None else (int(found[1]), int(found[2].replace(",", "")))

    qtbot.waitUntil(lambda: drawn()[0] > 0 and drawn()[1] > 10)
    qtbot.waitUntil(lambda: newest(window).step > 100)
    readout = transport.readout
    window.resize(1000, 520)
    window.move(0, 0)  # the screen has room below: Qt would put the tip there
    where = readout.rect().center()
    asked = QHelpEvent(QEvent.Type.ToolTip, where, readout.mapToGlobal(where))
    QApplication.sendEvent(readout, asked)
    shown = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "qtooltip_label" and w.isVisible())
    assert shown.geometry().bottom() < readout.mapToGlobal(QPoint(0, 0)).y(), "it covers the numbers that it tells of"
    QToolTip.hideText()


def test_an_error_in_training_is_a_message_and_a_rewind_mends_it(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(self: Trainer, steps: int = 1) -> None:
        raise MemoryError("no room left")

    messages = workbench(window).messages
    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "advance", break_down)
        qtbot.keyClick(window, Qt.Key.Key_Right)
        qtbot.waitUntil(messages.isVisible)
        assert messages.level == "error"
        assert "no room left" in messages.text
    assert not workbench(window).transport.play.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(workbench(window).transport.play.isEnabled)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))


def test_a_view_may_ask_for_another_run(window: Window, qtbot: QtBot) -> None:
    """A twin of a unit begins the run anew; what cannot be is said, and changes nothing."""
    session = window.session
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
    session.selection.ask({"twin": (1, 2, 3)})
    qtbot.waitUntil(lambda: session.config.twin == (1, 2, 3) and session.status.step == 0)
    first = session.frame().snapshot.weights
    assert np.array_equal(first[0][:, 1], first[0][:, 2]) and np.array_equal(first[1][1], first[1][2])
    session.selection.ask({"twin": (1, 2, 9)})
    assert workbench(window).messages.text.startswith("twin: unit 9 must be 1 to 4")
    assert session.config.twin == (1, 2, 3)


def test_a_run_that_has_paused_shows_no_rate_even_if_nobody_was_told_that_it_played(
    open_window: Open, qtbot: QtBot
) -> None:
    """The thread plays and pauses between two moments at which the window hears of it."""
    window = open_window()
    session, transport = window.session, workbench(window).transport
    assert session is not None
    session._telling = True  # the news is on its way, and nothing else is told meanwhile
    session.play_pause()
    qtbot.waitUntil(lambda: session.status.rate > 0)
    transport.show_frame(session.frame())
    transport.repaint_status()
    assert transport.readout.text("steps/s") != "–" and transport.play.accessibleName() == "Pause"
    session.play_pause()
    qtbot.waitUntil(lambda: not session.playing)
    session._take_news()
    assert transport.readout.text("steps/s") == "–" and transport.readout.toolTip() == ""
    assert transport.play.accessibleName() == "Play"
