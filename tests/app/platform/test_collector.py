"""Cycles with Qt objects in them are collected on Qt's thread, whichever thread allocates."""

from __future__ import annotations

import gc
import sys
import threading
import types
import weakref

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dropout_viz.app.platform.collector import Collector


class Knot(QObject):
    """An object in a cycle, which notes the thread that ends it."""

    def __init__(self, ended: list[str]) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: ended.append(threading.current_thread().name))


def test_garbage_waits_for_qt_s_own_thread(qtbot: QtBot) -> None:
    ended: list[str] = []
    owner = QObject()
    collector = Collector(owner)
    try:
        Knot(ended)
        other = threading.Thread(target=lambda: [[] for _ in range(100_000)], name="other")
        other.start()
        other.join()
        assert not gc.isenabled()
        assert ended == []
        kept = [[] for _ in range(2_000)]  # enough for the interpreter's first threshold
        qtbot.waitUntil(lambda: ended == ["MainThread"])
        assert len(kept) == 2_000
    finally:
        collector.stop()
        assert gc.isenabled()
        gc.disable()  # as it was: see conftest


def test_what_has_been_imported_is_looked_through_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = QObject()
    collector = Collector(owner)
    collected: list[tuple[int, int]] = []  # (generation, objects that it has to look through)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 99))

    def collect(generation: int = 2) -> int:  # what comes after the test may collect before this is taken back
        collected.append((generation, len(gc.get_objects())))
        return 0

    monkeypatch.setattr(gc, "collect", collect)
    try:
        collector.look()
        collector.look()
        (_, first), (_, second) = collected
        assert second < first / 10
        left_alone = gc.get_freeze_count()
        kept = [[] for _ in range(2_000)]
        collector.look()
        assert gc.get_freeze_count() <= left_alone and collected[-1][1] > len(kept), (
            "what came later may become garbage"
        )
        for number in range(20):
            monkeypatch.setitem(sys.modules, f"imported{number}", types.ModuleType(f"imported{number}"))
        collector.look()
        assert gc.get_freeze_count() > left_alone + len(kept)
    finally:
        gc.unfreeze()
        collector.stop()
        gc.disable()
