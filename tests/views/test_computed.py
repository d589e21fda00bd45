"""When a view that takes computing computes on the window's thread: what took little the last time."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.base import Selection
from dropout_viz.views.computed import AT_ONCE, Answered, ComputedView, Question
from tests.views.hands import frame_of


class Threads(ComputedView):
    """Says on which threads it has computed. ``about``, ``takes``: of its questions, in seconds of computing."""

    about, takes = "one", 0.0

    def __init__(self) -> None:
        super().__init__(Selection(), look.style("dark"), rest=0.0)
        self.threads: list[str] = []

    def question(self, frame: Frame) -> Question:
        return Question(self.about, frame.snapshot.step, self.work)

    def take(self, answer: Any) -> None:
        self.threads.append(answer)

    def work(self) -> str:
        end = time.thread_time() + self.takes
        while time.thread_time() < end:
            pass
        return threading.current_thread().name


@pytest.fixture
def frames() -> list[Frame]:
    """Frames of the first steps of a run."""
    trainer, made = Trainer(load_preset("three-lines")), []
    for _ in range(5):
        trainer.advance(1)
        made.append(frame_of(trainer))
    return made


@pytest.fixture
def view(qtbot: QtBot) -> Threads:
    made = Threads()
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_took_little_is_computed_at_once_for_the_very_step(
    view: Threads, frames: list[Frame], qtbot: QtBot
) -> None:
    view.show_frame(frames[0])
    assert view.threads == []  # nobody knows how long it takes
    qtbot.waitUntil(lambda: view.threads == ["analysis"])
    view.show_frame(frames[1])
    assert view.threads == ["analysis", "MainThread"] and view.shown_step == 2
    view.about = "another"
    view.show_frame(frames[1])
    assert len(view.threads) == 2
    qtbot.waitUntil(lambda: view.threads[2:] == ["analysis"])


def test_what_took_long_never_is(view: Threads, frames: list[Frame], qtbot: QtBot) -> None:
    view.takes = 1.5 * AT_ONCE
    view.show_frame(frames[0])
    qtbot.waitUntil(lambda: len(view.threads) == 1)
    view.show_frame(frames[1])
    qtbot.waitUntil(lambda: len(view.threads) == 2)
    assert view.threads == ["analysis"] * 2
    view.takes = 0.0
    view.show_frame(frames[2])
    qtbot.waitUntil(lambda: len(view.threads) == 3)
    view.show_frame(frames[3])
    assert view.threads == ["analysis"] * 3 + ["MainThread"]


def test_a_remembered_answer_says_nothing_of_what_another_step_costs(
    view: Threads, frames: list[Frame], qtbot: QtBot
) -> None:
    view.takes = 1.5 * AT_ONCE
    view.show_frame(frames[0])
    qtbot.waitUntil(lambda: len(view.threads) == 1)
    view.takes = 0.0
    view.show_frame(frames[0])
    qtbot.waitUntil(lambda: len(view.threads) == 2)
    view.show_frame(frames[1])
    qtbot.waitUntil(lambda: len(view.threads) == 3)
    assert view.threads == ["analysis"] * 3


def test_a_part_of_an_answer_tells_nothing_of_the_whole(view: Threads, frames: list[Frame], qtbot: QtBot) -> None:
    frame = frames[0]
    view.show_frame(frame)
    qtbot.waitUntil(lambda: len(view.threads) == 1)
    view._arrived(Answered(view.question(frame), "a part"))
    view.show_frame(frame)
    assert view.threads == ["analysis", "a part"]
    qtbot.waitUntil(lambda: view.threads[2:] == ["analysis"])


def test_another_theme_is_painted_before_an_answer_that_takes_long(
    view: Threads, frames: list[Frame], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.takes = 2 * AT_ONCE
    view.present(frames[0])
    qtbot.waitUntil(lambda: bool(view.threads))
    painted: list[object] = []
    monkeypatch.setattr(view, "draw", lambda p: painted.append(view.style_.name))
    monkeypatch.setattr(view, "question", lambda frame: Question("one", 1, lambda: time.sleep(1.0)))
    view.restyle(look.style("light"))
    qtbot.waitUntil(lambda: painted == ["light"], timeout=900)
