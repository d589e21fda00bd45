"""One window for many tests: it is put back after each, and used again only where nothing shows what was done in it.

Putting back tries no more than is easily done. What a window is like afterwards is compared with what it was like when
it was new, in everything that is seen and in what its parts remember; where anything differs it is closed, and the next
test has a new one.
"""

from __future__ import annotations

import threading
import types
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, QSize
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from tests import kept
from tests.app.looking import in_sight, workbench
from tests.app.putting_back import MADE_LATER, begin_anew, put_back, rest

_OWN = "dropout_viz"

Make = Callable[[QSettings], Window]


class Reuse:
    """The window that is handed from test to test, if there is one."""

    def __init__(self) -> None:
        self._window: Window | None = None
        self._settled = False  # whether it has been put back at least once
        self._new: list[str] = []  # what every window is like that has been put back, and with which nothing was done
        self._with_it = Counter[str]()
        self._widths: dict[str, int] = {}  # of the columns of numbers, which only become wider
        self._sizes: dict[str, QSize] = {}  # of the panels, when they had first been put back
        self._before: tuple[set[str], set[threading.Thread]] = set(), set()  # what there was without it

    def take(self, make: Make, qtbot: QtBot, folder: Path) -> Window:
        """Return a window at step 0 of ``three-lines``, as good as new; its settings are a file in ``folder``."""
        if self._window is None:
            self._before = kept.top_level(), set(kept.running())
            self._window = make(QSettings(str(folder / "remembered.ini"), QSettings.Format.IniFormat))
            self._settled = False
            self._widths = dict(workbench(self._window).transport.readout._widths)
            rest(self._window, qtbot)
            if not self._new:
                self._settle(qtbot)
                self._new, self._with_it = likeness(self._window), self._came_with_it()
        return self._window

    def give(self, qtbot: QtBot, wanted: bool) -> None:
        """Put the window back, if it is ``wanted`` again; close it where it is not, or is not what it was."""
        window = self._window
        if window is None:
            return
        good = False
        try:
            if wanted and self._settle(qtbot):
                good = self._is_as_new()
                if not good:
                    begin_anew(window, qtbot)
                    good = self._is_as_new()
        finally:
            if good:
                kept.WIDGETS |= kept.top_level() - self._before[0]
                kept.THREADS |= set(kept.running()) - self._before[1]
            else:
                self.close()

    def _settle(self, qtbot: QtBot) -> bool:
        """Put the window back; return whether it is still there."""
        assert self._window is not None
        parts = self._window.workbench
        if parts is None or not put_back(self._window, qtbot):
            return False
        if parts.transport.readout._widths != self._widths:
            parts.transport.readout._widths = dict(self._widths)
            parts.transport.readout.updateGeometry()
            rest(self._window, qtbot)
        if not self._settled or _sizes(self._window) != self._sizes:
            parts.stages.reset()  # panels that are put back find places a pixel off the first ones
            rest(self._window, qtbot)
            parts.undo.stack.clear()
        if not self._settled:
            self._settled, self._sizes = True, _sizes(self._window)
        return True

    def close(self) -> None:
        """Close the window, if there is one."""
        window, self._window = self._window, None
        kept.WIDGETS.clear()
        kept.THREADS.clear()
        if window is not None:
            window.close()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _is_as_new(self) -> bool:
        assert self._window is not None
        return not self._came_with_it() - self._with_it and likeness(self._window) == self._new

    def _came_with_it(self) -> Counter[str]:
        """Return the kinds of top-level widgets and of threads that have come since before the window was made."""
        widgets, threads = kept.top_level() - self._before[0], set(kept.running()) - self._before[1]
        return Counter([*(widget.split()[0] for widget in widgets), *(thread.name for thread in threads)])


def _sizes(window: Window) -> dict[str, QSize]:
    return {panel.key: panel.size() for panel in workbench(window).layout.panels if panel.on_screen()}


# --- what a window is like -------------------------------------------------------------------------------------------


def likeness(window: Window) -> list[str]:
    """Return all that tells one window from another, a line for each thing."""
    return [*sorted(_seen(window)), *_remembered(window), *_touched(window)]


def _seen(window: Window) -> Iterator[str]:
    """Everything that is on the screen."""
    yield f"{window.windowTitle()} {window.isActiveWindow()} {type(window.focusWidget()).__name__}"
    for widget in in_sight(window):
        told = (type(widget).__name__, widget.objectName(), widget.isEnabled(), widget.geometry().getRect())
        yield f"{told} {_says(widget)} {widget.toolTip()}"
    yield f"{sorted(type(w).__name__ for w in QApplication.topLevelWidgets() if w.isVisible())}"
    yield f"{QApplication.overrideCursor()} {QApplication.mouseButtons()} {QApplication.activeModalWidget()}"


def _says(widget: QWidget) -> object:
    if isinstance(widget, QLabel | QLineEdit):
        return widget.text()
    if isinstance(widget, QAbstractButton):
        return widget.text(), widget.isChecked()
    if isinstance(widget, QAbstractSlider):
        return widget.value(), widget.minimum(), widget.maximum()
    return (widget.currentText(), widget.count()) if isinstance(widget, QComboBox) else ""


def _remembered(window: Window) -> Iterator[str]:
    """What the session and the parts keep beyond what is seen."""
    parts, session = workbench(window), window.session
    assert session is not None and window.settings is not None
    status, timeline, layout = session.status, session.timeline, parts.layout
    yield f"{session.name} {session.speed} {session._unhurried} {session.comparing} {session.lacking} {session._plays}"
    yield f"{session.config}"
    yield f"{status.phase} {status.step} {status.target} {status.diverged} {status.memory} {status.backwards}"
    yield f"{timeline.newest} {timeline.bookmarks} {timeline.ticks} {timeline.memory} {session.selection.choices()}"
    yield f"{session.selection.hover} {session.runner.news.names} {window.theme.style.name}"
    yield f"{parts.files.path} {parts.messages.text} {parts.messages._question} {parts.transport.target.value()}"
    yield f"{parts.transport._target_chosen}"
    yield f"{parts.undo.stack.count()} {parts.undo._waiting}"
    yield f"{parts.labs.body} {parts.labs.isVisible()} {parts.guide.body} {parts.guide.isVisible()}"
    yield f"{layout.maximised} {layout._folded} {layout._aside} {layout.meant()} {parts.stages._lent}"
    yield f"{sorted(parts.stages._kept)} {window.settings.allKeys()} {sorted(MADE_LATER & vars(parts).keys())}"
    for panel in parts.views:
        yield f"{panel.key} {panel.view is not None} {panel.choices()} {panel.isFloating()} {panel.instead}"


def _touched(window: Window) -> Iterator[str]:
    """What a test has put in the place of the program's own: methods, and how long some timers take."""
    card = workbench(window).data_card
    yield f"{card._opening.interval()} {card._restoring.interval()}"
    session = window.session
    assert session is not None
    for thing in (window, window.workbench, session, session.runner, session.timeline, *window.findChildren(QObject)):
        if type(thing).__module__.startswith(_OWN):
            for name, value in vars(thing).items():
                if type(value) is types.FunctionType and hasattr(type(thing), name):
                    yield f"{type(thing).__name__}.{name} is another"
