"""Undo and redo pressed while a run is on its way back: what is wanted last is what comes, and no step is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.undo import run as undo_run
from dropout_viz.app.undo import stack as undo_module
from dropout_viz.app.window import Window
from dropout_viz.engine.left import Left
from dropout_viz.engine.replay import Going
from dropout_viz.engine.state import RunState
from dropout_viz.engine.timeline import Timeline
from dropout_viz.errors import UserError
from tests.app.looking import workbench
from tests.app.timeline_hands import SHIFT, go_to, session_of
from tests.app.undo.test_undo import CTRL, done, press, rests, steps, undo_of

pytestmark = pytest.mark.usefixtures("nothing_painted")

CHANGE, SEED = "Set learning rate 0.01 at step 20", "New run: Learning rate, Seed"
NEWEST = {0: 20, 1: 60, 2: 5}
"""Where the run is after so many steps."""


@pytest.fixture(autouse=True)
def two_steps(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run was changed, and then begun anew with another seed."""
    monkeypatch.setattr(undo_module, "_TOGETHER", 0.0)
    session = session_of(window)
    go_to(window, qtbot, 20)
    session.apply({"learning_rate": 0.01})
    done(window, qtbot, CHANGE)
    go_to(window, qtbot, 60)
    session.apply({"seed": 7})
    done(window, qtbot, CHANGE, SEED)
    go_to(window, qtbot, 5)


@contextmanager
def slowly(window: Window) -> Iterator[None]:
    """Let the first run that is brought back take its time, as long as this lasts."""
    session, gate = session_of(window), threading.Event()
    bring_back, runner = session.bring_back, session.runner

    def wait(run: Timeline) -> None:
        assert gate.wait(20)

    def wait_first(left: Left, name: str) -> None:
        runner.between(wait)
        bring_back(left, name)

    session.bring_back = wait_first  # type: ignore[method-assign]
    try:
        yield
    finally:
        gate.set()
        del session.bring_back


def hit(window: Window, qtbot: QtBot, keys: str) -> None:
    for key in keys:
        qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT if key == "Z" else CTRL)


def under_way(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: undo_of(window)._coming is not None)


def test_what_is_wanted_last_is_what_comes(window: Window, qtbot: QtBot) -> None:
    session, undo = session_of(window), undo_of(window)
    run, courses = undo.kinds[0], {2: undo.kinds[0].now()}
    for at in (1, 0):
        press(window, qtbot, "z")
        courses[at] = run.now()
    press(window, qtbot, "Z", "Z")
    for first, then in (("z", "Z"), ("zz", "ZZ"), ("z", "z"), ("zz", "ZZz")):
        end = 2 + sum(1 if key == "Z" else -1 for key in first + then)
        with slowly(window):
            hit(window, qtbot, first)
            under_way(window, qtbot)
            hit(window, qtbot, then)
            assert undo.stack.index() == end
        qtbot.waitUntil(lambda: rests(window))
        assert (undo.stack.index(), undo.stack.count()) == (end, 2), (first, then)
        assert run.now() is courses[end] and session.status.step == NEWEST[end], (first, then)
        press(window, qtbot, *"Z" * (2 - end))
        assert run.now() is courses[2] and steps(window) == [CHANGE, SEED]


def test_a_run_that_is_changed_as_soon_as_it_has_come(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    with slowly(window):
        hit(window, qtbot, "z")
        under_way(window, qtbot)
        session.runner.change(learning_rate=0.3)  # before anybody has seen it
    done(window, qtbot, CHANGE, "Set learning rate 0.3 at step 60")
    press(window, qtbot, "z")
    assert session.config.learning_rate == 0.01 and session.timeline.newest == 60 and steps(window) == [CHANGE]


def test_another_run_that_is_opened_meanwhile_is_told(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was called off because something else was wanted by then can still be had."""
    session, messages = session_of(window), workbench(window).messages
    monkeypatch.setattr(undo_run, "BOUND", 0)
    begun = threading.Event()
    read = Left.read

    def read_slowly(self: Left, going: Going) -> RunState:
        begun.set()
        for done_ in range(4_000):
            if not going(done_, 4_000):
                raise UserError("given up")
            threading.Event().wait(0.005)
        return read(self)

    with monkeypatch.context() as slow:
        slow.setattr(Left, "read", read_slowly)
        hit(window, qtbot, "z")
        qtbot.waitUntil(begun.is_set)
        hit(window, qtbot, "Z")  # calls it off
        qtbot.waitUntil(lambda: rests(window))
        assert steps(window) == [CHANGE, SEED] and session.config.seed == 7
        begun.clear()
        hit(window, qtbot, "z")
        qtbot.waitUntil(begun.is_set)
        session.open_preset("twins")
        qtbot.waitUntil(lambda: len(steps(window)) == 3 and rests(window))
    assert messages.text == "The run did not come back: another one was opened meanwhile."
    assert session.name == "twins"
    press(window, qtbot, "z", "z")
    assert (session.name, session.timeline.newest, steps(window)) == ("three-lines", 60, [CHANGE])


def test_what_is_said_of_another_run_does_not_call_off_what_was_asked_for(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    with slowly(window):
        hit(window, qtbot, "z")
        under_way(window, qtbot)
        session.runner.status = replace(session.runner.status, message="the loss is not a number")
        session._take_news()
        assert session.awaited
    qtbot.waitUntil(lambda: rests(window))
    assert steps(window) == [CHANGE] and session.timeline.newest == 60


@pytest.mark.slow
def test_panels_of_an_audience_stay_and_the_step_is_there_afterwards(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    masks, show = parts.panel("masks"), parts.presentation
    parts.layout.toggle(masks)
    done(window, qtbot, CHANGE, SEED, "Show Masks")
    parts._maximise()
    qtbot.waitUntil(lambda: len(steps(window)) == 4 and rests(window))
    show.toggle()
    press(window, qtbot, "z", "z")
    assert steps(window) == [CHANGE, SEED] and masks.isHidden()
    assert parts.messages.text == "The panels are so again when what is on now has been left."
    show.toggle()
    qtbot.waitUntil(lambda: not show.moving and rests(window))
    assert masks.isHidden() and parts.layout.maximised is None and steps(window) == [CHANGE, SEED]
    press(window, qtbot, "Z")
    assert masks.isVisible() and steps(window) == [CHANGE, SEED, "Show Masks"]
