"""Lessons in a real window: what a step says is what the run does, and nothing is covered by the words."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dropout_viz.app.lessons import player as lessons
from dropout_viz.app.lessons.strip import LessonStrip
from dropout_viz.app.window import Window
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.lesson import Lesson, lesson_keys, load_lesson, titles
from dropout_viz.engine.trainer import Trainer
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench


def strip(window: Window) -> LessonStrip:
    found = workbench(window).lessons.strip
    assert found is not None
    return found


def begin(window: Window, key: str) -> None:
    """Choose a lesson in the menu."""
    actions = {action.text(): action for action in workbench(window).top_bar.lessons_menu.actions()}
    assert list(actions) == list(titles().values())
    actions[titles()[key]].trigger()


def shows(window: Window, config: RunConfig) -> bool:
    session = window.session
    return session is not None and not session.awaited and session.config == config.arm_configs[0]


def short(key: str) -> Lesson:
    """Return a lesson whose runs are short; where they lead is tested without a window."""
    lesson = load_lesson(key)
    steps = tuple(step.model_copy(update={"run_to": min(step.run_to, 40)}) for step in lesson.steps)
    return lesson.model_copy(update={"steps": steps})


@pytest.fixture(autouse=True)
def short_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "load_lesson", short)


@pytest.mark.parametrize("key", lesson_keys())
def test_the_run_is_the_one_that_the_step_tells_of(key: str, window: Window, qtbot: QtBot) -> None:
    lesson = short(key)
    begin(window, key)
    for number, step in enumerate(lesson.steps):
        assert strip(window).title.text() == step.title
        assert strip(window).text.text() == step.text
        config = lesson.config(number)
        qtbot.waitUntil(lambda config=config: shows(window, config))
        if step.play:
            qtbot.waitUntil(lambda step=step: newest(window).step > step.run_to)
        else:
            qtbot.waitUntil(lambda step=step: at_step(window, step.run_to))
            alone = Trainer(config)
            alone.advance(step.run_to)
            frame = window.session.frame() if window.session is not None else None
            assert frame is not None and len(frame.arms) == (2 if step.compare else 1)
            for world, arm in enumerate(frame.arms):
                wanted = alone.snapshot(world).weights
                assert all(np.array_equal(a, b) for a, b in zip(arm.snapshot.weights, wanted, strict=True))
        for view in step.views:
            panel = workbench(window).panel(view)
            qtbot.waitUntil(lambda panel=panel: panel.isVisible())
            assert not panel.instead, "the view shows this run"
        last = workbench(window).panel(step.views[-1])
        qtbot.waitUntil(last.on_screen)
        qtbot.mouseClick(strip(window).next, Qt.MouseButton.LeftButton)
    assert workbench(window).lessons.strip is None, "the last button ends the lesson"


def test_pages_turn_and_leaving_leaves_the_run(window: Window, qtbot: QtBot) -> None:
    begin(window, "the-post")
    assert not strip(window).back.isEnabled()
    qtbot.waitUntil(lambda: strip(window).isVisible())
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: at_step(window, 1))
    assert workbench(window).lessons.at == 1
    qtbot.keyClick(window, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: at_step(window, 0))
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.mouseClick(strip(window).close_button, Qt.MouseButton.LeftButton)
    assert workbench(window).lessons.strip is None
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert at_step(window, 1)
    begin(window, "why-scaling-works")
    assert workbench(window).lessons.at == 0


def test_the_words_have_room_and_cover_nothing(window: Window, qtbot: QtBot) -> None:
    for key in lesson_keys():
        begin(window, key)
        steps = range(len(load_lesson(key).steps))
        for width, number in product((1000, 1440, 1920), steps):
            window.resize(width, 800)
            strip(window).show_step(load_lesson(key), number)
            shown = strip(window)
            qtbot.waitUntil(lambda shown=shown, width=width: shown.width() == width)
            for label in shown.findChildren(QLabel):
                assert label.height() >= label.heightForWidth(label.width())
            network = workbench(window).panel("network")
            bottom = shown.mapTo(window, shown.rect().bottomLeft()).y()
            qtbot.waitUntil(
                lambda bottom=bottom, network=network: network.mapTo(window, network.rect().topLeft()).y() > bottom
            )


def test_a_lesson_that_was_open_is_not_remembered(open_window: Open, qtbot: QtBot) -> None:
    first = open_window()
    begin(first, "the-post")
    qtbot.waitUntil(lambda: strip(first).isVisible())
    first.close()
    second = open_window()
    assert workbench(second).lessons.strip is None
    begin(second, "the-post")
    qtbot.waitUntil(lambda: strip(second).isVisible())
