"""What is alive, and what of it one test leaves for the next on purpose: a window that is used again."""

from __future__ import annotations

import sys
import threading

WIDGETS: set[str] = set()
"""Top-level widgets that are left on purpose. Who closes them takes them off again."""
THREADS: set[threading.Thread] = set()
"""Threads that are left on purpose."""


def running() -> list[threading.Thread]:
    """Return Python's running threads, without those that Qt owns and Python has merely seen (they never end)."""
    return [t for t in threading.enumerate() if t.is_alive() and not isinstance(t, threading._DummyThread)]


def top_level() -> set[str]:
    """Return the top-level widgets that are alive, by class and address. Hidden menus are not counted: pyqtgraph
    keeps one per plot without a parent, until Python collects the plot."""
    qt = sys.modules.get("PySide6.QtWidgets")
    if qt is None or qt.QApplication.instance() is None:
        return set()
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)  # what deleteLater() has promised
    shiboken = sys.modules["shiboken6"]
    return {
        f"{type(w).__name__} at {shiboken.getCppPointer(w)[0]:#x}"
        for w in qt.QApplication.topLevelWidgets()
        if w.parent() is None and not (isinstance(w, qt.QMenu) and not w.isVisible())
    }
