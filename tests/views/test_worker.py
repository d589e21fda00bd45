"""A job that fails is told, and the next one runs: no view is dead for ever, none shows an old run under a new one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.analysis.questions import all_weights, ensemble, landscape, redundancy
from dropout_viz.analysis.questions import shared as shared_question
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Trouble
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Weight
from dropout_viz.views import computed
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape import all as landscape_all
from dropout_viz.views.landscape import one as landscape_one
from dropout_viz.views.plane import shading as plane_shading
from dropout_viz.views.worker import Worker
from tests.views.hands import Held, frame_of, placed, trainer_of


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    heard: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: heard.append(error))
    return heard


def test_a_job_that_fails_is_told_and_the_next_one_runs(qtbot: QtBot, told: list[BaseException]) -> None:
    worker = Worker(rest=0.0)
    done, failed = [], []
    worker.done.connect(done.append)
    worker.failed.connect(failed.append)
    worker.ask(lambda: np.linalg.inv(np.zeros((2, 2))))
    qtbot.waitUntil(lambda: bool(failed))
    assert failed == ["Cannot be computed: Singular matrix (LinAlgError)"] and not done
    assert isinstance(told[0], Trouble) and told[0].__traceback__ is None
    worker.ask(lambda: 1)
    qtbot.waitUntil(lambda: done == [1])
    assert not worker.busy
    worker.close()


CASES: dict[str, tuple[Any, str]] = {
    "ensemble": (ensemble, "answer"),
    "one weight": (landscape, "answer"),
    "all weights": (all_weights, "answer"),
    "shared": (shared_question, "answer"),
    "redundancy": (redundancy, "answer"),
    "plane": (plane_shading, "picture"),
}
"""Views, each of another way to ask its worker, and what the worker calls."""
PARTS = {"one weight": landscape_one.OneWeight, "all weights": landscape_all.AllWeights}


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little there is to do, no view does it on the window's thread."""
    monkeypatch.setattr(computed, "AT_ONCE", -1.0)


def seen(qtbot: QtBot, key: str) -> Any:
    """Return a view on the screen that has shown nothing yet."""
    kind = PARTS[key] if key in PARTS else registry.entries("views")[key].load().View
    view = placed(qtbot, kind(Selection(), look.style("dark")), (460, 400))
    view.show()
    qtbot.waitExposed(view)
    return view


def frames_of(key: str, *steps: int) -> list[Frame]:
    """Return frames of one run at these steps."""
    trainer = trainer_of(0, "three-lines" if key == "redundancy" else "five-valleys")
    made = []
    for step in steps:
        trainer.advance(step - trainer.step)
        made.append(frame_of(trainer))
    return made


def run_of(frame: Frame, run: int) -> Frame:
    """Return the frame as one of another run."""
    return replace(frame, arms=tuple(replace(arm, snapshot=replace(arm.snapshot, run=run)) for arm in frame.arms))


def other_run(view: Any, early: Frame, late: Frame) -> None:
    view.present(run_of(late, 9))


def other_weight(view: Any, early: Frame, late: Frame) -> None:
    view.selection.choose(weight=Weight(0, 0, 5))


def other_kind(view: Any, early: Frame, late: Frame) -> None:
    view.kind.value = "random"


def earlier_step(view: Any, early: Frame, late: Frame) -> None:
    view.present(early)


LATE = [
    *((key, then) for key in CASES for then in (other_run, earlier_step)),
    *(("one weight", other_weight), ("all weights", other_weight), ("plane", other_kind)),
]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("key", "then"), LATE, ids=lambda value: getattr(value, "__name__", value))
def test_a_late_answer_is_dropped(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: str, then: Callable[[Any, Frame, Frame], None]
) -> None:
    """While something is computed the user goes on: what comes of it is never shown as if it were what is wanted."""
    held, view = Held(monkeypatch, *CASES[key]), seen(qtbot, key)
    early, late = frames_of(key, 2, 6)
    view.present(late)
    qtbot.waitUntil(lambda: held.calls == 1)
    then(view, early, late)
    held.let_go()
    qtbot.waitUntil(lambda: held.calls == 2)  # what came first has been answered
    assert view.scene is None and view.shown_step is None
    held.let_go(9)
    qtbot.waitUntil(lambda: view.shown_step is not None)
    assert view.shown_step == (2 if then is earlier_step else 6)
    if then is other_run and key == "plane":
        assert {run for _, run, *_ in view.scene.request.known} == {9}  # nothing of the run before
    view.close()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("key", CASES)
def test_a_view_says_what_failed_and_shows_the_next_run(
    qtbot: QtBot, told: list[BaseException], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    first, second, third = (run_of(frame, run) for run, frame in enumerate(frames_of(key, 1, 2, 3)))
    view = seen(qtbot, key)
    view.present(first)
    qtbot.waitUntil(lambda: view.scene is not None and not view.busy)
    where, name = CASES[key]
    window = threading.get_ident()

    def fail(*_: Any) -> None:
        assert threading.get_ident() != window
        raise OverflowError("too large")

    with monkeypatch.context() as broken:
        broken.setattr(where, name, fail)
        view.present(second)
        qtbot.waitUntil(lambda: bool(view.wrong))
    assert view.wrong == "Cannot be computed: too large (OverflowError)"
    notice = next(child for child in view.children() if type(child).__name__ == "Notice")
    assert notice.isVisible() and notice.geometry() == view.rect()  # the old run is not seen under the new one
    view.resize(view.width() + 40, view.height())
    assert notice.geometry() == view.rect()
    view.present(third)
    qtbot.waitUntil(lambda: not view.wrong and not notice.isVisible())
    view.close()
