"""Memory that was freed goes back to the system, on a thread of its own."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dropout_viz.app.platform.heap import Heap, give_back, occupied

_MIB = 96


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library gives back by itself")
def test_what_was_freed_goes_back(qtbot: QtBot) -> None:
    give_back()  # of other tests
    owner = QObject()
    heap = Heap(owner)
    try:
        pieces = [np.ones(2**12) for _ in range(_MIB << 5)]  # 32 KiB each: too small to be mapped one by one
        filled = occupied()
        small = pieces[:: 1 << 5]
        del pieces  # what stays lies between what goes
        heap.look()
        qtbot.waitUntil(lambda: not heap.giving)
        assert occupied() < filled - 0.8 * _MIB
        assert len(small) == _MIB
    finally:
        heap.stop()


def test_a_process_that_has_not_grown_is_left_alone(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bool] = []
    now = [100.0]
    monkeypatch.setattr("dropout_viz.app.platform.heap.give_back", lambda: given.append(True))
    monkeypatch.setattr("dropout_viz.app.platform.heap.occupied", lambda: now[0])
    owner = QObject()
    heap = Heap(owner)
    try:
        for mebibytes, times in ((120.0, 0), (90.0, 0), (123.0, 1), (140.0, 1), (156.0, 2)):
            now[0] = mebibytes
            heap.look()
            qtbot.waitUntil(lambda: not heap.giving)
            assert len(given) == times
    finally:
        heap.stop()


def test_threads_share_a_pool_and_what_is_large_is_in_none(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    library = SimpleNamespace(mallopt=lambda *what: asked.append(what))
    monkeypatch.setattr("dropout_viz.app.platform.heap.ctypes.CDLL", lambda _: library)
    owner = QObject()
    Heap(owner).stop()
    assert asked == [(-8, 2), (-3, 1 << 20)]
    monkeypatch.setattr("dropout_viz.app.platform.heap.ctypes.CDLL", lambda _: SimpleNamespace())  # another C library
    Heap(owner).stop()
