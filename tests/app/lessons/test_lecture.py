"""A lesson before an audience: a question opens with all of it to be seen, and is not lost by a key or a click."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.lessons import player
from dropout_viz.app.lessons.guesses.curve import CurveCanvas
from dropout_viz.app.lessons.player import Lessons
from dropout_viz.app.lessons.strip import LessonStrip
from dropout_viz.app.window import Window
from tests.app.look.test_zoom import at_rest
from tests.app.looking import workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

KEYS = (Qt.Key.Key_Right, Qt.Key.Key_PageDown)


@pytest.fixture
def lecture(window: Window, qtbot: QtBot) -> Iterator[Lessons]:
    """A lesson on its way from its first step, presented on a screen that is not wide."""
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    window.resize(1440, 960)
    lessons = workbench(window).lessons
    lessons.open("with-and-without", 0)
    at_rest(window, qtbot)
    yield lessons
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)


def strip(lessons: Lessons) -> LessonStrip:
    assert lessons.strip is not None
    return lessons.strip


def test_a_question_opens_at_its_top_with_all_of_it_in_sight(lecture: Lessons, window: Window, qtbot: QtBot) -> None:
    strip(lecture).next.click()
    at_rest(window, qtbot)
    shown = strip(lecture)
    canvas = shown.prediction.findChild(CurveCanvas)
    assert canvas is not None and shown.next.text() == "Skip"
    for part in (shown.title, shown.text, shown.prediction.question, canvas, shown.prediction.show_button):
        top, bottom = part.mapTo(shown, QPoint(0, 0)).y(), part.mapTo(shown, QPoint(0, part.geometry().height())).y()
        assert top >= 0 and bottom < shown.height(), part
    assert canvas.height() >= 90


def test_a_second_click_on_next_does_not_skip_the_question(lecture: Lessons, qtbot: QtBot) -> None:
    button = strip(lecture).next
    for _ in range(2):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Skip" and lecture.at == 1
    qtbot.waitUntil(lambda: strip(lecture)._shown.hasExpired(QApplication.doubleClickInterval()))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert lecture.at == 2


@pytest.mark.parametrize("key", KEYS)
def test_a_key_does_not_lose_a_question(
    lecture: Lessons, window: Window, qtbot: QtBot, key: Qt.Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.keyClick(window, key)
    assert lecture.at == 1
    way = strip(lecture).prediction.way
    assert not way.isVisible()
    for _ in range(5):  # a key that is held down
        qtbot.keyClick(window, key)
    assert lecture.at == 1 and way.text().startswith("No answer yet.")
    qtbot.waitUntil(way.isVisible)
    monkeypatch.setattr(player, "_TWICE_MS", 0)
    qtbot.waitUntil(lambda: lecture._told_unanswered.elapsed() > 0)
    qtbot.keyClick(window, key)
    assert lecture.at == 2, "whoever is asked and hits it again means it"
    qtbot.keyClick(window, key)
    assert lecture.at == 2, "the next question is another one"
