"""Another theme for a window that is full of panels, a part at a time.

Qt asks every widget below the one that is given a style sheet, seen or not: .15 ms each, a quarter of a second for a
window with all its panels filled. So the window keeps the style sheet that it began with, and each of its parts (a
panel, a bar, a card, a dialog) gets another over it, one a turn of the event loop: those that are seen first, then the
others. Another zoom, on which all sizes depend, comes the same way: a part has its sizes in one turn and its style
sheet in the next.

Nothing is painted that is half of one theme and half of another: the window stays as it is on the screen until all that
can be seen has followed, and what is shown before its turn has come is painted when it has.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMainWindow, QWidget

from dropout_viz.app.look.scaling import rescale, zoom_of
from dropout_viz.app.look.theme import Theme, frames, palette, sheet
from dropout_viz.draw.paint_turns import paint_turns

_LONGEST = 0.02
"""Seconds of one turn for parts that are shown before they have followed; what is left of them has the next turns."""


class Restyling(QObject):
    """Gives a window the style sheet of a theme, and follows it.

    Attributes:
        wanted: parts whose size matters where they are hidden, too: they follow with those that are seen.

    Signals:
        followed: all that can be seen or is wanted has taken it, and can be laid out.
        finished: and that has been done.
    """

    followed = Signal()
    finished = Signal()
    _shown = Signal()

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__(window)
        self.wanted: tuple[QWidget, ...] = ()
        self._window, self._theme = window, theme
        self._sheet = ""  # of the theme that is on, where it is not the one that the window began with
        self._others: dict[float, str] = {}  # the same at the zooms of parts that have no room for the window's
        self._awaited = False  # parts that are shown just now
        self._seen_first = False  # those that can be seen follow, and then those that are hidden
        self._laid_out = True
        self._still = False  # nothing of the window is painted meanwhile
        self._unpainted: list[QWidget] = []  # that wait to follow before anybody sees them
        self._turns = QTimer(self, interval=0)
        self._shown.connect(self._dress_shown, Qt.ConnectionType.QueuedConnection)
        self._turns.timeout.connect(self._go_on)
        window.setStyleSheet(sheet(theme.style) + frames())
        self._frame()
        window.installEventFilter(self)
        theme.changed.connect(self.begin)

    def begin(self) -> None:
        """Take the theme that is on now."""
        self._sheet, self._others = sheet(self._theme.style), {}
        self._frame()
        for part in self._parts():
            part.installEventFilter(self)
        self._seen_first, self._laid_out = True, False
        if self._window.updatesEnabled() and not paint_turns().held:  # else the window is covered
            self._window.setUpdatesEnabled(False)
            self._still = True
        self._turns.start()

    def begin_zoomed(self) -> None:
        """Let a window that opens with a zoom have it before anything in it has its place."""
        for part in self._parts():
            part.installEventFilter(self)
            rescale(part, self._theme.style.scale)

    def hurry(self, wanted: Sequence[QWidget]) -> bool:
        """Let one of some parts follow now, whose size matters at once; return whether there was one."""
        late = next((part for part in self._parts() if part in wanted), None)
        if late is not None:
            self._dress(late)
        return late is not None

    @property
    def under_way(self) -> bool:
        """Whether something that can be seen still has the other theme's colours, or the other zoom's place."""
        return self._seen_first or not self._laid_out

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A part that was hidden is shown or comes to the front, or the window gets another part. Qt may be in the
        midst of arranging them: they get their style sheet when it has done so, and before they are painted."""
        if not self._awaited and event.type() in (QEvent.Type.Show, QEvent.Type.Move, QEvent.Type.ChildPolished):
            self._awaited = True
            self._shown.emit()
        return False

    def _dress_shown(self) -> None:
        self._awaited = False
        if (self._sheet or self._theme.style.scale != 1.0) and not self.under_way:
            began = time.thread_time()
            for part in filter(self._is_seen, self._parts()):
                while time.thread_time() - began < _LONGEST and self._dress(part):
                    pass
                if self._lags(part) and part not in self._unpainted:
                    self._unpainted.append(part)
                    part.setUpdatesEnabled(False)
            self._turns.start()

    def _frame(self) -> None:
        """What is the window's own: it alone is looked at again."""
        window = self._window
        paint_turns().plain = QColor(self._theme.style.panel)
        window.setPalette(palette(self._theme.style))
        window.setProperty("theme", self._theme.style.name)
        window.style().unpolish(window)
        window.style().polish(window)
        window.update()

    def _parts(self) -> list[QWidget]:
        """Return the parts that have another theme's style sheet. They are asked for each time: Qt ends some of them,
        tab bars, as it likes."""
        return [part for part in self._window.children() if isinstance(part, QWidget) and self._lags(part)]

    def _lags(self, part: QWidget) -> bool:
        """Return whether a part has not followed yet."""
        return part.styleSheet() != self._sheet_of(part) or zoom_of(part) != self._zoom_for(part)

    def _zoom_for(self, part: QWidget) -> float:
        """Return the zoom that a part is to have: the window's, or as much as a dialog has room for."""
        most: Callable[[], float] | None = getattr(part, "most_zoom", None)
        return self._theme.style.scale if most is None else min(self._theme.style.scale, most())

    def _sheet_of(self, part: QWidget) -> str:
        zoom = self._zoom_for(part)
        if zoom == self._theme.style.scale:
            return self._sheet
        if zoom not in self._others:
            self._others[zoom] = sheet(replace(self._theme.style, scale=zoom))
        return self._others[zoom]

    def _is_seen(self, part: QWidget) -> bool:
        """Return whether a part is before somebody's eyes. Behind a tab it is visible, at a place out of sight."""
        return part.isVisible() and (part.isWindow() or part.geometry().intersects(self._window.rect()))

    def _go_on(self) -> None:
        """Take the next part, one that can be seen if there is any left. That all of those have followed is told in a
        turn of its own: the window is laid out then. It is painted in another one."""
        parts = sorted(self._parts(), key=lambda part: not self._is_first(part))
        if self._seen_first and not (parts and self._is_first(parts[0])):
            self._seen_first = False
            self.followed.emit()
        elif not (self._seen_first or self._laid_out):
            self._laid_out = True
            if self._still:
                self._still = False
                self._window.setUpdatesEnabled(True)
                # Qt takes what was asked for meanwhile for being on its way, and would paint nothing any more.
                QCoreApplication.postEvent(self._window, QEvent(QEvent.Type.UpdateRequest))
            self.finished.emit()
        elif parts:
            self._dress(parts[0])
        else:
            self._turns.stop()

    def _is_first(self, part: QWidget) -> bool:
        return part in self.wanted or self._is_seen(part)

    def _dress(self, part: QWidget) -> bool:
        """Give a part its sizes, or where it has them its style sheet; return whether that is still to come."""
        if zoom_of(part) != self._zoom_for(part):
            rescale(part, self._zoom_for(part))
        elif part.styleSheet() != self._sheet_of(part):
            part.setStyleSheet(self._sheet_of(part))
        if self._lags(part):
            return True
        part.removeEventFilter(self)
        for child in part.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            child.updateGeometry()  # Qt may have asked between the two, and would keep to what it was told
        if part in self._unpainted:
            self._unpainted.remove(part)
            part.setUpdatesEnabled(True)
        return False
