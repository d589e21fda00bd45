"""Speed auto in the window: the default, the key back to it, what its end says, and what pictures carry of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.shot import Shot, shot_of
from dropout_viz.app.session import Session
from dropout_viz.app.timeline.speeds import AUTO, SPEEDS, neighbour, place, words
from dropout_viz.app.window import Window
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.settings import load_preset
from tests.app.conftest import Open
from tests.app.looking import newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def test_a_new_window_is_told_and_the_keys_lead_away_and_back(window: Window, qtbot: QtBot) -> None:
    session, transport = window.session, workbench(window).transport
    assert session is not None
    assert session.speed == AUTO
    assert transport.speed_words.text() == "auto"
    assert SPEEDS[transport.speed.value()] == 4, "what auto comes to now, and not the slowest speed there is"
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert session.speed is None
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert session.speed == AUTO  # as fast as it goes, and back
    qtbot.keyClick(window, Qt.Key.Key_Minus)
    assert session.speed == 2  # slower than the four steps a second that it begins with
    session.open_preset("xor")
    qtbot.waitUntil(lambda: session.name == "xor")
    assert session.speed == 2  # the user has touched it
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert session.speed == AUTO and transport.speed_words.text() == "auto"
    transport.speed.setValue(4)
    assert session.speed == 8
    transport.speed.setValue(0)
    assert session.speed == AUTO and SPEEDS[transport.speed.value()] == 4


def test_under_auto_the_slider_goes_with_the_rate(
    show_run: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate = [60.0]
    monkeypatch.setattr(Session, "present_speed", property(lambda session: rate[0]))
    window = show_run("moons", playing=True)
    session, slider = window.session, workbench(window).transport.speed
    assert session is not None
    qtbot.waitUntil(lambda: slider.value() == place(60))
    slider.setSliderDown(True)  # while somebody holds it, it stays where the mouse is
    rate[0], step = 500.0, newest(window).step
    qtbot.waitUntil(lambda: newest(window).step > step)
    assert slider.value() == place(60)
    slider.setSliderDown(False)
    qtbot.waitUntil(lambda: slider.value() == place(500))
    assert session.speed == AUTO


def test_the_end_says_what_happened_and_offers_what_to_try(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines").changed(steps=3), playing=True)
    session, messages = window.session, workbench(window).messages
    assert session is not None
    qtbot.waitUntil(lambda: messages.isVisible() and "step 3" in messages.text)
    losses = session.frame().history.loss_train.values
    assert f"from {losses[0]:.4g} at step 0 to {losses[3]:.4g} at step 3" in messages.text
    assert messages.text.endswith("; next, C puts the same run without dropout beside it.")
    assert messages.button.text() == "Compare" and newest(window).step == 3
    qtbot.mouseClick(messages.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "with every unit on, the loss is lower" in messages.text)  # the other has come to the end
    ends = [arm.history.loss_train.values[-1] for arm in session.frame().arms]
    assert all(f"{end:.4g}" in messages.text for end in ends)
    assert "Every possible input is trained on" in messages.text and "proves little" in messages.text
    qtbot.mouseClick(messages.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.name == "moons" and len(session.frame().arms) == 2)


def test_a_compared_run_that_is_told_to_its_end_says_which_is_lower(show_run: Open, qtbot: QtBot) -> None:
    config = load_preset("moons").changed(steps=3, arms=COMPARISON)
    window = show_run(config=config, playing=True)
    messages = workbench(window).messages
    qtbot.waitUntil(lambda: messages.isVisible() and "On the test examples" in messages.text)
    assert "On the training examples" in messages.text and "Every possible" not in messages.text
    assert messages.button.text() == "New seed"


def test_a_run_that_is_stopped_or_stepped_to_its_end_is_not_told(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines").changed(steps=3))
    session, messages = window.session, workbench(window).messages
    assert session is not None
    for step in (1, 2, 3):
        qtbot.keyClick(window, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda step=step: newest(window).step == step)  # type: ignore[misc]
    assert not messages.isVisible()


def test_the_speeds_are_one_row_with_auto_at_its_left_end() -> None:
    assert SPEEDS[0] == AUTO and SPEEDS[-1] is None and words(AUTO) == "auto"
    assert [place(speed) for speed in SPEEDS] == list(range(len(SPEEDS)))
    assert place(0.3) == 1 and place(70.0) == place(60)
    assert neighbour(1, -1) == 1 and neighbour(100_000, 1) is None and neighbour(None, 1) is None


def test_pictures_carry_it_and_old_ones_have_their_own() -> None:
    config = load_preset("three-lines")
    for speed in (AUTO, None, 4.0):
        assert shot_of(ShownRun(config, 3, "loss", picture=Shot(speed=speed).facts())).speed == speed
    for told in ({}, {"speed": "soon"}, {"speed": [1]}):
        assert shot_of(ShownRun(config, 3, "loss", picture=told)).speed == 4
