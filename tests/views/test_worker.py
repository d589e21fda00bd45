"""A job that fails is told, and the next one runs: no view is dead for ever, none shows an old run under a new one."""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions import ensemble, redundancy
from dropout_viz.analysis.questions import shared as shared_question
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Trouble
from dropout_viz.views import landscape_all, landscape_one, landscape_scene, plane_shading, shared
from dropout_viz.views.base import Selection
from dropout_viz.views.worker import Worker
from tests.views.frames import frame_of, shown


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
    "one weight": (landscape_scene, "answer"),
    "all weights": (landscape_all, "answer"),
    "shared": (shared_question, "answer"),
    "redundancy": (redundancy, "answer"),
    "plane": (plane_shading, "picture"),
}
"""Views, each of another way to ask its worker, and what the worker calls."""
PARTS = {"one weight": landscape_one.OneWeight, "all weights": landscape_all.AllWeights}


@pytest.mark.parametrize("key", CASES)
def test_a_view_says_what_failed_and_shows_the_next_run(
    qtbot: QtBot, told: list[BaseException], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    first, second, third = (frame_of("five-valleys", 3, seed=seed) for seed in (1, 2, 3))
    if key == "redundancy":
        first, second, third = (frame_of("three-lines", 3, seed=seed) for seed in (1, 2, 3))
    monkeypatch.setattr(landscape_one, "AT_ONCE", 0.0)
    monkeypatch.setattr(shared, "AT_ONCE", 0.0)
    monkeypatch.setattr(landscape_all, "AT_ONCE", 0.0)
    if key in PARTS:
        view: Any = PARTS[key](Selection(), look.style("dark"))
        qtbot.addWidget(view)
        view.show_frame(first)
    else:
        view = shown(qtbot, key, first)
    view.show()
    qtbot.waitExposed(view)
    view.present(first)
    qtbot.waitUntil(lambda: view.scene is not None and not view._worker.busy)
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
