"""The watch over the window's thread sees what stops it, and says where."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

from tests.app import stalls as watch
from tests.app.stalls import Stalls


def _compute(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_the_watch_sees_a_thread_that_computes(qtbot: QtBot) -> None:
    done: list[bool] = []
    with Stalls() as stalls:
        QTimer.singleShot(5, lambda: (_compute(0.15), done.append(True)))
        qtbot.waitUntil(lambda: bool(done))
    assert 0.15 <= stalls.longest < 1.0
    assert "_compute" in stalls.report()


def test_a_thread_that_rests_does_not_stall_and_what_the_test_does_is_its_own(qtbot: QtBot) -> None:
    done: list[bool] = []
    with Stalls() as stalls:
        with stalls.aside():
            _compute(0.1)
            QCoreApplication.processEvents()
            _compute(0.1)
        QTimer.singleShot(60, lambda: done.append(True))
        qtbot.waitUntil(lambda: bool(done))
    assert stalls.longest < 0.05, stalls.report()


@pytest.mark.parametrize(("processors", "waited"), [(1.0, True), (0.0, False)], ids=["one was free", "all were busy"])
def test_waiting_counts_only_where_a_processor_was_free(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, processors: float, waited: bool
) -> None:
    monkeypatch.setattr(watch, "idle_seconds", lambda: processors * time.perf_counter())
    done: list[bool] = []
    with Stalls() as stalls:
        QTimer.singleShot(5, lambda: (time.sleep(0.3), done.append(True)))
        qtbot.waitUntil(lambda: bool(done))
    assert (stalls.waited > 0.2) == waited
    assert stalls.longest < 0.2 and "ms in all" in stalls.report()


def test_processors_that_do_nothing_are_known_where_the_system_tells() -> None:
    before = watch.idle_seconds()
    time.sleep(0.05)
    now = watch.idle_seconds()
    assert before is None or (now is not None and now >= before)
