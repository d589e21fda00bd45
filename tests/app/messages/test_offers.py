"""A diverged run offers to begin again with a tenth of the rate: by its button, by Tab and Enter, by its key."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.settings import load_preset
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

MOONS = load_preset("moons").changed(
    loss="squared_error", output="linear", activation="relu", optimiser="sgd", learning_rate=1e6
)


def diverge(window: Window, qtbot: QtBot) -> int:
    """Play at full speed until the run has ended; return the step."""
    session = window.session
    assert session is not None
    session.set_speed(None)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: workbench(window).messages.isVisible() and not session.playing)
    qtbot.waitUntil(lambda: newest(window).step == session.status.step)  # what is said may come before the last frame
    assert "no longer a number" in workbench(window).messages.text
    return newest(window).step


@pytest.mark.parametrize("how", ["click", "tab", "key"])
def test_a_tenth_of_the_rate(show_run: Open, qtbot: QtBot, how: str) -> None:
    window = show_run(config=MOONS)
    step = diverge(window, qtbot)
    messages, before = workbench(window).messages, newest(window)
    panel = workbench(window).panel("loss")
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.snapshot.step == step)
    assert panel.shown is not None
    assert len(panel.shown.history.loss_under_mask) == step  # the curves are intact
    button = messages.button
    assert button.isVisible()
    assert button.text() == "Rewind with a tenth of the rate"
    assert "learning rate 100000" in button.toolTip()
    if how == "click":
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    elif how == "key":
        qtbot.keyClick(window, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    else:
        for _ in range(150):
            if QApplication.focusWidget() is button:
                break
            qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is button
        qtbot.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: newest(window).run > before.run)
    assert newest(window).config == MOONS.changed(learning_rate=1e5)


def test_it_plays_on_and_offers_less_until_it_learns(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=MOONS.changed(learning_rate=2000, steps=400))
    diverge(window, qtbot)
    session, messages = window.session, workbench(window).messages
    assert session is not None
    rates = [newest(window).config.learning_rate]
    while newest(window).step < 400:
        run = newest(window).run
        qtbot.mouseClick(messages.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda run=run: newest(window).run > run)
        rates.append(newest(window).config.learning_rate)
        qtbot.waitUntil(lambda: not session.playing and newest(window).step > 0)
        qtbot.waitUntil(lambda: messages.isVisible() or newest(window).step == 400)
    assert rates == [2000, 200, 20, 2, 0.2][: len(rates)]
    assert len(rates) > 2
    qtbot.waitUntil(lambda: messages.text.startswith("Step 400, the end of the run."))
    assert not messages.button.isVisible(), "nothing is offered any more"


def test_a_run_that_was_stepped_waits_at_step_0(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=MOONS)
    messages = workbench(window).messages
    for step in range(1, 60):
        qtbot.keyClick(window, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda step=step: at_step(window, step))
        if not math.isfinite(newest(window).loss_under_mask):
            break  # another step would withdraw what is offered, now or in a moment
    qtbot.waitUntil(messages.button.isVisible)
    run = newest(window).run
    qtbot.mouseClick(messages.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: newest(window).run > run and at_step(window, 0))


@pytest.mark.parametrize("key", [Qt.Key.Key_Home, Qt.Key.Key_N])
def test_what_makes_no_sense_any_more_is_withdrawn(show_run: Open, qtbot: QtBot, key: Qt.Key) -> None:
    window = show_run(config=MOONS)
    diverge(window, qtbot)
    qtbot.keyClick(window, key)
    qtbot.waitUntil(lambda: newest(window).step == 0)
    qtbot.waitUntil(lambda: not workbench(window).messages.isVisible())
    assert newest(window).config.learning_rate == 1e6


def test_another_message_takes_its_place_and_its_button(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=MOONS)
    diverge(window, qtbot)
    session, messages = window.session, workbench(window).messages
    assert session is not None
    session.message.emit("Something else", "info")
    assert messages.isVisible()
    assert not messages.button.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: newest(window).step == 0)
    assert messages.text == "Something else"
    assert messages.isVisible()


def test_every_arm_has_a_tenth_of_its_own_rate(show_run: Open, qtbot: QtBot) -> None:
    config = MOONS.changed(arms=({"name": "a"}, {"name": "b", "learning_rate": 0.3}))
    window = show_run(config=config)
    diverge(window, qtbot)
    assert workbench(window).messages.text.startswith("a: Step ")
    assert "learning rate 0.03 and 100000" in workbench(window).messages.button.toolTip()
    run = newest(window).run
    qtbot.mouseClick(workbench(window).messages.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: newest(window).run > run)
    assert window.session is not None
    assert [a.snapshot.config.learning_rate for a in window.session.frame().arms] == [1e5, 0.03]


def test_a_comparison_stays_one(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=MOONS.changed(arms=COMPARISON))
    diverge(window, qtbot)
    run = newest(window).run
    qtbot.keyClick(window, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: newest(window).run > run)
    assert window.session is not None
    assert window.session.frame().config == MOONS.changed(arms=COMPARISON, learning_rate=1e5)


@pytest.mark.parametrize("asks", ["compare", "look back", "another run"])
def test_what_is_said_of_the_end_goes_when_something_else_is_asked(show_run: Open, qtbot: QtBot, asks: str) -> None:
    window = show_run(config=load_preset("three-lines").changed(steps=4))
    session, messages = window.session, workbench(window).messages
    assert session is not None
    session.play_pause()
    qtbot.waitUntil(lambda: messages.isVisible() and messages.button.text() == "Compare")
    if asks == "compare":
        qtbot.keyClick(window, Qt.Key.Key_C)
    elif asks == "look back":
        session.run_to(2)
    else:
        session.open_preset("xor")
    qtbot.waitUntil(lambda: not messages.isVisible())


def test_what_an_epoch_is_stands_in_its_tip(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("three-lines")
    epoch = workbench(window).transport.epoch
    qtbot.waitUntil(lambda: "one step, as every step sees all examples" in epoch.toolTip())
    assert window.session is not None
    window.session.open_preset("moons")
    qtbot.waitUntil(lambda: "4 steps of 50 of the 200 examples" in epoch.toolTip())


def test_a_remark_goes_with_what_it_is_about(window: Window, qtbot: QtBot) -> None:
    session, messages = window.session, workbench(window).messages
    assert session is not None

    def refused() -> None:
        assert session is not None
        session.open_config(load_preset("three-lines").changed(data_noise=0.1), "mine.toml")
        qtbot.waitUntil(lambda: messages.isVisible() and "data_noise" in messages.text)

    refused()
    session.run_to(3)
    qtbot.waitUntil(lambda: at_step(window, 3) and not messages.isVisible())  # it has been told to do something else
    refused()
    session.new_seed()
    assert not messages.isVisible(), "another run has been asked for"
    workbench(window).show_setting("momentum")
    assert messages.isVisible() and "does nothing in this run" in messages.text
    session.open_preset("moons")
    assert not messages.isVisible()
    qtbot.waitUntil(lambda: session.name == "moons")
    session.message.emit("Saved somewhere", "info")
    session.new_seed()
    assert messages.isVisible(), "what was saved stays saved"


def test_a_bookmark_is_named_in_its_own_run(window: Window, qtbot: QtBot) -> None:
    session, card = window.session, workbench(window).timeline.bookmark
    assert session is not None
    session.run_to(3)
    qtbot.waitUntil(lambda: at_step(window, 3) and not session.playing)
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: card.isVisible() and 3 in session.timeline.bookmarks)
    session.new_seed()
    qtbot.waitUntil(lambda: newest(window).step == 0 and not card.isVisible())
    assert not session.timeline.bookmarks
