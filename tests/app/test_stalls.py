"""The watch over the window's thread sees what stops it, and says where."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

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
