"""What may not happen while the monkey is at the window, and what must not grow."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import traceback
from collections import Counter
from types import TracebackType
from typing import Any

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from shiboken6 import Object, isValid

from dropout_viz.app.platform.heap import give_back, occupied
from dropout_viz.draw import brush
from dropout_viz.draw.painting import Trouble
from dropout_viz.draw.sheet import PictureSheet

_HARMLESS = ("This plugin does not support", "propagateSizeHints")  # Qt's offscreen plugin has no window manager
_OURS = ("dropout_viz", "PySide6", "pyqtgraph")
_SHARE = 0.1  # of what there was of a kind that may come
_OBJECTS = 40  # more of a kind of ours or Qt's: what is on show differs
_OTHERS = 2_000  # more of any other kind
_RESULTS, _OF_RESULTS = "dropout_viz.labs.figures.", 200  # parts of results, of which twelve of each lab are held
_WIDGETS = 40  # more of a kind
_MIB = 48  # mebibytes more that the process may occupy


class Watch:
    """While it is entered, every exception in any thread and every complaint of Qt is written down.

    Attributes:
        complaints: (number of the action, what happened), in order. now: the action under way, for that.
    """

    def __init__(self) -> None:
        self.complaints: list[tuple[int, str]] = []
        self.now = -1

    def __enter__(self) -> Watch:
        self._before = (sys.excepthook, sys.unraisablehook, threading.excepthook)
        sys.excepthook = self._raised
        sys.unraisablehook = lambda told: self._raised(told.exc_type, told.exc_value, told.exc_traceback)
        threading.excepthook = lambda told: self._raised(told.exc_type, told.exc_value, told.exc_traceback)
        self._handler = qInstallMessageHandler(self._told)
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook, sys.unraisablehook, threading.excepthook = self._before
        qInstallMessageHandler(self._handler)

    def complain(self, what: str) -> None:
        """Write down that something went wrong."""
        self.complaints.append((self.now, what))

    def _raised(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        told = error.trace if isinstance(error, Trouble) else ""
        self.complain("".join(traceback.format_exception(kind, error, trace)[-8:]) + told)

    def _told(self, kind: QtMsgType, _: Any, text: str) -> None:
        wrong = kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
        if wrong and not any(harmless in text for harmless in _HARMLESS):
            self.complain(f"Qt: {text}\n{''.join(traceback.format_stack()[-6:-1])}")


class Census:
    """How many objects there are of each kind, how many widgets, threads and mebibytes."""

    def __init__(self) -> None:
        _empty_caches()
        left_alone = gc.get_freeze_count() > 0
        gc.unfreeze()
        gc.collect()
        gc.collect()
        give_back()
        # Python's word for a widget that Qt has ended stays with its parent's: of tab bars, which whoever looks for
        # widgets comes upon.
        kinds = Counter(type(thing) for thing in gc.get_objects() if not isinstance(thing, Object) or isValid(thing))
        self.kinds = Counter({f"{k.__module__}.{k.__qualname__}": n for k, n in kinds.items()})
        self.widgets = Counter(type(widget).__name__ for widget in QApplication.allWidgets())
        self.top_level = len(QApplication.topLevelWidgets())
        self.threads = sorted(thread.name for thread in threading.enumerate())
        if left_alone:
            gc.freeze()
        self.mebibytes, self.lent = occupied(), _lent()

    def __str__(self) -> str:
        ours = sum(n for kind, n in self.kinds.items() if kind.startswith(_OURS))
        return (
            f"{self.kinds.total():,} objects ({ours:,} of ours and Qt's), {self.widgets.total()} widgets "
            f"({self.top_level} on top), {len(self.threads)} threads, {self.mebibytes:.0f} MiB ({self.lent:.0f} lent)"
        )

    def grown(self, since: Census) -> list[str]:
        """Return what there is more of than may be, one line each."""
        found = [
            f"{kind}: {since.kinds[kind]} -> {n} objects"
            for kind, n in self.kinds.items()
            if n > since.kinds[kind] * (1 + _SHARE) + _allowed(kind)
        ]
        found += [
            f"{kind}: {since.widgets[kind]} -> {n} widgets"
            for kind, n in self.widgets.items()
            if n > since.widgets[kind] * (1 + _SHARE) + _WIDGETS
        ]
        if self.top_level > since.top_level + 8:
            found.append(f"top-level widgets: {since.top_level} -> {self.top_level}")
        if len(self.threads) > len(since.threads) + 2:
            found.append(f"threads: {since.threads} -> {self.threads}")
        if self.mebibytes > since.mebibytes + _MIB:
            late = Counter(self.threads) - Counter(since.threads)  # what has not come to its end holds what it needs
            still = f", while there is still {', '.join(late)}" if late else ""
            found.append(f"memory: {since.mebibytes:.0f} -> {self.mebibytes:.0f} MiB{still}")
        return found


def _allowed(kind: str) -> int:
    """Return how many more of a kind there may be."""
    if kind.startswith(_RESULTS):
        return _OF_RESULTS
    return _OBJECTS if kind.startswith(_OURS) else _OTHERS


def _empty_caches() -> None:
    """Forget what is kept up to a bound, to be had again at once: it grows until it is full."""
    for name, module in list(sys.modules.items()):
        if name.startswith("dropout_viz."):
            for thing in list(vars(module).values()):
                bound = getattr(thing, "cache_parameters", dict)().get("maxsize")
                if bound is not None:
                    thing.cache_clear()
    brush._made.clear()
    for thing in gc.get_objects():
        if isinstance(thing, brush.Sprites):
            thing._made.clear()
        elif isinstance(thing, PictureSheet):
            thing._clear()


class _Mallinfo2(ctypes.Structure):
    """As in glibc's malloc.h."""

    _names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    _fields_ = [(name, ctypes.c_size_t) for name in _names]


def _lent() -> float:
    """Return the mebibytes that the C library has lent and not got back; 0 where it does not say."""
    try:
        told = ctypes.CDLL(None).mallinfo2
    except (OSError, TypeError, AttributeError):
        return 0.0
    told.restype = _Mallinfo2
    said = told()
    return float(said.uordblks + said.hblkhd) / 2**20
