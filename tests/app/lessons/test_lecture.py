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
from tests.app.timeline_hands import session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")


@pytest.fixture
def lesson(window: Window, qtbot: QtBot) -> Lessons:
    """A lesson at its first step."""
    lessons = workbench(window).lessons
    lessons.open("with-and-without", 0)
    qtbot.waitUntil(lambda: not session_of(window).awaited)
    return lessons


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


def does_not_lose_a_question(
    lessons: Lessons, window: Window, qtbot: QtBot, key: Qt.Key, patch: pytest.MonkeyPatch
) -> None:
    """Hit a key at the first step, whose next one asks."""
    qtbot.keyClick(window, key)
    assert lessons.at == 1
    way = strip(lessons).prediction.way
    assert not way.isVisible()
    for _ in range(5):  # a key that is held down
        qtbot.keyClick(window, key)
    assert lessons.at == 1 and way.text().startswith("No answer yet.")
    qtbot.waitUntil(way.isVisible)
    patch.setattr(player, "_TWICE_MS", 0)
    qtbot.waitUntil(lambda: lessons._told_unanswered.elapsed() > 0)
    qtbot.keyClick(window, key)
    assert lessons.at == 2, "whoever is asked and hits it again means it"
    qtbot.keyClick(window, key)
    assert lessons.at == 2, "the next question is another one"


def test_a_question_opens_at_its_top_with_all_of_it_in_sight_and_no_key_loses_it(
    lecture: Lessons, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    strip(lecture).next.click()
    at_rest(window, qtbot)
    shown = strip(lecture)
    canvas = shown.prediction.findChild(CurveCanvas)
    assert canvas is not None and shown.next.text() == "Skip"
    for part in (shown.title, shown.text, shown.prediction.question, canvas, shown.prediction.show_button):
        top, bottom = part.mapTo(shown, QPoint(0, 0)).y(), part.mapTo(shown, QPoint(0, part.geometry().height())).y()
        assert top >= 0 and bottom < shown.height(), part
    assert canvas.height() >= 90
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown):
        lecture.open("with-and-without", 0)
        with monkeypatch.context() as patch:
            does_not_lose_a_question(lecture, window, qtbot, key, patch)


def test_a_second_click_on_next_does_not_skip_the_question(lesson: Lessons, qtbot: QtBot) -> None:
    button = strip(lesson).next
    for _ in range(2):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Skip" and lesson.at == 1
    qtbot.waitUntil(lambda: strip(lesson)._shown.hasExpired(QApplication.doubleClickInterval()))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert lesson.at == 2


def test_in_a_low_window_the_words_stand_beside_a_view_that_is_seen_whole(window: Window, qtbot: QtBot) -> None:
    lessons = workbench(window).lessons
    lessons.open("the-post", 0)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    window.resize(900, 520)
    at_rest(window, qtbot)
    for at, key in ((0, "network"), (3, "landscape")):
        lessons.go(at)
        qtbot.waitUntil(lambda: not session_of(window).awaited)
        panel = workbench(window).panel(key)
        qtbot.waitUntil(lambda panel=panel: panel.on_screen())
        session_of(window).runner.pause()
        at_rest(window, qtbot)
        shown = strip(lessons)
        assert panel.x() > shown.mapTo(window, shown.rect().topRight()).x() and panel.geometry().right() < 900
        assert shown.height() == panel.height() > 400, "both are as high as there is room"
        assert shown.rect().contains(shown.next.geometry())
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    shown = strip(lessons)
    assert shown.width() == window.width() and shown.next.geometry().left() > window.width() // 2
